import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { entriesOf, type Event, PostgresEventStore, type Recorded } from '#events';
import { logDatabase } from './log.js';
import { testDatabase } from './postgres.js';

/*
 * Numbers given before commits become visible out of order, and a reader that goes by them loses events. Here it must not:
 * many writers, some of whom dawdle between appending and committing, or change their mind.
 */

const context = { actor: { id: 'ana', kind: 'human' as const, roles: [] } };
const happened = (reason: string): Event => ({ type: 'FreezeLifted', version: 1, data: { reason } });
const EACH = 32;

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  cleanUp.push(() => client.end());
  return client;
}

function open(url: string): PostgresEventStore {
  const store = new PostgresEventStore({ url });
  cleanUp.push(() => store.close());
  return store;
}

/** Appends through a store, as services do, two events at a time. Returns what was acknowledged. */
async function writeGrouped(store: PostgresEventStore, writer: string): Promise<string[]> {
  const written: string[] = [];
  while (written.length < EACH) {
    const reasons = [1, 2].map((k) => `${writer}/${written.length + k}`);
    await store.append(`freeze-${writer}`, written.length, reasons.map(happened), context);
    written.push(...reasons);
  }
  return written;
}

/** Appends in transactions of its own, pausing before the commit; every fourth changes its mind. */
async function writeDawdling(client: pg.Client, writer: string, pause: () => number): Promise<string[]> {
  const written: string[] = [];
  for (let turn = 1; written.length < EACH; turn++) {
    const revision = written.length;
    const reason = `${writer}/${revision + 1}`;
    const [entry] = entriesOf(`freeze-${writer}`, revision, [happened(reason)], context, new Date(0));
    await client.query('begin');
    await client.query('select pg_sleep($1)', [pause()]);
    const { rows } = await client.query<{ last_position: string | null }>(
      'select last_position from log.append($1, $2, $3, $4, $5)',
      [[0], [entry!.stream], [entry!.revision], [entry!.type], [entry!.bytes]],
    );
    expect(rows).toHaveLength(1);
    await client.query('select pg_sleep($1)', [pause()]);
    if (turn % 4 === 0) await client.query('rollback');
    else {
      await client.query('commit');
      written.push(reason);
    }
  }
  return written;
}

/** Follows until it has seen all that will have been written. */
async function readLive(store: PostgresEventStore, until: number, limit: number): Promise<Recorded[]> {
  const stop = new AbortController();
  const events: Recorded[] = [];
  for await (const batch of store.batches({ after: 0, limit, signal: stop.signal })) {
    events.push(...batch.events);
    if (events.length >= until) stop.abort();
  }
  return events;
}

/** Holds a transaction open that has written, and so keeps an id of its own. */
async function idleTransaction(url: string): Promise<pg.Client> {
  const client = await connect(url);
  await client.query('create table if not exists elsewhere (id int)');
  await client.query('begin');
  await client.query('insert into elsewhere values (1)');
  return client;
}

describe('sixteen writers at once', () => {
  test('are read live exactly once each, in order, without a gap, past idle transactions', async () => {
    const { url } = await logDatabase('order');
    const idle = [await idleTransaction(url), await idleTransaction((await testDatabase('idle')).url)];
    const stores = [open(url), open(url)];
    const dawdlers = await Promise.all(Array.from({ length: 8 }, () => connect(url)));
    const readers = [1, 7, 1_000].map((limit) => readLive(open(url), 16 * EACH, limit));
    const written = await Promise.all([
      ...Array.from({ length: 8 }, (_, i) => writeGrouped(stores[i % 2]!, `grouped${i}`)),
      ...dawdlers.map((client, i) => writeDawdling(client, `dawdling${i}`, () => Math.random() / 200)),
    ]);
    for (const events of await Promise.all(readers)) {
      expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => i + 1));
      for (const reasons of written) {
        const stream = `freeze-${reasons[0]!.split('/')[0]}`;
        const own = events.filter((event) => event.stream === stream);
        expect(own.map(({ data }) => data['reason'])).toEqual(reasons);
        expect(own.map(({ revision }) => revision)).toEqual(reasons.map((_, i) => i + 1));
      }
      expect(events).toHaveLength(written.flat().length);
    }
    for (const client of idle) await client.query('commit');
  });

  test('on one stream take turns: every revision is there once, and each loser hears where it stands', async () => {
    const { url } = await logDatabase('turns');
    const stores = [open(url), open(url), open(url), open(url)];
    const lost: { stated: number; expected: number }[] = [];
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let won = 0, revision = 0; won < 10;) {
          const appended = stores[writer % 4]!.append('freeze-1', revision, [happened(`${writer}`)], context);
          revision = await appended.then(
            (done) => (won++, done.revision),
            ({ actual }: { actual: number }) => (lost.push({ stated: actual, expected: revision }), actual),
          );
        }
      }),
    );
    const events = await stores[0]!.read('freeze-1');
    expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1));
    for (let writer = 0; writer < 16; writer++)
      expect(events.filter(({ data }) => data['reason'] === `${writer}`)).toHaveLength(10);
    for (const { stated, expected } of lost) expect(stated).toBeGreaterThan(expected);
  });
});
