import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { faulty } from '../../../test/faulty.js';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { declared, lifted, logOf, NOTEBOOK, notebook, observing } from '../../../test/notebook.js';
import type { Event, Recorded } from './event.js';
import { applyBatch, checkpointOf, type Follower } from './follow.js';
import { parkedKeys } from './parked.js';
import { projector } from './projection.js';
import { discard, redrive } from './redrive.js';
import { LOG, logSource } from './source.log.js';
import type { EventStore } from './store.js';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await openFollowing((await logDatabase('parked')).url, NOTEBOOK);
});
afterAll(() => db.close());
beforeEach(() => db.query('truncate notebook, checkpoint, seen, parked'));

const healthy = projector(notebook);
/** Cannot handle some reasons, as long as it is broken; the database refuses others. */
function fragile(...poison: string[]): Follower & { broken: boolean } {
  const follower = {
    ...healthy,
    broken: true,
    apply: async (...[tx, events]: Parameters<Follower['apply']>) => {
      for (const { data } of events) {
        const reason = String((data as { reason?: unknown }).reason);
        if (!follower.broken || !poison.includes(reason)) continue;
        if (reason.startsWith('sql')) await tx.query(`insert into notebook values ('x', null, '[]', 1)`);
        throw new TypeError(`cannot handle ${reason}`);
      }
      await healthy.apply(tx, events);
    },
  };
  return follower;
}

const rows = () => db.query<{ id: string; heard: string[] }>('select * from notebook order by id');
const heard = async () =>
  Object.fromEntries((await rows()).map(({ id, heard: words }) => [id, words.join(' ')]));
const deliver = (store: EventStore, follower: Follower, events: readonly Recorded[], watch = observing()) =>
  applyBatch(db, logSource(store), follower, watch.observer, {
    source: LOG,
    events,
    position: events.at(-1)!.position,
  });

/** Nine events of D-1, of which the seventh is poison, and four of D-2, one of them late. */
const lives = [
  ...[1, 2, 3, 4, 5, 6].map((n) => lifted('D-1', `${n}`)),
  ...[1, 2, 3].map((n) => lifted('D-2', `${n}`)),
  lifted('D-1', 'seven'),
  lifted('D-1', '8'),
  lifted('D-2', '4'),
  lifted('D-1', '9'),
];

