import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { broken, faulty } from '../../../test/faulty.js';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { type Mess, messyCarrier } from '../../../test/messyCarrier.js';
import { declared, lifted, logOf, NOTEBOOK, notebook, observing } from '../../../test/notebook.js';
import type { Database } from './database.js';
import type { Event, Recorded } from './event.js';
import { applyBatch, checkpointOf, follow, type Follower, type Source } from './follow.js';
import { projector } from './projection.js';
import { LOG, logSource } from './source.log.js';
import { MemoryEventStore } from './store.memory.js';
import { isTransient } from './transient.js';

const context = { actor: { id: 'ana', kind: 'human' as const, roles: [] } };
const follower = projector(notebook);

let url: string;
let db: ServiceDatabase;
beforeAll(async () => {
  ({ url } = await logDatabase('follow'));
  db = await openFollowing(url, NOTEBOOK);
});
afterAll(() => db.close());
const clear = () => db.query('truncate notebook, checkpoint, seen, parked');
beforeEach(clear);

const rows = (): Promise<unknown[]> => db.query('select * from notebook order by id');
const { observer } = observing();
const names = (n: number) => Array.from({ length: n }, (_, i) => `f${i}`);
const batchOf = (events: readonly Recorded[]) => ({ source: LOG, events, position: events.at(-1)!.position });

/** The rows that one ordered delivery gives. */
async function replayed(store: MemoryEventStore, recorded: readonly Recorded[]): Promise<unknown[]> {
  await clear();
  await applyBatch(db, logSource(store), follower, observer, batchOf(recorded));
  const whole = await rows();
  await clear();
  return whole;
}

