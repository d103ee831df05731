import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe } from 'vitest';
import type { Broker, Message, PartitionBatch, Received } from '../../libs/events/src/broker.js';
import { type BrokerOptions, connectBroker } from '../../libs/events/src/kafka.js';
import { HOW_TO_GET_ONE } from './obtain.js';

/** The broker these tests share; tests that need one are skipped where there is none. */
export const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').filter((address) => address !== '');

/** `describe` for what needs a broker. */
export const describeKafka = brokers.length > 0 ? describe : describe.skip;

const told = globalThis as { kafkaSkipTold?: boolean };
if (brokers.length === 0 && !told.kafkaSkipTold) {
  told.kafkaSkipTold = true;
  console.log(`Kafka tests are skipped: ${HOW_TO_GET_ONE}.`);
}

/** A connection to the shared broker, or to another. Notes what it warns of. */
export function connect(options: Partial<BrokerOptions> = {}): Broker & { readonly warnings: string[] } {
  const warnings: string[] = [];
  const log = { debug: () => undefined, warn: (_: object, text: string) => void warnings.push(text) };
  return { ...connectBroker({ brokers, clientId: 'slipway-test', log, ...options }), warnings };
}

/** A name nobody used before. */
export const fresh = (name: string): string => `test.${name}.${randomBytes(4).toString('hex')}`;

/** The n-th message of a key. */
export const message = (key: string | null, n: number, size = 0): Message => ({
  key,
  value: Buffer.from(`${n}`.padEnd(size, '.')),
  headers: { ce_id: `${key}-${n}` },
});

/** What followers keep in their database: messages as applied, and per partition the first offset not yet applied. */
export class Book {
  readonly applied: (Received & { partition: number })[] = [];
  readonly checkpoints = new Map<string, bigint>();
  repeated = 0;

  /** Effect and checkpoint move together, so what was applied before changes nothing. */
  apply({ topic, partition, messages }: PartitionBatch): void {
    const name = `${topic}/${partition}`;
    for (const received of messages) {
      if (received.offset < (this.checkpoints.get(name) ?? 0n)) this.repeated++;
      else {
        this.applied.push({ ...received, partition });
        this.checkpoints.set(name, received.offset + 1n);
      }
    }
  }

  from(topic: string, partition: number): bigint {
    return this.checkpoints.get(`${topic}/${partition}`) ?? 0n;
  }

  /** The ids of each key in the order of their application, without what a publisher sent twice. */
  idsByKey(): Map<string, string[]> {
    const ids = new Map<string, Set<string>>();
    for (const { key, headers } of this.applied)
      ids.set(key ?? '', (ids.get(key ?? '') ?? new Set()).add(headers['ce_id']!));
    return new Map([...ids].map(([key, set]) => [key, [...set]]));
  }
}

/** A member of a group that writes into a book. */
export interface Reader {
  readonly batches: number;
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

export function read(
  broker: Broker,
  { topic, group, book, before }: { topic: string; group: string; book: Book; before?: () => Promise<void> },
): Reader {
  const stopping = new AbortController();
  let batches = 0;
  const run = async () => {
    const from = (name: string, partition: number) => Promise.resolve(book.from(name, partition));
    for await (const batch of broker.batches({ topics: [topic], group, from, signal: stopping.signal })) {
      batches++;
      await before?.();
      book.apply(batch);
    }
  };
  const done = run();
  done.catch(() => undefined);
  return {
    get batches() {
      return batches;
    },
    done,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

/** Resolves when a condition holds; fails, naming it, when that takes too long or the reader behind it fails. */
export async function until(
  name: string,
  holds: () => boolean,
  reader?: Reader,
  within = 20_000,
): Promise<void> {
  let failure: unknown;
  reader?.done.catch((error: unknown) => (failure = error));
  for (const end = performance.now() + within; !holds(); await pause(10)) {
    if (failure) throw failure;
    if (performance.now() > end) throw new Error(`Waited ${within} ms in vain: ${name}`);
  }
}
