export * from './rejected.js';
