import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { declared, lifted, logOf, NOTEBOOK, notebook, observing } from '../../../test/notebook.js';
import type { Event, Recorded } from './event.js';
import { applyBatch, checkpointOf, follow } from './follow.js';
import { parkedKeys } from './parked.js';
import { type Projection, projector } from './projection.js';
import { rebuild } from './rebuild.js';
import { LOG, logSource } from './source.log.js';
import { MemoryEventStore } from './store.memory.js';

const context = { actor: { id: 'ana', kind: 'human' as const, roles: [] } };
const { observer } = observing();

let db: ServiceDatabase;
beforeAll(async () => {
  const { url } = await logDatabase('rebuild');
  db = await openFollowing(url, `${NOTEBOOK} create view quiet as select id from notebook where times = 1;`);
});
afterAll(() => db.close());
beforeEach(() => db.query('truncate notebook, checkpoint, seen, parked'));

const rows = (): Promise<unknown[]> => db.query('select * from notebook order by id');
const followTo = (store: MemoryEventStore, recorded: readonly Recorded[], as = projector(notebook)) =>
  applyBatch(db, logSource(store), as, observer, {
    source: LOG,
    events: recorded,
    position: recorded.at(-1)!.position,
  });

/** Some freezes, each with a life of its own. */
const lives = (freezes: number): Event[] =>
  Array.from({ length: freezes }, (_, i) => [
    declared(`f${i}`, 'Peak'),
    ...Array.from({ length: i % 5 }, (_unused, k) => lifted(`f${i}`, `${k}`)),
    ...(i % 11 === 3 ? [lifted(`f${i}`, 'gone')] : []),
  ]).flat();

describe('a rebuilt read model', () => {
  test('holds what following gave it, and so does the one rebuilt after it', async () => {
    const { store, recorded } = await logOf(lives(60));
    await followTo(store, recorded);
    const followed = await rows();
    const report = {
      table: 'notebook',
      before: followed.length,
      after: followed.length,
      events: recorded.length,
    };
    for (let i = 0; i < 2; i++) {
      expect(await rebuild(db, store, notebook)).toEqual(report);
      expect(await rows()).toEqual(followed);
    }
    expect(await checkpointOf(db, 'notebook', LOG)).toBe(recorded.length);
  });

  test('replaces whatever was there', async () => {
    const { store } = await logOf([
      declared('a', 'Peak'),
      { type: 'AccessDenied', version: 1, data: { freezeId: 'x' } },
    ]);
    await db.query(`insert into notebook values ('wrong', 1, '[]', 1), ('a', 99, '[]', 1)`);
    expect(await rebuild(db, store, notebook)).toMatchObject({ before: 2, after: 1 });
    expect(await rows()).toMatchObject([{ id: 'a', times: 1 }]);
    expect(await checkpointOf(db, 'notebook', LOG)).toBe(2);
  });

  test('has what a trigger fills in', async () => {
    const { store } = await logOf([declared('a', 'Peak')]);
    await db.query(`
alter table notebook add column mark text not null default '';
create function mark() returns trigger language plpgsql as $$ begin new.mark := 'marked'; return new; end $$;
create trigger mark before insert on notebook for each row execute function mark();`);
    try {
      await rebuild(db, store, notebook);
      expect(await rows()).toMatchObject([{ id: 'a', mark: 'marked' }]);
    } finally {
      await db.query('drop function mark cascade; alter table notebook drop column mark');
    }
  });

  test('is followed on from where it ends', async () => {
    const { store, recorded } = await logOf(lives(10));
    await rebuild(db, store, notebook);
    const before = await rows();
    await followTo(store, recorded);
    expect(await rows()).toEqual(before);
    await store.append('freeze-f1', 'any', [lifted('f1', 'later')], context);
    const later = await store.read('freeze-f1');
    await followTo(store, later);
    expect(await rows()).not.toEqual(before);
    expect(await checkpointOf(db, 'notebook', LOG)).toBe(recorded.length + 1);
  });

  test('keeps its indexes, and the views on it', async () => {
    const indexes = () =>
      db.query(`select indexname from pg_indexes where tablename = 'notebook' order by 1`);
    const before = await indexes();
    const { store } = await logOf(lives(10));
    await rebuild(db, store, notebook);
    expect(await indexes()).toEqual(before);
    expect(await db.query('select id from quiet order by id')).toEqual([{ id: 'f0' }, { id: 'f5' }]);
    expect(await db.query(`select to_regclass('notebook_shadow') as found`)).toEqual([{ found: null }]);
  });

  test('leaves the old one in place when it cannot be made', async () => {
    const { store, recorded } = await logOf(lives(10));
    await followTo(store, recorded);
    const before = await rows();
    const wrong: typeof notebook = {
      ...notebook,
      evolve: () => ({ id: 'f1', times: null as never, heard: [], last: 1 }),
    };
    await expect(rebuild(db, store, wrong)).rejects.toThrow();
    expect(await rows()).toEqual(before);
    await rebuild(db, store, notebook);
    expect(await rows()).toEqual(before);
  });

  test('parks the poison that following parks, and nothing else', async () => {
    const future = { ...lifted('f2', 'tomorrow'), version: 9 };
    const strange: Event = { type: 'FreezeLifted', version: 1, data: { freezeId: 'f4' } };
    const bad = lifted('f7', 'bad');
    const { store, recorded } = await logOf([...lives(8), future, strange, bad, ...lives(8)]);
    const touchy: typeof notebook = {
      ...notebook,
      evolve(before, event) {
        if (event.type === 'FreezeLifted' && event.data.reason === 'bad')
          throw new TypeError('cannot fold it');
        return notebook.evolve(before, event);
      },
    };
    await followTo(store, recorded, projector(touchy));
    const followed = await rows();
    const told = (await parkedKeys(db)).map(({ key, type, reason, waiting }) => ({
      key,
      type,
      reason,
      waiting,
    }));
    expect(told.map(({ key, reason }) => [key, reason]).sort()).toEqual([
      ['freeze-f2', 'FUTURE_VERSION'],
      ['freeze-f4', 'CONTRACT_BROKEN'],
      ['freeze-f7', 'TypeError'],
    ]);
    for (let i = 0; i < 2; i++) {
      await rebuild(db, store, touchy);
      expect(await rows()).toEqual(followed);
      const rebuilt = (await parkedKeys(db)).map(({ key, type, reason, waiting }) => ({
        key,
        type,
        reason,
        waiting,
      }));
      expect(new Set(rebuilt.map((each) => JSON.stringify(each)))).toEqual(
        new Set(told.map((each) => JSON.stringify(each))),
      );
    }
    await rebuild(db, store, notebook);
    expect((await parkedKeys(db)).map(({ key }) => key).sort()).toEqual(['freeze-f2', 'freeze-f4']);
  });
});

