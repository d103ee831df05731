import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { HOW_TO_GET_ONE, ownBroker } from './obtain.js';

// `npm run test:kafka [files]`: the tests that need a broker, with `KAFKA_BROKERS` or one that lives as long as they do.
const own = process.env['KAFKA_BROKERS'] ? undefined : await ownBroker();
const brokers = process.env['KAFKA_BROKERS'] ?? own?.brokers;
process.once('SIGTERM', () => process.exit(143)); // which takes the broker along
if (brokers) {
  const files = process.argv.slice(2);
  const vitest = spawn('npx', ['vitest', 'run', ...(files.length > 0 ? files : ['test/kafka/'])], {
    stdio: 'inherit',
    env: { ...process.env, KAFKA_BROKERS: brokers },
  });
  const [code] = (await once(vitest, 'exit')) as [number | null];
  await own?.stop();
  process.exitCode = code ?? 1;
} else {
  console.log(`Kafka tests skipped: ${HOW_TO_GET_ONE}.`);
}
