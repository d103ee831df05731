import { randomUUID } from 'node:crypto';
import {
  type Broker,
  CDEVENTS_TOPIC,
  cdeventMessagesOf,
  contracts,
  type Database,
  type EventStore,
  INGEST_TOPIC,
  ownerOf,
  type Recorded,
  relay,
  type ServiceName,
  serviceNames,
  type Source,
  topicOf,
  topicSource,
} from '#events';
import { connectBroker } from '#events/kafka';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { Bus } from './platform.js';

/** Partitions of a topic. Fixed when the topic is made: another number would change the order within streams. */
const PARTITIONS = 6;

/** Kafka between services: each relays its own events to its topic, and reads those of others from theirs. */
export function kafkaBus(brokers: readonly string[], log: Log, metrics: Metrics): Bus {
  const broker = connectBroker({ brokers, clientId: 'slipway', log });
  const holder = randomUUID();
  let topics: Promise<void> | undefined;
  const ready = () =>
    (topics ??= makeTopics(broker).catch((error) => ((topics = undefined), Promise.reject(error))));
  // A service that neither reads topics nor has anything to say would not notice that the broker is gone.
  let asking: Promise<void> | undefined;
  const ask = () => {
    asking ??= makeTopics(broker)
      .catch(() => {})
      .finally(() => (asking = undefined));
  };
  return {
    source: (service, store) =>
      waiting(
        ready,
        topicSource(broker, store, (type) => ownerOf(type) !== service),
      ),
    loops: (service, db, store) => [
      {
        name: `${service} relay`,
        run: async (signal, gotOn) => {
          await ready();
          await carry({ service, db, store, broker, holder, metrics, gotOn }, signal);
        },
      },
    ],
    broker,
    trouble: () => {
      ask();
      return broker.connected() ? undefined : 'the broker does not answer';
    },
    close: () => broker.close(),
  };
}

interface Carriage {
  readonly service: ServiceName;
  readonly db: Database;
  readonly store: EventStore;
  readonly broker: Broker;
  readonly holder: string;
  readonly metrics: Metrics;
  readonly gotOn: () => void;
}

function carry(
  { service, db, store, broker, holder, metrics, gotOn }: Carriage,
  signal: AbortSignal,
): Promise<void> {
  const types = new Set([...contracts.keys()].filter((type) => ownerOf(type) === service));
  const onProgress = (position: number) => {
    gotOn();
    store.head().then(
      (head) => metrics.relayLagEvents.set({ service }, Math.max(0, head - position)),
      () => {},
    );
  };
  const also = (event: Recorded) =>
    cdeventMessagesOf(event).map((message) => ({ topic: CDEVENTS_TOPIC, message }));
  return relay({ store, db, broker, topic: topicOf(service), types, holder, also, onProgress }, signal);
}

function makeTopics(broker: Broker): Promise<void> {
  const names = [...serviceNames.map(topicOf), CDEVENTS_TOPIC, INGEST_TOPIC];
  return broker.ensureTopics(names.map((topic) => ({ topic, partitions: PARTITIONS })));
}

/** A source whose topics are made before it is read. */
function waiting(ready: () => Promise<void>, source: Source): Source {
  return {
    ...source,
    async *batches(from, follower, signal) {
      await ready();
      yield* source.batches(from, follower, signal);
    },
  };
}
