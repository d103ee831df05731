import { describe, expect, test } from 'vitest';
import { FreezeDeclared, type FreezeLifted, freezeEvents } from './contracts/calendar.js';
import { DeploymentProgressed } from './contracts/deployment.js';
import { fingerprint } from './envelope.js';
import type { Actor, Context, Event, EventOf } from './event.js';
import { type Decision, type Entity, execute, load, StaleRevision } from './execute.js';
import { Rejected } from './rejected.js';
import { ConcurrentWrite, type Expected } from './store.js';
import { MemoryEventStore } from './store.memory.js';

const actor: Actor = { id: 'ana', kind: 'human', roles: ['deployment_operator'] };

type Progress = EventOf<typeof DeploymentProgressed>;
/** Counts the reports of one deployment. */
const execution: Entity<number, Progress> = {
  category: 'execution',
  initialState: 0,
  evolve: (_, { data }) => data.sequence,
};
const report = (sequence: number): Progress =>
  DeploymentProgressed({ deploymentId: 'd', sequence, phase: 'canary', target: 'eu', status: 'applied' });
const next: Decision<number, Progress> = (reports) => [report(reports + 1)];
const atMost =
  (most: number): Decision<number, Progress> =>
  (reports) => {
    if (reports >= most) throw new Rejected('FULL', `At most ${most} reports.`);
    return [report(reports + 1)];
  };

async function reported(times: number, store = new MemoryEventStore()) {
  for (let i = 0; i < times; i++) await execute(store, execution, 'd', next, { actor });
  return store;
}

/** A store in which someone else is faster, the given number of times. */
class Overtaken extends MemoryEventStore {
  constructor(private times: number) {
    super();
  }

  override async append(stream: string, expected: Expected, events: readonly Event[], context: Context) {
    if (this.times-- > 0) await super.append(stream, expected, [report(Number(expected) + 1)], { actor });
    return super.append(stream, expected, events, context);
  }
}

describe('a command', () => {
  test('appends what was decided and says where it stands', async () => {
    const store = await reported(2);
    const outcome = await execute(store, execution, 'd', next, { actor });
    expect(outcome).toEqual({ events: [report(3)], revision: 3, position: 3 });
    expect((await store.read('execution-d')).map(({ data }) => data['sequence'])).toEqual([1, 2, 3]);
  });

  test('that finds nothing to do appends nothing and says where the stream stands', async () => {
    const store = await reported(2);
    expect(await execute(store, execution, 'd', () => [], { actor })).toEqual({
      events: [],
      revision: 2,
      position: 2,
    });
    expect(await store.head()).toBe(2);
  });

  test('that is refused leaves nothing', async () => {
    const store = await reported(2);
    await expect(execute(store, execution, 'd', atMost(2), { actor })).rejects.toMatchObject({
      code: 'FULL',
    });
    expect(await store.head()).toBe(2);
  });

  test('never stores a fact that could not be read back', async () => {
    const store = new MemoryEventStore();
    const broken = () => [{ ...report(1), data: { ...report(1).data, sequence: 0 } }];
    await expect(execute(store, execution, 'd', broken, { actor })).rejects.toThrow(
      /CONTRACT_BROKEN.*sequence/,
    );
    const unknown = () => [{ type: 'Rumoured', version: 1, data: {} } as unknown as Progress];
    await expect(execute(store, execution, 'd', unknown, { actor })).rejects.toMatchObject({
      code: 'UNKNOWN_TYPE',
    });
    expect(await store.head()).toBe(0);
  });
});

