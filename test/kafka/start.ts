import { HOW_TO_GET_ONE, ownBroker } from './obtain.js';

// `npm run kafka`: a broker for a person, on port 9092 (`KAFKA_PORT`), until Ctrl-C. Its data are kept in `KAFKA_DIR`.
const port = Number(process.env['KAFKA_PORT'] ?? 9092);
const dir = process.env['KAFKA_DIR'];
const stop = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});

try {
  const broker = await ownBroker({ port, ...(dir && { dir }) });
  if (!broker) throw new Error(HOW_TO_GET_ONE);
  console.log(`Kafka serves on ${broker.brokers}. In another terminal:

  SLIPWAY_BUS=kafka://${broker.brokers}   services talk through it
  KAFKA_BROKERS=${broker.brokers}         tests use it: KAFKA_BROKERS=${broker.brokers} npm test

Ctrl-C stops it${dir ? '' : ' and forgets its data; KAFKA_DIR=folder keeps them'}.`);
  await stop;
  await broker.stop();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
