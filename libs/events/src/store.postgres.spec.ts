import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { logDatabase } from '../../../test/log.js';
import { tcpGate } from '../../../test/tcpGate.js';
import { MAX_ENTRY } from './envelope.js';
import type { Event, Recorded } from './event.js';
import { type EventStore, StoreUnavailable } from './store.js';
import { PostgresEventStore, type PostgresStoreOptions } from './store.postgres.js';
import { Wakeup } from './wakeup.js';

const context = { actor: { id: 'ana', kind: 'human' as const, roles: [] } };
const happened = (reason: string): Event => ({ type: 'FreezeLifted', version: 1, data: { reason } });

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

function open(options: PostgresStoreOptions): PostgresEventStore {
  const store = new PostgresEventStore(options);
  cleanUp.push(() => store.close());
  return store;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  cleanUp.push(() => client.end());
  return client;
}

/** Follows a store live, all the time; `next` waits for the next event. */
function reader(store: EventStore) {
  const stop = new AbortController();
  const events: Recorded[] = [];
  const news = new Wakeup();
  let failure: unknown;
  const following = (async () => {
    for await (const batch of store.batches({ after: 0, signal: stop.signal })) {
      events.push(...batch.events);
      news.wake();
    }
  })().catch((error: unknown) => {
    failure = error;
    news.wake();
  });
  cleanUp.push(() => (stop.abort(), following));
  return {
    async next(): Promise<Recorded> {
      for (;;) {
        const seen = news.ticket();
        if (failure) throw failure;
        const event = events.shift();
        if (event) return event;
        await news.after(seen);
      }
    },
  };
}

/** Appends one event after the other, each when the reader waits for it, and gives the milliseconds that took. */
async function relayed(writer: EventStore, follower: ReturnType<typeof reader>, from: number, times: number) {
  const began = performance.now();
  for (let revision = from; revision < from + times; revision++) {
    // Some round trips, in which the reader finds nothing more and goes to wait.
    for (let trip = 0; trip < 5; trip++) await writer.head();
    await writer.append('freeze-1', revision, [happened(`${revision}`)], context);
    expect((await follower.next()).revision).toBe(revision + 1);
  }
  return performance.now() - began;
}

describe('the log in PostgreSQL', () => {
  test('cannot be changed: not by a service, not by its owner', async () => {
    const { url } = await logDatabase();
    const store = open({ url });
    await store.append('freeze-1', 0, [happened('a'), happened('b')], context);
    const before = await store.read('freeze-1');
    const owner = await connect(url);
    const changes = ["update log.event set type = 'x'", 'delete from log.event', 'truncate log.event'];
    for (const change of changes)
      await expect(owner.query(change)).rejects.toThrow(/log\.event is append-only/);
    await owner.query('set role slipway_metrics');
    for (const change of [...changes, `insert into log.event values (3, 'freeze-1', 3, 'T', '')`])
      await expect(owner.query(change)).rejects.toMatchObject({ code: '42501' });
    expect(await store.read('freeze-1')).toEqual(before);
  });

  test('is appended to and read by the role of a service', async () => {
    const { url } = await logDatabase();
    const store = open({ url, role: 'slipway_scheduler' });
    await store.append('freeze-1', 0, [happened('a')], context);
    expect(await store.read('freeze-1')).toHaveLength(1);
  });

  test('is closed to any other role', async () => {
    const { url } = await logDatabase();
    const owner = await connect(url);
    await owner.query(
      'do $$ begin create role slipway_stranger; exception when duplicate_object then null; end $$',
    );
    await owner.query('grant usage on schema log to slipway_stranger');
    const stranger = open({ url, role: 'slipway_stranger' });
    await expect(stranger.append('freeze-1', 0, [happened('a')], context)).rejects.toMatchObject({
      code: '42501',
    });
    await expect(stranger.head()).rejects.toMatchObject({ code: '42501' });
  });

  test('is read in pages that large entries end early', async () => {
    const { url } = await logDatabase();
    const store = open({ url });
    const large = happened('x'.repeat(MAX_ENTRY - 1_000));
    for (let i = 0; i < 100; i += 10)
      await store.append(
        'freeze-1',
        i,
        i === 50 ? Array(10).fill(happened('small')) : Array(10).fill(large),
        context,
      );
    for (const types of [undefined, new Set(['FreezeLifted'])]) {
      const sizes: number[] = [];
      let position = 0;
      for await (const batch of store.batches({ after: 0, live: false, types })) {
        expect(batch.events.map((event) => event.position)).toEqual(
          batch.events.map((_, i) => position + 1 + i),
        );
        position = batch.position;
        sizes.push(batch.events.length);
      }
      expect(position).toBe(100);
      expect(sizes).toEqual([75, 25]);
    }
  });
});

