import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { declared, lifted, logOf, NOTEBOOK, notebook, observing } from '../../../test/notebook.js';
import type { Event, Recorded } from './event.js';
import { applyBatch, checkpointOf } from './follow.js';
import { projector } from './projection.js';
import { LOG, logSource } from './source.log.js';
import type { EventStore } from './store.js';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await openFollowing((await logDatabase('projection')).url, NOTEBOOK);
});
afterAll(() => db.close());
const clear = () => db.query('truncate notebook, checkpoint, seen, parked');
beforeEach(clear);

const rows = () => db.query('select * from notebook order by id');
const follower = projector(notebook);
const { observer } = observing();

/** Hands over stretches of the log as they are, whatever the checkpoint says. */
async function deliver(store: EventStore, batches: readonly (readonly Recorded[])[]): Promise<unknown> {
  for (const events of batches) {
    const position = events.at(-1)?.position ?? 0;
    await applyBatch(db, logSource(store), follower, observer, { source: LOG, events, position });
  }
  return rows();
}

const freezes = ['a', 'b', 'c'];
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(fc.constantFrom(...freezes), fc.nat(9)).map(([freeze, n]) => declared(freeze, `name ${n}`)),
  fc
    .tuple(fc.constantFrom(...freezes), fc.constantFrom('over', 'gone'))
    .map(([freeze, reason]) => lifted(freeze, reason)),
);
const anyLog = fc.array(anyEvent, { minLength: 1, maxLength: 30 });

/** The log in pieces, each reaching back a little into the one before it. */
function overlapping(
  log: readonly Recorded[],
  cuts: readonly { length: number; back: number }[],
): Recorded[][] {
  const pieces: Recorded[][] = [];
  let at = 0;
  for (const { length, back } of [...cuts, { length: log.length, back: 1 }]) {
    pieces.push(log.slice(Math.max(0, at - back), at + length));
    at += length;
  }
  return pieces.filter(({ length }) => length > 0);
}
const anyCuts = fc.array(fc.record({ length: fc.integer({ min: 1, max: 9 }), back: fc.nat(5) }), {
  maxLength: 6,
});

describe('a projection', () => {
  test('gives the same rows for any cut of the log into repeated, overlapping batches', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, anyCuts, async (events, cuts) => {
        const { store, recorded } = await logOf(events);
        await clear();
        const whole = await deliver(store, [recorded]);
        await clear();
        const pieces = overlapping(recorded, cuts).flatMap((piece) => [piece, piece]);
        expect(await deliver(store, pieces)).toEqual(whole);
        expect(await checkpointOf(db, 'notebook', LOG)).toBe(recorded.length);
      }),
      { numRuns: 25 },
    );
  });

  test('gives the rows of a plain fold', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, async (events) => {
        const { store, recorded } = await logOf(events);
        const plain = new Map<string, { id: string; times: number; heard: string[]; last: string }>();
        for (const { type, data, position } of recorded) {
          const id = data['freezeId'] as string;
          const said = (type === 'FreezeLifted' ? data['reason'] : data['name']) as string;
          const before = plain.get(id) ?? { id, times: 0, heard: [], last: '' };
          if (type === 'FreezeLifted' && said === 'gone') plain.delete(id);
          else
            plain.set(id, {
              id,
              times: before.times + 1,
              heard: [...before.heard, said],
              last: `${position}`,
            });
        }
        await clear();
        const expected = [...plain.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(await deliver(store, [recorded])).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('leaves the rows alone that no event concerns', async () => {
    await db.query(`insert into notebook values ('untouched', 7, '["before"]', 3)`);
    const { store, recorded } = await logOf([declared('a', 'Peak')]);
    await deliver(store, [recorded]);
    expect(await rows()).toEqual([
      { id: 'a', times: 1, heard: ['Peak'], last: '1' },
      { id: 'untouched', times: 7, heard: ['before'], last: '3' },
    ]);
  });

  test('takes events of other types for nothing, and still moves on', async () => {
    const denied = { type: 'AccessDenied', version: 1, data: { freezeId: 'a' } };
    const { store, recorded } = await logOf([denied, declared('a', 'Peak'), denied]);
    expect(await deliver(store, [recorded])).toMatchObject([{ id: 'a', times: 1 }]);
    expect(await checkpointOf(db, 'notebook', LOG)).toBe(3);
  });
});
