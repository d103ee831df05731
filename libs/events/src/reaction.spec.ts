import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { faulty } from '../../../test/faulty.js';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { declared, lifted, logOf, observing } from '../../../test/notebook.js';
import { FreezeDeclared, FreezeLifted } from './contracts/calendar.js';
import { DeploymentProgressed } from './contracts/deployment.js';
import type { Database } from './database.js';
import type { EventOf, Recorded } from './event.js';
import { type Entity, execute } from './execute.js';
import { applyBatch, type Follower } from './follow.js';
import { parkedKeys } from './parked.js';
import { contextOf, reactor } from './reaction.js';
import { LOG, logSource } from './source.log.js';
import { MemoryEventStore } from './store.memory.js';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await openFollowing((await logDatabase('reaction')).url);
});
afterAll(() => db.close());
beforeEach(() => db.query('truncate checkpoint, seen, parked'));

type Progress = EventOf<typeof DeploymentProgressed>;
const work: Entity<number, Progress> = {
  category: 'work',
  initialState: 0,
  evolve: (done) => done + 1,
};

/** "A freeze was declared or lifted, so there is work": a step more on the stream of its own each time. */
const following = (store: MemoryEventStore) =>
  reactor({
    name: 'working',
    on: [FreezeDeclared, FreezeLifted],
    react: (event, context) =>
      execute(
        store,
        work,
        (event.data as { freezeId: string }).freezeId,
        (done) => {
          if ('reason' in event.data && event.data.reason === 'bad') throw new TypeError('cannot react');
          return [
            DeploymentProgressed({
              deploymentId: 'd',
              sequence: done + 1,
              phase: 'p',
              target: 't',
              status: 'started',
            }),
          ];
        },
        context,
      ),
  });

const deliver = (
  database: Database,
  store: MemoryEventStore,
  follower: Follower,
  events: readonly Recorded[],
  position: number,
) =>
  applyBatch(database, { ...logSource(store), repeats: true }, follower, observing().observer, {
    source: LOG,
    events,
    position,
  });

describe('a reaction', () => {
  test('happens once, though its event is delivered three times', async () => {
    const { store, recorded } = await logOf([
      declared('a', 'Peak'),
      declared('b', 'Peak'),
      lifted('a', 'over'),
    ]);
    for (const position of [3, 6]) await deliver(db, store, following(store), recorded, position);
    await db.query('truncate checkpoint, seen');
    await deliver(db, store, following(store), recorded, 3);
    const steps = await store.read('work-a');
    expect(steps.map(({ data }) => data['sequence'])).toEqual([1, 2]);
    expect(await store.read('work-b')).toHaveLength(1);
  });

  test('happens once, wherever the connection breaks', async () => {
    for (const late of [false, true])
      for (let n = 1; ; n++) {
        await db.query('truncate checkpoint, seen');
        const { store, recorded } = await logOf([declared('a', 'Peak'), lifted('a', 'over')]);
        const { database, used } = faulty(db, n, late);
        const once = () => deliver(database, store, following(store), recorded, 2);
        await once().catch(once);
        expect(await store.read('work-a')).toHaveLength(2);
        if (used() < n) break;
      }
  });

  test('says on whose behalf, and what it comes from', async () => {
    const { store, recorded } = await logOf([declared('a', 'Peak')]);
    const [cause] = recorded as [Recorded];
    await deliver(db, store, following(store), recorded, 1);
    expect((await store.read('work-a'))[0]).toMatchObject({
      actor: { id: 'slipway:working', kind: 'service', roles: [], onBehalfOf: 'ana' },
      commandId: `working:${cause.id}`,
      correlationId: cause.correlationId,
      causationId: cause.id,
    });
    expect(contextOf('other', cause as never).commandId).not.toBe(
      contextOf('working', cause as never).commandId,
    );
  });

  test('that fails for good parks its stream; the others go on, and none of them twice', async () => {
    const { store, recorded } = await logOf([
      declared('a', 'Peak'),
      lifted('b', 'bad'),
      declared('c', 'Peak'),
      lifted('b', 'later'),
      lifted('a', 'over'),
    ]);
    await deliver(db, store, following(store), recorded, 5);
    expect(await store.read('work-a')).toHaveLength(2);
    expect(await store.read('work-b')).toEqual([]);
    expect(await store.read('work-c')).toHaveLength(1);
    expect(await parkedKeys(db)).toMatchObject([{ key: 'freeze-b', reason: 'TypeError', waiting: 2 }]);
  });
});
