import { afterEach, describe, expect, test } from 'vitest';
import type { ServiceDatabase } from '#service/database';
import { logDatabase, openFollowing } from '../../../test/log.js';
import { ApprovalExpired, ApprovalGranted } from './contracts/change.js';
import type { EventOf } from './event.js';
import { type Decision, type Entity, execute } from './execute.js';
import { StoreUnavailable } from './store.js';
import { MemoryEventStore } from './store.memory.js';
import { type Due, fireDue } from './timers.js';

const databases: ServiceDatabase[] = [];
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.close()));
});

async function open(url: string): Promise<ServiceDatabase> {
  const database = await openFollowing(url);
  databases.push(database);
  return database;
}
const openFresh = async () => open((await logDatabase('timers')).url);

/** Sets a timer as projections do; negative seconds lie in the past of the database's clock. */
const set = (db: ServiceDatabase, id: string, inSeconds: number) =>
  db.query(
    `insert into timer select * from jsonb_populate_recordset(null::timer, jsonb_build_array(jsonb_build_object(
       'id', $1::text, 'due_at', clock_timestamp() + make_interval(secs => $2), 'command', 'expire',
       'data', jsonb_build_object('changeId', $1::text), 'fired_at', null)))`,
    [id, inSeconds],
  );

/** A round of approval that is granted or expires, never both. */
type Round = EventOf<typeof ApprovalGranted> | EventOf<typeof ApprovalExpired>;
const round: Entity<'open' | 'decided', Round> = {
  category: 'round',
  initialState: 'open',
  evolve: () => 'decided',
};
const bound = { changeId: 'c', deploymentId: 'd', planHash: 'h' };
const expire =
  (lateBySeconds: number): Decision<'open' | 'decided', Round> =>
  (state) =>
    state === 'open' ? [ApprovalExpired({ ...bound, lateBySeconds })] : [];
const grant: Decision<'open' | 'decided', Round> = (state) =>
  state === 'open' ? [ApprovalGranted({ ...bound, approvers: ['bo'] })] : [];
const actor = { id: 'slipway:timer', kind: 'service' as const, roles: [] };

const expiring = (store: MemoryEventStore) => async (due: Due) => {
  const commandId = `timer:${due.id}:${due.dueAt.toISOString()}`;
  await execute(store, round, due.data['changeId']!, expire(due.lateBySeconds), { actor, commandId });
};

describe('a deadline', () => {
  test('that passed while nobody looked expires once, and says how late it is (LIB-06 S1)', async () => {
    const db = await openFresh();
    const store = new MemoryEventStore();
    await set(db, 'c-1', -241);
    for (let i = 0; i < 3; i++) await fireDue(db, expiring(store));
    const expired = await store.read('round-c-1');
    expect(expired).toHaveLength(1);
    expect(expired[0]!.data['lateBySeconds']).toBeGreaterThanOrEqual(240);
    expect(expired[0]!.data['lateBySeconds']).toBeLessThan(300);
  });

  test('to come is left alone, and says when to look again', async () => {
    const db = await openFresh();
    await set(db, 'c-1', 100);
    await set(db, 'c-2', 3_600);
    const milliseconds = await fireDue(db, () => Promise.reject(new Error('too early')));
    expect(milliseconds).toBeGreaterThan(90_000);
    expect(milliseconds).toBeLessThanOrEqual(100_000);
  });

  test('is not looked for where there is none', async () => {
    expect(await fireDue(await openFresh(), async () => {})).toBe(Infinity);
  });

  test('comes after those that were due before it, in as many rounds as it takes', async () => {
    const db = await openFresh();
    const seconds = { d: -20, b: -10, e: -30, a: -5, c: -1 };
    for (const [id, inSeconds] of Object.entries(seconds)) await set(db, id, inSeconds);
    const fired: string[] = [];
    const note = async ({ id }: Due) => void fired.push(id);
    expect(await fireDue(db, note, 2)).toBe(0);
    expect(fired).toEqual(['e', 'd']);
    expect(await fireDue(db, note, 2)).toBe(0);
    expect(await fireDue(db, note, 2)).toBe(Infinity);
    expect(fired).toEqual(['e', 'd', 'b', 'a', 'c']);
  });

  test('that two processes notice fires once', async () => {
    const { url } = await logDatabase('timers');
    const [one, two] = [await open(url), await open(url)];
    const store = new MemoryEventStore();
    for (let i = 0; i < 40; i++) await set(one, `c-${i}`, -1);
    const fired: string[] = [];
    const fire = async (due: Due) => {
      await expiring(store)(due);
      fired.push(due.id);
    };
    await Promise.all([one, two, one, two].map((db) => fireDue(db, fire, 15)));
    await fireDue(one, fire);
    expect(new Set(fired).size).toBe(40);
    expect(fired).toHaveLength(40);
    expect(await store.head()).toBe(40);
  });

  test('that fired just before a crash fires again as the same command', async () => {
    const db = await openFresh();
    const store = new MemoryEventStore();
    await set(db, 'c-1', -60);
    const crash = fireDue(db, async (due) => {
      await expiring(store)(due);
      throw new StoreUnavailable('gone before the answer');
    });
    await expect(crash).rejects.toBeInstanceOf(StoreUnavailable);
    let again = 0;
    await fireDue(db, async (due) => {
      again++;
      await expiring(store)(due);
    });
    expect(again).toBe(1);
    expect(await store.read('round-c-1')).toHaveLength(1);
  });

  test('whose command cannot be carried out does not keep the others waiting, and is tried again', async () => {
    const db = await openFresh();
    for (const [id, seconds] of [
      ['bad', -30],
      ['good', -20],
    ] as const)
      await set(db, id, seconds);
    const fired: string[] = [];
    const fire = async ({ id }: Due) => {
      if (id === 'bad') throw new TypeError('cannot read it');
      fired.push(id);
    };
    await expect(fireDue(db, fire)).rejects.toThrow('cannot read it');
    expect(fired).toEqual(['good']);
    const milliseconds = await fireDue(db, fire);
    expect(milliseconds).toBeGreaterThan(30_000);
    await db.query('update timer set retry_at = clock_timestamp()');
    const late: number[] = [];
    await fireDue(db, async ({ lateBySeconds }) => void late.push(lateBySeconds));
    expect(late).toEqual([expect.toSatisfy((seconds: number) => seconds >= 30)]);
    expect(await fireDue(db, fire)).toBe(Infinity);
  });

  test('races with a person, and exactly one of them wins (LIB-06 S2)', async () => {
    const db = await openFresh();
    const store = new MemoryEventStore();
    for (let i = 0; i < 40; i++) await set(db, `c-${i}`, -1);
    const person = { id: 'bo', kind: 'human' as const, roles: ['approver'] };
    const granting = Array.from({ length: 40 }, async (_, i) => {
      for (let turn = 0; turn < i; turn++) await Promise.resolve();
      await execute(store, round, `c-${i}`, grant, { actor: person });
    });
    await Promise.all([fireDue(db, expiring(store)), ...granting]);
    for (let i = 0; i < 40; i++) expect(await store.read(`round-c-${i}`)).toHaveLength(1);
  });
});