/** Follows until the source ends or gives what it has, again after whatever passes. */
async function followAll(database: Database, source: Source, until: () => Promise<boolean>): Promise<number> {
  for (let failures = 0; ; failures++) {
    const stop = new AbortController();
    const watch = {
      ...observer,
      applied: () =>
        void until().then(
          (done) => done && stop.abort(),
          () => {},
        ),
    };
    try {
      await follow(database, source, follower, watch, stop.signal);
      return failures;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}
const always = () => Promise.resolve(false);

describe('following the log', () => {
  test('refuses a log that ends before its checkpoint, since it would skip what comes', async () => {
    const { store, recorded } = await logOf(names(5).map((name) => declared(name, 'Peak')));
    await applyBatch(db, logSource(store), follower, observer, batchOf(recorded));
    const older = (await logOf([declared('f0', 'Peak')])).store;
    const following = follow(db, logSource(older), follower, observer, new AbortController().signal);
    await expect(following).rejects.toThrow('The log ends at 1, but notebook has read up to 5');
  });

  test('applies history, then what comes, and goes on where it stopped', async () => {
    const { store } = await logOf(names(5).map((name) => declared(name, 'Peak')));
    const reach = (position: number) => async () => (await checkpointOf(db, 'notebook', LOG)) >= position;
    await followAll(db, logSource(store), reach(5));
    expect(await rows()).toHaveLength(5);
    const following = followAll(db, logSource(store), reach(8));
    for (const name of ['f1', 'f9', 'f1'])
      await store.append(`freeze-${name}`, 'any', [declared(name, 'Late')], context);
    await following;
    expect(await rows()).toMatchObject([
      { id: 'f0', times: 1 },
      { id: 'f1', times: 3, heard: ['Peak', 'Late', 'Late'] },
      { id: 'f2' },
      { id: 'f3' },
      { id: 'f4' },
      { id: 'f9', heard: ['Late'] },
    ]);
  });

  test('is done once by two processes that do it at the same time', async () => {
    const { store, recorded } = await logOf(names(40).map((name) => declared(`f${name.length}`, name)));
    const whole = await replayed(store, recorded);
    const second = await openFollowing(url, NOTEBOOK);
    const all = async () => (await checkpointOf(db, 'notebook', LOG)) >= 40;
    const small: Source = {
      ...logSource(store),
      async *batches(from, _, signal) {
        for await (const batch of store.batches({ after: await from(LOG), signal, limit: 3 }))
          yield { source: LOG, ...batch };
      },
    };
    await Promise.all([followAll(db, small, all), followAll(second, small, all)]);
    expect(await rows()).toEqual(whole);
    await second.close();
  });

  test('moves its checkpoint past what does not concern it, but not for every event', async () => {
    const denied = (): Event => ({ type: 'AccessDenied', version: 1, data: { freezeId: 'x' } });
    const { store } = await logOf([declared('a', 'Peak')]);
    const reached: number[] = [];
    const stop = new AbortController();
    const watch = {
      ...observer,
      applied: (_: string, { position }: { position: number }) => {
        reached.push(position);
        if (position >= 2_501) stop.abort();
      },
    };
    const following = follow(db, logSource(store), follower, watch, stop.signal);
    for (let i = 0; i < 25; i++)
      await store.append('access-x', 'any', Array.from({ length: 100 }, denied), context);
    await following;
    expect(reached.at(-1)).toBe(2_501);
    const stored = await checkpointOf(db, 'notebook', LOG);
    expect(stored).toBeGreaterThan(1_000);
    expect(stored).toBeLessThanOrEqual(2_501);
    expect(await rows()).toHaveLength(1);
  });
});

const anyEvent = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('one', 'two', 'gone', 'three'))
  .map(([freeze, word]) => (word === 'three' ? declared(freeze, word) : lifted(freeze, word)));
const anyMess: fc.Arbitrary<Mess> = fc.record({
  again: fc.array(fc.nat(3), { maxLength: 6 }),
  lost: fc.array(fc.boolean(), { maxLength: 5 }),
  turns: fc.array(fc.nat(7), { maxLength: 9 }),
  batch: fc.integer({ min: 1, max: 8 }),
});

describe('following a carrier that repeats itself', () => {
  test('gives the rows of an ordered delivery, whatever comes again, late, or never', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 30 }), anyMess, async (events, mess) => {
        const { store, recorded } = await logOf(events);
        const whole = await replayed(store, recorded);
        const carrier = messyCarrier(store, recorded, mess);
        for (let times = 0; times < 2; times++) await followAll(db, carrier, always);
        expect(await rows()).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  test('loses nothing where two partitions tell of the same row at the same time', async () => {
    const { store } = await logOf([]);
    const second = await openFollowing(url, NOTEBOOK);
    const telling = [db, second].map(async (database, partition) => {
      for (let revision = 1; revision <= 25; revision++) {
        await store.append(`teller${'ab'[partition]}-1`, revision - 1, [lifted('x', `${revision}`)], context);
        const events = await store.read(`teller${'ab'[partition]}-1`, revision);
        const batch = { source: `topic/${partition}`, position: revision, events };
        await applyBatch(database, { ...logSource(store), repeats: true }, follower, observer, batch);
      }
    });
    await Promise.all(telling);
    expect(await rows()).toMatchObject([{ id: 'x', times: 50 }]);
    await second.close();
  });

  test('gives every row of 1,000 events delivered three times with random repetition (LIB-04 S1)', async () => {
    const events = Array.from({ length: 1_000 }, (_, i) => lifted(`f${(i * 7) % 61}`, `${i % 17}`));
    const { store, recorded } = await logOf(events);
    const whole = await replayed(store, recorded);
    const mess = { again: [0, 2, 1, 0, 5], lost: [], turns: [3, 1, 4, 1, 5, 9, 2, 6], batch: 64 };
    const thrice = Array(3).fill(messyCarrier(store, recorded, mess)) as Source[];
    for (const carrier of thrice) await followAll(db, carrier, always);
    expect(await rows()).toEqual(whole);
  });
});

describe('following through faults', () => {
  const events = [
    ...names(12).map((name) => declared(name, 'Peak')),
    ...names(12).map((name, i) => lifted(name, i % 3 === 0 ? 'gone' : 'over')),
    declared('f1', 'Again'),
  ];
  const mess = { again: [1, 0, 2], lost: [false, true, false], turns: [2, 0, 1], batch: 5 };

  test.each([
    ['at any statement', false],
    ['just after any commit', true],
  ])('that break the connection %s ends with the rows of an undisturbed replay', async (_, late) => {
    const { store, recorded } = await logOf(events);
    const whole = await replayed(store, recorded);
    let faults = 0;
    for (let n = 1; ; n++) {
      await clear();
      const { database, used } = faulty(db, n, late);
      const failures = await followAll(database, messyCarrier(store, recorded, mess), always);
      expect(await rows()).toEqual(whole);
      faults += failures;
      if (used() < n) break;
    }
    expect(faults).toBeGreaterThan(late ? 5 : 50);
  });

  test('of the server ends with the rows of an undisturbed replay', async () => {
    const { store, recorded } = await logOf(events);
    const whole = await replayed(store, recorded);
    const own = await openFollowing(url, NOTEBOOK);
    const owner = new pg.Client({ connectionString: url });
    await owner.connect();
    let cuts = 0;
    const cutting: Follower = {
      ...follower,
      async apply(tx, batch) {
        await follower.apply(tx, batch);
        if (++cuts > 3) return;
        const [backend] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await owner.query('select pg_terminate_backend($1, 5000)', [backend!.pid]);
      },
    };
    const once = () =>
      follow(own, messyCarrier(store, recorded, mess), cutting, observer, new AbortController().signal);
    for (let i = 0; i < 3; i++) await expect(once()).rejects.toSatisfy(isTransient);
    await once();
    expect(await rows()).toEqual(whole);
    await Promise.all([own.close(), owner.end()]);
  });

  test('of the moment parks nothing', async () => {
    const { store, recorded } = await logOf(events);
    let failing = true;
    const flaky: Follower = {
      ...follower,
      async apply(tx, batch) {
        if (failing) throw broken();
        await follower.apply(tx, batch);
      },
    };
    const apply = () => applyBatch(db, logSource(store), flaky, observer, batchOf(recorded));
    await expect(apply()).rejects.toThrow('connection terminated');
    expect(await db.query('select * from parked')).toEqual([]);
    expect(await checkpointOf(db, 'notebook', LOG)).toBe(0);
    failing = false;
    await apply();
    expect(await rows()).toHaveLength(8);
  });
});
