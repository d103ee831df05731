import { type Admin, type Consumer, type EachBatchPayload, Kafka, logLevel, Partitioners } from 'kafkajs';
import {
  type Broker,
  type BrokerLog,
  type Cursor,
  headerText,
  type Message,
  MessageRefused,
  type Subscription,
  type TopicWish,
} from './broker.js';
import { brokerOver, type BrokerPatience } from './carrier.js';
import type { Handover, Session } from './consumption.js';
import { type Controls, type Fetched, Membership } from './membership.js';
import { replaceable, type Replaceable } from './replaceable.js';
import { Wakeup } from './wakeup.js';

export interface BrokerOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: BrokerLog;
  readonly patience?: Partial<BrokerPatience>;
}

const PATIENCE: BrokerPatience = { publish: 15_000, rebalance: 10_000, stall: 60_000, budget: 900_000 };
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, retries: 3 };
/** The client unpacks gzip only, so the broker keeps what it gets unpacked, whatever a publisher used. */
const CONFIG = { 'compression.type': 'uncompressed' };
const CONSUMER = {
  sessionTimeout: 10_000,
  rebalanceTimeout: 30_000,
  heartbeatInterval: 1_000,
  maxWaitTimeInMs: 500,
  maxBytesPerPartition: 1_048_576,
  maxBytes: 8_388_608,
  allowAutoTopicCreation: false,
  // One place decides about new beginnings, and that is not the client.
  retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
};
const COMMIT_EVERY = 1_000;
const CLOSE_WITHIN = 5_000;
const IN_VAIN = /TOO_LARGE|AUTHORIZATION_FAILED|INVALID_TOPIC|INVALID_RECORD|UNSUPPORTED_FOR_MESSAGE_FORMAT/;

/** The broker port on Apache Kafka, which is reached when first used. No other file knows the client. */
export function connectBroker({ brokers, clientId, log, ...options }: BrokerOptions): Broker {
  const patience = { ...PATIENCE, ...options.patience };
  const kafka = new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: RETRY,
    logLevel: logLevel.WARN,
    // What matters of it comes back as an error.
    logCreator: () => (entry) => log.debug({ kafka: entry.namespace, ...entry.log }, entry.log.message),
  });
  const admin = replaceable(() => kafka.admin());
  const producer = replaceable(() => producerOf(kafka));
  const client = {
    send: async (topic: string, messages: readonly Message[]) => {
      const request = { topic, acks: -1, messages: messages.map((message) => ({ ...message })) };
      try {
        await producer.use((on) => on.send(request));
      } catch (error) {
        throw IN_VAIN.test(typeOf(error)) ? new MessageRefused(topic, error as Error) : error;
      }
    },
    createTopics: async (wishes: readonly TopicWish[]) => {
      const topics = wishes.map(({ topic, partitions, config }) => ({
        topic,
        numPartitions: partitions,
        configEntries: Object.entries({ ...CONFIG, ...config }).map(([name, value]) => ({ name, value })),
      }));
      await admin.use((on) => on.createTopics({ topics }));
    },
    join: (subscription: Subscription, cursors: Map<string, Cursor>, handover: Handover) =>
      join(kafka, admin, { subscription, cursors, handover, log, grace: patience.rebalance }),
    close: async () => {
      await producer.drop();
      await admin.drop();
    },
  };
  return brokerOver(client, patience, log);
}

function producerOf(kafka: Kafka) {
  return kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner, // murmur2 as in the Java client: a key keeps its partition
    retry: RETRY,
  });
}

/** The protocol's name of what went wrong, which the client wraps. */
function typeOf(error: unknown): string {
  const { type, cause } = error as { type?: string; cause?: unknown };
  return type ?? (cause ? typeOf(cause) : '');
}

interface Joining {
  readonly subscription: Subscription;
  readonly cursors: Map<string, Cursor>;
  readonly handover: Handover;
  readonly log: BrokerLog;
  readonly grace: number;
}

/** Joins a group; what the broker does with the member is told to its `Membership`. */
async function join(kafka: Kafka, admin: Replaceable<Admin>, joining: Joining): Promise<Session> {
  const { subscription, cursors, handover, log, grace } = joining;
  const consumer = kafka.consumer({ ...CONSUMER, groupId: subscription.group });
  const controls: Controls = {
    ends: (topic) => admin.use((on) => endsOf(on, topic)),
    hold: (topic, partitions) => consumer.pause([{ topic, partitions: [...partitions] }]),
    start: (topic, partition, offset) => {
      consumer.seek({ topic, partition, offset: `${offset}` });
      consumer.resume([{ topic, partitions: [partition] }]);
    },
  };
  const membership = new Membership(controls, subscription, cursors, handover, log, grace);
  let closed = false;
  const close = () => {
    closed = true;
    return leave(consumer, log);
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => handover.fail(payload.error));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    // Closed while joining: the client would go on as a member that nobody listens to, unless this ends it.
    if (closed) throw Object.assign(new Error('The consumer is closed.'), { retriable: false });
    membership.assigned(payload.memberAssignment);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...subscription.topics], fromBeginning: true });
  } catch (error) {
    await close();
    throw error;
  }
  consumer
    .run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: dealerOf(membership, log) })
    .catch((error: unknown) => handover.fail(error));
  return { behind: () => membership.behind(), close };
}

async function leave(consumer: Consumer, log: BrokerLog): Promise<void> {
  const left = new AbortController();
  consumer
    .disconnect()
    .catch((error: unknown) => log.debug({ err: error }, 'The group was not left in order.'))
    .finally(() => left.abort());
  await new Wakeup().after(0, left.signal, CLOSE_WITHIN);
}

function dealerOf(membership: Membership, log: BrokerLog): (payload: EachBatchPayload) => Promise<void> {
  let committed = 0;
  return async (payload) => {
    const fetched = fetchedOf(payload.batch);
    const next = await membership.deal(fetched, () => payload.heartbeat());
    if (next === undefined) return;
    payload.resolveOffset(`${next - 1n}`);
    if (next < fetched.end && performance.now() - committed < COMMIT_EVERY) return;
    committed = performance.now();
    const { topic, partition } = fetched;
    const offsets = { topics: [{ topic, partitions: [{ partition, offset: `${next}` }] }] };
    // For people's tools only, so a failure costs nothing; the next heartbeat tells what it means.
    const failed = (error: unknown) => log.debug({ err: error }, 'Offsets were not committed.');
    await payload.commitOffsetsIfNecessary(offsets).catch(failed);
  };
}

function fetchedOf(batch: EachBatchPayload['batch']): Fetched {
  const { topic, partition } = batch;
  const messages = batch.messages.map(({ key, value, headers = {}, offset }) => ({
    key: key && key.toString(),
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, headerText(text)])),
    offset: BigInt(offset),
  }));
  return { topic, partition, messages, last: BigInt(batch.lastOffset()), end: BigInt(batch.highWatermark) };
}

async function endsOf(admin: Admin, topic: string) {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
}
