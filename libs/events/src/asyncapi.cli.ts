import { readFileSync, writeFileSync } from 'node:fs';
import { asyncApi } from './asyncapi.js';

// Writes docs/asyncapi.json anew: `npm run docs`.
const root = new URL('../../../', import.meta.url);
const product = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Parameters<
  typeof asyncApi
>[0];
writeFileSync(new URL('docs/asyncapi.json', root), `${JSON.stringify(asyncApi(product), null, 2)}\n`);