describe('a rebuild', () => {
  /** As the notebook, but counting downwards: what the next version of a read model shows. */
  const downwards: Projection = {
    ...(notebook as unknown as Projection),
    evolve: (before, event) => {
      const row = (notebook as unknown as Projection<{ id: string; times: number }>).evolve(
        before && { ...before, times: -(before as { id: string; times: number }).times },
        event,
      );
      return row && { ...row, times: -row.times };
    },
  };

  test(
    'over 100,000 events disturbs no query, and shows as one change (LIB-04 S3)',
    { timeout: 120_000 },
    async () => {
      const store = new MemoryEventStore();
      const freezes = 20_000;
      for (let i = 0; i < freezes; i++)
        await store.append(
          `freeze-f${i}`,
          0,
          [declared(`f${i}`, 'Peak'), ...[1, 2, 3, 4].map((k) => lifted(`f${i}`, `${k}`))],
          context,
        );
      await rebuild(db, store, notebook);
      const stop = new AbortController();
      const following = follow(db, logSource(store), projector(notebook), observer, stop.signal);
      const shown: string[] = [];
      const looking = (async () => {
        while (!stop.signal.aborted) {
          const [{ low, high, n }] = (await db.query(
            'select min(sign(times)) as low, max(sign(times)) as high, count(*) as n from notebook',
          )) as [{ low: number; high: number; n: string }];
          expect(low).toBe(high);
          expect(Number(n)).toBe(freezes);
          if (shown.at(-1) !== `${low}`) shown.push(`${low}`);
        }
      })();
      const report = await rebuild(db, store, downwards);
      expect(report).toEqual({ table: 'notebook', before: freezes, after: freezes, events: 100_000 });
      await expect.poll(() => shown, { timeout: 20_000 }).toEqual(['1', '-1']);
      stop.abort();
      await Promise.all([following, looking]);
    },
  );

  test('takes in what is appended and followed meanwhile', { timeout: 60_000 }, async () => {
    const { store, recorded } = await logOf(lives(2_000));
    await followTo(store, recorded);
    const stop = new AbortController();
    const following = follow(db, logSource(store), projector(notebook), observer, stop.signal);
    let rebuilding = true;
    const writing = (async () => {
      for (let i = 0; rebuilding; i++) {
        await store.append(
          `freeze-f${i % 500}`,
          'any',
          [lifted(`f${i % 500}`, i % 7 === 0 ? 'gone' : 'late')],
          context,
        );
        await new Promise(setImmediate);
      }
    })();
    for (let i = 0; i < 3; i++) await rebuild(db, store, notebook);
    rebuilding = false;
    await writing;
    const head = await store.head();
    await expect.poll(() => checkpointOf(db, 'notebook', LOG), { timeout: 20_000 }).toBe(head);
    stop.abort();
    await following;
    const followed = await rows();
    await rebuild(db, store, notebook);
    expect(await rows()).toEqual(followed);
  });
});
