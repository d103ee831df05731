import { startSlipway } from './support/slipway.js';
import { wholeChange } from './wholeChange.js';

wholeChange('all services in one process', () => startSlipway());
