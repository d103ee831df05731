import { test } from 'vitest';
import { startApart } from '../support/apart.js';
import { wholeChange } from '../wholeChange.js';
import { brokers } from './fixture.js';

if (brokers.length > 0) wholeChange('four processes that talk through Kafka', () => startApart(brokers));
else test.skip('four processes that talk through Kafka');
