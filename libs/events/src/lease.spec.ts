import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { declared, logOf } from '../../../test/notebook.js';
import type { Broker } from './broker.js';
import { FreezeDeclared } from './contracts/calendar.js';
import { checkpointOf } from './follow.js';
import { LEASE_SECONDS, releaseLease, takeLease } from './lease.js';
import { relay } from './relay.js';
import { LOG } from './source.log.js';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await openFollowing((await logDatabase('lease')).url);
});
afterAll(() => db.close());
beforeEach(() => db.query('truncate lease, checkpoint'));

/** Lets the time of the lease pass: its end, by the database's clock, is over. */
const expire = (name: string) =>
  db.query(`update lease set until = clock_timestamp() - interval '1 second' where name = $1`, [name]);

describe('a lease', () => {
  test('is held by one at a time, and by its holder again', async () => {
    expect(await takeLease(db, 'relay', 'one')).toEqual({ name: 'relay', token: 1 });
    expect(await takeLease(db, 'relay', 'two')).toBeUndefined();
    expect(await takeLease(db, 'relay', 'one')).toEqual({ name: 'relay', token: 1 });
    expect(await takeLease(db, 'other', 'two')).toEqual({ name: 'other', token: 1 });
  });

  test('passes on when its time is over, with a higher token', async () => {
    await takeLease(db, 'relay', 'one');
    await expire('relay');
    expect(await takeLease(db, 'relay', 'two')).toEqual({ name: 'relay', token: 2 });
    expect(await takeLease(db, 'relay', 'one')).toBeUndefined();
    await expire('relay');
    expect(await takeLease(db, 'relay', 'one')).toEqual({ name: 'relay', token: 3 });
  });

  test('passes on at once when it is given back, and not by one who lost it', async () => {
    const first = (await takeLease(db, 'relay', 'one'))!;
    await releaseLease(db, first);
    const second = await takeLease(db, 'relay', 'two');
    expect(second).toEqual({ name: 'relay', token: 2 });
    await releaseLease(db, first);
    expect(await takeLease(db, 'relay', 'three')).toBeUndefined();
  });

  test('is taken by exactly one of many who try at once', async () => {
    for (let round = 1; round <= 5; round++) {
      const taken = await Promise.all(
        Array.from({ length: 8 }, (_, i) => takeLease(db, 'relay', `${round}/${i}`)),
      );
      expect(taken.filter((lease) => lease !== undefined)).toEqual([{ name: 'relay', token: round }]);
      await expire('relay');
    }
  });

  test('lasts for a time that the database judges', async () => {
    await takeLease(db, 'relay', 'one');
    const [row] = await db.query<{ seconds: string }>(
      'select extract(epoch from until - now()) as seconds from lease',
    );
    expect(Number(row!.seconds)).toBeGreaterThan(LEASE_SECONDS - 5);
    expect(Number(row!.seconds)).toBeLessThanOrEqual(LEASE_SECONDS);
  });
});

describe('of two relays', () => {
  /** A broker whose door is shut until it is opened; only publishing is asked of it. */
  function shutBroker() {
    const published: string[] = [];
    let arrived = () => {};
    let open = () => {};
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    const opened = new Promise<void>((resolve) => (open = resolve));
    const publish: Broker['publish'] = async (_, messages) => {
      arrived();
      await opened;
      published.push(...messages.map(({ headers }) => String(headers['ce_position'])));
    };
    return { broker: { publish } as unknown as Broker, published, asked, open };
  }

  test('one that stalled past its lease moves nothing when it comes back (LIB-03 S3)', async () => {
    const { store } = await logOf(['a', 'b', 'c'].map((name) => declared(name, 'Peak')));
    const types = new Set([FreezeDeclared.type]);
    const [stalled, standby] = [shutBroker(), shutBroker()];
    const options = { store, db, topic: 'slipway.scheduler', types };
    const [stopFirst, stopSecond] = [new AbortController(), new AbortController()];
    const first = relay({ ...options, broker: stalled.broker, holder: 'first' }, stopFirst.signal);
    await stalled.asked;
    await expire('relay');
    standby.open();
    const second = relay({ ...options, broker: standby.broker, holder: 'second' }, stopSecond.signal);
    await expect.poll(() => checkpointOf(db, 'relay', LOG)).toBe(3);
    expect(standby.published).toEqual(['1', '2', '3']);
    // What the second relay did is undone, so that any step of the first one would show.
    await db.query('update checkpoint set position = 1');
    stopFirst.abort();
    stalled.open();
    await first;
    expect(stalled.published).toEqual(['1', '2', '3']);
    expect(await checkpointOf(db, 'relay', LOG)).toBe(1);
    expect(await takeLease(db, 'relay', 'third')).toBeUndefined();
    stopSecond.abort();
    await second;
    expect(await takeLease(db, 'relay', 'third')).toEqual({ name: 'relay', token: 3 });
  });
});