describe('a follower in another process', () => {
  test('is woken by the commit, not by the clock', async () => {
    const { url } = await logDatabase();
    const [writer, reading] = [open({ url }), open({ url })];
    // Looking once a second would take about ten.
    expect(await relayed(writer, reader(reading), 0, 10)).toBeLessThan(5_000);
  });

  test('hears again after its listening connection was lost', async () => {
    const { url } = await logDatabase();
    const troubles: unknown[] = [];
    const [writer, reading] = [open({ url }), open({ url, onError: (error) => troubles.push(error) })];
    const owner = await connect(url);
    const listeners = async (): Promise<number[]> => {
      const { rows } = await owner.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'slipway listener' and query = 'listen slipway_log'
         and state = 'idle' and datname = current_database()`,
      );
      return rows.map(({ pid }) => pid);
    };
    const follower = reader(reading);
    await writer.append('freeze-1', 0, [happened('before')], context);
    expect((await follower.next()).data['reason']).toBe('before');
    await expect.poll(listeners, { timeout: 10_000 }).toHaveLength(1);
    const [lost] = await listeners();
    await owner.query('select pg_terminate_backend($1)', [lost]);
    await writer.append('freeze-1', 1, [happened('meanwhile')], context);
    expect((await follower.next()).data['reason']).toBe('meanwhile');
    await expect.poll(listeners, { timeout: 10_000 }).not.toContain(lost);
    await expect.poll(listeners, { timeout: 10_000 }).toHaveLength(1);
    expect(troubles[0]).toMatchObject({ code: '57P01' });
    expect(await relayed(writer, follower, 2, 8)).toBeLessThan(4_000);
  });
});

describe('a log that does not answer', () => {
  const everything = (store: EventStore) => [
    store.append('freeze-1', 0, [happened('a')], context),
    store.append('freeze-1', 'any', [happened('a')], context),
    store.read('freeze-1'),
    store.head(),
    reader(store).next(),
  ];

  test('is said to be unavailable, whatever was asked of it', async () => {
    const gone = await tcpGate(1);
    await gone.close();
    for (const url of [
      `postgres://a:b@127.0.0.1:${gone.port}/c`,
      (await logDatabase()).url.replace(/\/[^/]*$/, '/gone'),
    ])
      for (const result of await Promise.allSettled(everything(open({ url }))))
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
  });

  test('is given up when it is silent, and used again when it is back', async () => {
    const { url } = await logDatabase();
    const gate = await tcpGate(Number(new URL(url).port));
    cleanUp.push(() => gate.close());
    const store = open({ url: Object.assign(new URL(url), { port: `${gate.port}` }).href, patience: 1_000 });
    await store.append('freeze-1', 0, [happened('before')], context);
    gate.hold(true);
    const began = performance.now();
    await expect(store.append('freeze-2', 0, [happened('lost')], context)).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
    await expect(store.read('freeze-1')).rejects.toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - began).toBeLessThan(9_000);
    gate.hold(false);
    await store.append('freeze-1', 1, [happened('after')], context);
    expect(await store.read('freeze-1')).toHaveLength(2);
  });

  test('while another holds the lock, is given up with a known outcome: nothing is stored', async () => {
    const { url } = await logDatabase();
    const store = open({ url, patience: 1_000 });
    const other = await connect(url);
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(4919, 1)');
    await expect(store.append('freeze-1', 0, [happened('a')], context)).rejects.toMatchObject({
      cause: { code: '57014' },
    });
    await other.query('rollback');
    expect(await store.append('freeze-1', 0, [happened('b')], context)).toEqual({ position: 1, revision: 1 });
    expect(await store.head()).toBe(1);
  });

  test('does not keep the store from closing', async () => {
    const { url } = await logDatabase();
    const gate = await tcpGate(Number(new URL(url).port));
    cleanUp.push(() => gate.close());
    const store = open({ url: Object.assign(new URL(url), { port: `${gate.port}` }).href });
    const follower = reader(store);
    await store.append('freeze-1', 0, [happened('a')], context);
    await follower.next();
    gate.hold(true);
    const began = performance.now();
    await store.close();
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