describe('an event that fails for good', () => {
  test.each(['one batch', 'batches of one'])(
    'holds back the later ones of its stream and no other, and after a fix all apply in order (LIB-04 S2, %s)',
    async (way) => {
      const { store, recorded } = await logOf(lives);
      const follower = fragile('seven');
      const watch = observing();
      for (const batch of way === 'one batch' ? [recorded] : recorded.map((event) => [event]))
        await deliver(store, follower, batch, watch);
      expect(await heard()).toEqual({ 'D-1': '1 2 3 4 5 6', 'D-2': '1 2 3 4' });
      expect(watch.parked).toEqual(['freeze-D-1']);
      expect(await parkedKeys(db)).toMatchObject([
        { follower: 'notebook', key: 'freeze-D-1', type: 'FreezeLifted', reason: 'TypeError', waiting: 3 },
      ]);
      expect(await checkpointOf(db, 'notebook', LOG)).toBe(13);

      expect(await redrive(db, store, follower, 'freeze-D-1')).toEqual({
        redriven: 0,
        left: 3,
        reason: 'cannot handle seven',
      });
      follower.broken = false;
      expect(await redrive(db, store, follower, 'freeze-D-1')).toEqual({ redriven: 3, left: 0 });
      const fixed = await rows();
      expect(await redrive(db, store, follower, 'freeze-D-1')).toEqual({ redriven: 0, left: 0 });
      expect(await rows()).toEqual(fixed);

      await db.query('truncate notebook, checkpoint');
      await deliver(store, healthy, recorded);
      expect(fixed).toEqual(await rows());
    },
  );

  test('is found whether the code refuses it or the database', async () => {
    const { store, recorded } = await logOf([
      lifted('a', 'fine'),
      lifted('b', 'sql says no'),
      lifted('c', 'code says no'),
      lifted('d', 'fine'),
    ]);
    await deliver(store, fragile('sql says no', 'code says no'), recorded);
    expect(await heard()).toEqual({ a: 'fine', d: 'fine' });
    expect((await parkedKeys(db)).map(({ key, reason }) => [key, reason])).toEqual([
      ['freeze-b', 'QueryFailedError'],
      ['freeze-c', 'TypeError'],
    ]);
  });

  test('is found in a large batch without trying every event alone', async () => {
    const words = Array.from({ length: 1_000 }, (_, i) =>
      lifted(`f${i % 400}`, i % 333 === 1 ? 'poison' : 'fine'),
    );
    const { store, recorded } = await logOf(words);
    const { database, used } = faulty(db, 0);
    await applyBatch(database, logSource(store), fragile('poison'), observing().observer, {
      source: LOG,
      events: recorded,
      position: 1_000,
    });
    expect(used()).toBeLessThan(400);
    const keys = (await parkedKeys(db)).map(({ key }) => key);
    expect(keys).toEqual(['freeze-f1', 'freeze-f267', 'freeze-f334']);
    const others = (await rows()).filter(({ id }) => !keys.includes(`freeze-${id}`));
    await db.query('truncate notebook, checkpoint, parked');
    await deliver(
      store,
      healthy,
      recorded.filter(({ stream }) => !keys.includes(stream)),
    );
    expect(await rows()).toEqual(others);
    expect(others).toHaveLength(397);
  });

  test('written by a newer release, or of no known type, is one of them (LIB-01 S2)', async () => {
    const future: Event = { ...declared('a', 'Peak'), version: 3 };
    const { store, recorded } = await logOf([
      declared('a', 'Early'),
      future,
      lifted('a', 'later'),
      lifted('b', 'on'),
    ]);
    await deliver(store, healthy, recorded);
    expect(await heard()).toEqual({ a: 'Early', b: 'on' });
    expect(await parkedKeys(db)).toMatchObject([{ key: 'freeze-a', reason: 'FUTURE_VERSION', waiting: 2 }]);
    expect(await redrive(db, store, healthy, 'freeze-a')).toMatchObject({ redriven: 0, left: 2 });
    const rumour = (await logOf([{ type: 'Rumoured', version: 1, data: { freezeId: 'c' } }])).recorded;
    await applyBatch(
      db,
      logSource(store),
      { ...healthy, types: new Set(['Rumoured']) },
      observing().observer,
      {
        source: LOG,
        events: rumour.map((event) => ({ ...event, position: 5 })),
        position: 5,
      },
    );
    expect((await parkedKeys(db)).map(({ reason }) => reason)).toContain('UNKNOWN_TYPE');
  });
});