describe('of two commands at once', () => {
  test('that saw the same revision, exactly one succeeds (LIB-02 S1)', async () => {
    const store = await reported(14);
    const pause = (commandId: string) =>
      execute(store, execution, 'd', next, { actor, commandId, expected: 14 });
    const results = await Promise.allSettled([pause('one'), pause('two')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toMatchObject([
      { value: { revision: 15 } },
    ]);
    const [lost] = results.filter((result) => result.status === 'rejected');
    expect(lost?.reason).toBeInstanceOf(StaleRevision);
    expect(lost?.reason).toMatchObject({ expected: 14, actual: 15 });
    expect(await store.read('execution-d')).toHaveLength(15);
  });

  test('that saw no revision, both succeed, one after the other', async () => {
    const store = await reported(1);
    const both = await Promise.all([1, 2].map(() => execute(store, execution, 'd', next, { actor })));
    expect(both.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([2, 3]);
  });

  test('with the same id, both get the one result, whatever revision they saw', async () => {
    const store = await reported(14);
    const pause = () => execute(store, execution, 'd', next, { actor, commandId: 'one', expected: 14 });
    const [first, second] = await Promise.all([pause(), pause()]);
    expect(first).toEqual({ events: [report(15)], revision: 15, position: 15 });
    expect(second).toEqual(first);
    expect(await store.head()).toBe(15);
  });
});

describe('a lost race', () => {
  test('is decided again on what is there now', async () => {
    const store = new Overtaken(2);
    expect(await execute(store, execution, 'd', next, { actor })).toMatchObject({
      events: [report(3)],
      revision: 3,
    });
  });

  test('may turn into a refusal', async () => {
    const store = new Overtaken(1);
    await expect(execute(store, execution, 'd', atMost(1), { actor })).rejects.toMatchObject({
      code: 'FULL',
    });
    expect(await store.head()).toBe(1);
  });

  test('is given up after three attempts', async () => {
    const store = new Overtaken(3);
    await expect(execute(store, execution, 'd', next, { actor })).rejects.toEqual(
      new ConcurrentWrite('execution-d', 2, 3),
    );
    expect(await store.head()).toBe(3);
  });

  test('is told at once to a caller who named the revision', async () => {
    const store = new Overtaken(1);
    const command = execute(store, execution, 'd', next, { actor, expected: 0 });
    await expect(command).rejects.toBeInstanceOf(StaleRevision);
    expect(await store.head()).toBe(1);
  });
});

describe('a repeated command', () => {
  const two: Decision<number, Progress> = (reports) => [report(reports + 1), report(reports + 2)];
  const command = { actor, commandId: 'c-1', commandHash: fingerprint({ sequence: 1 }) };

  test('is answered five times alike and stored once (LIB-02 S2)', async () => {
    const store = await reported(3);
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await execute(store, execution, 'd', two, command));
    expect(answers).toEqual(Array(5).fill({ events: [report(4), report(5)], revision: 5, position: 5 }));
    expect(await store.head()).toBe(5);
  });

  test('keeps its answer after others came', async () => {
    const store = await reported(3);
    const answer = await execute(store, execution, 'd', two, command);
    await reported(4, store);
    expect(await execute(store, execution, 'd', two, command)).toEqual(answer);
  });

  test('gives its events ids that follow from it', async () => {
    const ids = async () => {
      const store = new MemoryEventStore();
      await execute(store, execution, 'd', two, command);
      return (await store.read('execution-d')).map(({ id }) => id);
    };
    const first = await ids();
    expect(new Set(first).size).toBe(2);
    expect(await ids()).toEqual(first);
  });

  test('with other content is refused', async () => {
    const store = await reported(0);
    await execute(store, execution, 'd', two, command);
    const other = { ...command, commandHash: fingerprint({ sequence: 2 }) };
    await expect(execute(store, execution, 'd', two, other)).rejects.toMatchObject({
      code: 'COMMAND_ID_REUSED',
    });
    expect(await store.head()).toBe(2);
  });

  test('may be used for another stream', async () => {
    const store = await reported(0);
    await execute(store, execution, 'd', two, command);
    expect(await execute(store, execution, 'e', two, command)).toMatchObject({ revision: 2, position: 4 });
  });
});

describe('a stream', () => {
  type FreezeEvent = EventOf<typeof FreezeDeclared> | EventOf<typeof FreezeLifted>;
  const names: Entity<readonly string[], FreezeEvent> = {
    category: 'freeze',
    initialState: [],
    evolve: (before, { type }) => [...before, type],
  };

  test('can be looked at as it was', async () => {
    const store = new MemoryEventStore();
    const [declared, lifted] = freezeEvents;
    const terms = {
      freezeId: 'f',
      name: 'Peak',
      reason: 'peak' as const,
      mode: 'hard' as const,
      start: '2027-11-20T00:00:00Z',
      end: '2027-12-01T00:00:00Z',
      scope: {},
      allowedKinds: [],
      declaredBy: 'ana',
    };
    await execute(store, names, 'f', () => [declared(terms)], { actor });
    await execute(store, names, 'f', () => [lifted({ freezeId: 'f', reason: 'Over', liftedBy: 'ana' })], {
      actor,
    });
    expect(await load(store, names, 'f')).toEqual({
      state: ['FreezeDeclared', 'FreezeLifted'],
      revision: 2,
      position: 2,
    });
    expect(await load(store, names, 'f', ({ revision }) => revision <= 1)).toEqual({
      state: ['FreezeDeclared'],
      revision: 1,
      position: 1,
    });
    expect(await load(store, names, 'g')).toEqual({ state: [], revision: 0, position: 0 });
  });
});
