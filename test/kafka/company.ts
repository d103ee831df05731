import { expect, vi } from 'vitest';
import { type Recorded, ownerOf, serviceNames, topicOf } from '#events';
import { type Apart, startApart } from '../support/apart.js';
import type { Someone } from '../support/slipway.js';
import type { RunningBroker } from './broker.js';
import { Book, connect, fresh, read } from './fixture.js';
import { ownBroker } from './obtain.js';
import { openTruth, type Truth } from './replay.js';

/** The four services apart, with a broker that is theirs alone and may be killed, and what can be asked of them. */
export interface Company {
  readonly apart: Apart;
  readonly broker: RunningBroker;
  readonly truth: Truth;
  readonly ana: Someone;
  /** Requests deployments, several at once; the ids by the status of their answers. */
  request(ids: readonly string[]): Promise<Record<number, string[]>>;
  /** Resolves when the change of each deployment is opened and the deployment knows it. */
  opened(ids: readonly string[]): Promise<void>;
  /** Resolves when the read models equal a replay, and tells what is parked. */
  settled(): Promise<string[]>;
  close(): Promise<void>;
}

export const WAIT = { timeout: 60_000, interval: 100 };
const AT_ONCE = 20;
const digest = `sha256:${'a'.repeat(64)}`;

/** Undefined where no broker can be started that is ours to kill. */
export async function openCompany(): Promise<Company | undefined> {
  const broker = await ownBroker();
  if (!broker) return undefined;
  const apart = await startApart([broker.brokers]);
  const truth = await openTruth(apart.databaseUrl);
  const ana = await apart.as('ana', 'developer', 'approver');
  const opened = (ids: readonly string[]) =>
    vi.waitFor(async () => {
      const rows = await truth.databases
        .get('scheduler')!
        .query<{ id: string }>(`select id from deployment where id = any($1) and change_id is not null`, [
          ids,
        ]);
      expect(new Set(ids.filter((id) => !rows.some((row) => row.id === id)))).toEqual(new Set());
    }, WAIT);
  return {
    apart,
    broker,
    truth,
    ana,
    opened,
    request: async (ids) => {
      const waiting = [...ids];
      const answered: Record<number, string[]> = {};
      const work = async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
          (answered[(await ana('PUT', `/v1/deployments/${id}`, planFor(id))).status] ??= []).push(id);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return answered;
    },
    settled: async () => {
      await truth.replayed();
      return truth.parked();
    },
    close: async () => {
      await truth.close();
      await apart.close();
      await broker.stop();
    },
  };
}

const minutes = (n: number) => new Date(Date.now() + n * 60_000).toISOString();

/** A deployment of a service that nobody else deploys. */
function planFor(id: string): object {
  return {
    services: [`service-${id}`],
    artifacts: [{ service: `service-${id}`, digest, version: '1.4.0' }],
    environment: 'production',
    environmentClass: 'PROD',
    kind: 'PLANNED',
    strategy: 'canary',
    start: minutes(-1),
    end: minutes(60),
    rollbackMinutes: 15,
    reason: 'release 1.4.0',
  };
}

export const named = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

/** All events of the log. */
export async function logOf({ store }: Truth): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for await (const { events } of store.batches({ after: 0, live: false })) all.push(...events);
  return all;
}

/**
 * Reads every service's topic from its start until it holds what the log holds: each stream in order, none missing.
 * Gives the records, duplicates included.
 */
export async function carriedInOrder({ broker, truth }: Company): Promise<Book> {
  const client = connect({ brokers: [broker.brokers] });
  const book = new Book();
  const readers = serviceNames.map((service) =>
    read(client, { topic: topicOf(service), group: fresh('all'), book }),
  );
  try {
    await vi.waitFor(async () => {
      const log = (await logOf(truth)).filter(({ type }) => ownerOf(type) !== undefined);
      const wanted = new Map<string, string[]>();
      for (const { stream, id } of log) wanted.set(stream, [...(wanted.get(stream) ?? []), id]);
      const carried = book.idsByKey();
      expect(carried).toEqual(wanted);
    }, WAIT);
    return book;
  } finally {
    await Promise.all(readers.map((reader) => reader.stop()));
    await client.close();
  }
}