describe('what is parked', () => {
  test('keeps waiting for each later event until it is released', async () => {
    const { store, recorded } = await logOf([lifted('a', 'poison')]);
    const follower = fragile('poison');
    await deliver(store, follower, recorded);
    for (let i = 2; i <= 4; i++) {
      const { position } = await store.append('freeze-a', 'any', [lifted('a', `${i}`)], {
        actor: recorded[0]!.actor,
      });
      await deliver(store, follower, await store.read('freeze-a', i));
      expect(await checkpointOf(db, 'notebook', LOG)).toBe(position);
      expect(await parkedKeys(db)).toMatchObject([{ waiting: i }]);
    }
    follower.broken = false;
    await redrive(db, store, follower, 'freeze-a');
    expect(await heard()).toEqual({ a: 'poison 2 3 4' });
    await store.append('freeze-a', 'any', [lifted('a', 'free')], { actor: recorded[0]!.actor });
    await deliver(store, follower, await store.read('freeze-a', 5));
    expect(await heard()).toEqual({ a: 'poison 2 3 4 free' });
  });

  test('is released as far as it goes', async () => {
    const { store, recorded } = await logOf(
      ['one', 'bad', 'two', 'worse', 'three'].map((word) => lifted('a', word)),
    );
    const follower = fragile('bad', 'worse');
    await deliver(store, follower, recorded);
    const less = fragile('worse');
    expect(await redrive(db, store, less, 'freeze-a')).toEqual({
      redriven: 2,
      left: 2,
      reason: 'cannot handle worse',
    });
    expect(await heard()).toEqual({ a: 'one bad two' });
    expect(await parkedKeys(db)).toMatchObject([{ detail: 'cannot handle worse', waiting: 2 }]);
    expect(await redrive(db, store, healthy, 'freeze-a')).toEqual({ redriven: 2, left: 0 });
    expect(await heard()).toEqual({ a: 'one bad two worse three' });
  });

  test('stays parked as it was when releasing it is cut short', async () => {
    const { store, recorded } = await logOf(['one', 'bad', 'two', 'three'].map((word) => lifted('a', word)));
    await deliver(store, fragile('bad'), recorded);
    for (let n = 1; ; n++) {
      const { database, used } = faulty(db, n);
      const done = await redrive(database, store, healthy, 'freeze-a').catch(() => undefined);
      if (done) {
        expect(used()).toBeLessThan(n);
        expect(done).toEqual({ redriven: 3, left: 0 });
        break;
      }
      expect(await heard()).toEqual({ a: 'one' });
      expect(await parkedKeys(db)).toMatchObject([{ waiting: 3 }]);
    }
    expect(await heard()).toEqual({ a: 'one bad two three' });
  });

  test('can be given up, and then what waited behind it goes on', async () => {
    const { store, recorded } = await logOf(
      ['one', 'bad', 'two', 'worse', 'three'].map((word) => lifted('a', word)),
    );
    const follower = fragile('bad', 'worse');
    await deliver(store, follower, recorded);
    expect(await discard(db, 'notebook', 'freeze-a', { store, follower })).toBe(1);
    expect(await heard()).toEqual({ a: 'one two' });
    expect(await parkedKeys(db)).toMatchObject([{ detail: 'cannot handle worse', waiting: 2 }]);
    expect(await discard(db, 'notebook', 'freeze-a', { store, follower })).toBe(1);
    expect(await heard()).toEqual({ a: 'one two three' });
    expect(await parkedKeys(db)).toEqual([]);
    expect(await discard(db, 'notebook', 'freeze-a', { store, follower })).toBe(0);
  });

  test('is parked once, however often it is delivered', async () => {
    const { store, recorded } = await logOf(lives);
    const carried = { ...logSource(store), repeats: true };
    const follower = fragile('seven');
    for (let position = 13; position < 60; position += 13)
      await applyBatch(db, carried, follower, observing().observer, {
        source: 'topic/0',
        events: recorded,
        position,
      });
    expect(await parkedKeys(db)).toMatchObject([{ key: 'freeze-D-1', reason: 'TypeError', waiting: 3 }]);
    expect(await heard()).toEqual({ 'D-1': '1 2 3 4 5 6', 'D-2': '1 2 3 4' });
  });
});

describe('a record of a topic that cannot be read', () => {
  const source = 'slipway.scheduler/0';
  const record = (at: number, key: string) => ({
    key,
    at,
    reason: 'NOT_AN_EVENT',
    detail: 'The data are not the envelope of an event.',
    bytes: Buffer.from('{"torn'),
    headers: { ce_type: 'FreezeLifted\0' },
  });

  test.each([
    ['the next event of its stream brings', true],
    ['redriving fetches', false],
  ])('parks its key, others go on, and %s what it should have been', async (_, another) => {
    const { store, recorded } = await logOf(['one', 'two', 'three'].map((word) => lifted('a', word)));
    const [one, two, three] = recorded as [Recorded, Recorded, Recorded];
    const other = (await logOf([lifted('b', 'fine')])).recorded;
    const carrier = { ...logSource(store), repeats: true };
    const take = (
      position: number,
      events: readonly Recorded[],
      corrupt = [] as ReturnType<typeof record>[],
    ) => applyBatch(db, carrier, healthy, observing().observer, { source, position, events, corrupt });
    await take(1, [one]);
    await take(3, other, [record(1, two.stream)]);
    expect(await heard()).toEqual({ a: 'one', b: 'fine' });
    expect(await parkedKeys(db)).toMatchObject([{ key: 'freeze-a', reason: 'NOT_AN_EVENT', waiting: 1 }]);
    if (another) await take(4, [three]);
    await redrive(db, store, healthy, 'freeze-a');
    expect(await heard()).toEqual({ a: 'one two three', b: 'fine' });
    await discard(db, 'notebook', 'freeze-a', { store, follower: healthy });
    expect(await parkedKeys(db)).toEqual([]);
    await take(5, [two, three]);
    expect(await heard()).toEqual({ a: 'one two three', b: 'fine' });
  });
});
