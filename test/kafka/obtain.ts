import { type BrokerOptions, type RunningBroker, startBroker } from './broker.js';
import { dockerAtHand, startBrokerInDocker } from './docker.js';
import { jarsAtHand, java } from './jars.js';

/** What to tell someone who has no broker. */
export const HOW_TO_GET_ONE =
  'no Kafka: set KAFKA_BROKERS=host:port, or install Java 17 and Maven, or start Docker, then `npm run test:kafka`';

/** Starts a broker with what this machine has: Java and Maven, else Docker, else none. */
export async function ownBroker(options: BrokerOptions = {}): Promise<RunningBroker | undefined> {
  if ((await java()) && (await jarsAtHand())) return startBroker(options);
  if (await dockerAtHand()) return startBrokerInDocker(options);
  return undefined;
}
