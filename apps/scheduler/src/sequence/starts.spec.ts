import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { MINUTE } from '../instant.js';
import type { PlanRequest, Step } from './request.js';
import { sequence } from './sequence.js';
import { timetable } from './starts.js';

const NOW = new Date('2027-06-01T00:00:00Z');
const at = (minute: number) => new Date(NOW.getTime() + minute * MINUTE).toISOString();
const open = (...spans: [number, number][]) =>
  spans.map(([start, end]) => ({ start: at(start), end: at(end) }));
const hard = (consumer: string, provider: string) => ({ consumer, provider, kind: 'hard' as const });
const scheduled = (plan: PlanRequest, now = NOW) => timetable(plan, sequence(plan), now);
const minuteOf = (text: string | null) =>
  text === null ? null : (Date.parse(text) - NOW.getTime()) / MINUTE;
const starts = (plan: PlanRequest) =>
  Object.fromEntries(scheduled(plan).units.map(({ unit, start }) => [unit, minuteOf(start)]));
const chain = (changes: Record<string, Partial<Step>> = {}): PlanRequest => ({
  steps: ['a', 'b', 'c'].map((id) => ({ id, minutes: 60, soakMinutes: 30, ...changes[id] })),
  dependencies: [hard('b', 'a'), hard('c', 'b')],
});

describe('the earliest start', () => {
  test('of a wave is when the one before has ended and soaked', () => {
    expect(starts(chain())).toEqual({ a: 0, b: 90, c: 180 });
    expect(scheduled(chain()).units[1]).toEqual({
      unit: 'b',
      wave: 2,
      start: at(90),
      end: at(150),
      soaked: at(180),
      waitedMinutes: 0,
    });
    expect(scheduled(chain()).finish).toBe(at(270));
  });

  test('takes half an hour of soak if nothing else is said, and none after a task of another team', () => {
    expect(
      starts(chain({ a: { soakMinutes: undefined }, b: { soakMinutes: undefined, owner: 'network' } })),
    ).toEqual({ a: 0, b: 90, c: 150 });
    expect(starts(chain({ b: { soakMinutes: 5, owner: 'network' } }))).toEqual({ a: 0, b: 90, c: 155 });
  });

  test('is not before the plan may begin, nor before now', () => {
    expect(scheduled({ ...chain(), from: at(500) }).units[0]?.start).toBe(at(500));
    expect(scheduled({ ...chain(), from: at(-500) }).units[0]?.start).toBe(at(0));
  });

  test('keeps the work and the time to go back inside one permitted time, touching ones taken together', () => {
    expect(starts(chain({ b: { permitted: open([80, 149], [300, 330], [330, 360]) } }))).toEqual({
      a: 0,
      b: 300,
      c: 390,
    });
    expect(starts(chain({ b: { permitted: open([80, 150]) } }))).toMatchObject({ b: 90 });
    expect(
      starts(chain({ b: { rollbackMinutes: 1, permitted: open([80, 150], [200, 261]) } })),
    ).toMatchObject({ b: 200 });
  });

  test('says how long a unit waits for it', () => {
    expect(
      scheduled(chain({ b: { permitted: open([300, 400]) } })).units.map(
        ({ waitedMinutes }) => waitedMinutes,
      ),
    ).toEqual([0, 210, 0]);
  });

  test('of a unit is one at which each of its steps is permitted', () => {
    const plan: PlanRequest = {
      steps: [
        { id: 'a', minutes: 60, permitted: open([0, 100], [200, 300], [400, 500]) },
        { id: 'b', minutes: 30, soakMinutes: 100, permitted: open([80, 110], [280, 320], [420, 460]) },
      ],
      units: [['a', 'b']],
    };
    expect(scheduled(plan).units).toEqual([
      { unit: 'a+b', wave: 1, start: at(420), end: at(480), soaked: at(550), waitedMinutes: 420 },
    ]);
  });
});

describe('capacities', () => {
  const step = (id: string, minutes: number, ...uses: string[]): Step => ({
    id,
    minutes,
    soakMinutes: 0,
    uses,
  });
  const one = [{ id: 'env', places: 1 }];

  test('let as many run at once as there are places, the longest first, soak included', () => {
    const plan = {
      steps: [step('a', 10, 'env'), step('b', 30, 'env'), step('c', 20, 'env')],
      capacities: one,
    };
    expect(starts(plan)).toEqual({ b: 0, c: 30, a: 50 });
    expect(starts({ ...plan, capacities: [{ id: 'env', places: 2 }] })).toEqual({ b: 0, c: 0, a: 20 });
    expect(
      starts({
        steps: [{ ...step('a', 10, 'env'), soakMinutes: 25 }, step('b', 30, 'env')],
        capacities: one,
      }),
    ).toEqual({ a: 0, b: 35 });
  });

  test('of which a step takes none leave it alone, and of which it takes two both must have a place', () => {
    const plan = {
      steps: [step('a', 30, 'env'), step('b', 20, 'team'), step('c', 10, 'env', 'team'), step('d', 5)],
      capacities: [...one, { id: 'team', places: 1 }],
    };
    expect(starts(plan)).toEqual({ a: 0, b: 0, c: 30, d: 0 });
  });

  test('are taken once by a step that names one twice, and by every step of a unit', () => {
    expect(starts({ steps: [step('a', 10, 'env', 'env')], capacities: one })).toEqual({ a: 0 });
    const pair = {
      steps: [step('a', 10, 'env'), step('b', 10, 'env'), step('c', 5, 'env')],
      units: [['a', 'b']],
    };
    expect(starts({ ...pair, capacities: [{ id: 'env', places: 2 }] })).toEqual({ 'a+b': 0, c: 10 });
    expect(starts({ ...pair, capacities: [{ id: 'env', places: 3 }] })).toEqual({ 'a+b': 0, c: 0 });
    expect(starts({ ...pair, capacities: one })).toEqual({ 'a+b': null, c: 0 });
  });

  test('and windows are met together', () => {
    const plan = {
      steps: [step('a', 30, 'env'), { ...step('b', 20, 'env'), permitted: open([10, 40], [60, 90]) }],
      capacities: one,
    };
    expect(starts(plan)).toEqual({ a: 0, b: 60 });
  });
});

describe('what never can start', () => {
  test('is said with its reason, and so is what comes after it', () => {
    const { units, finish, criticalPath } = scheduled(chain({ b: { permitted: open([0, 59]) } }));
    expect(units.map(({ start, end, soaked, waitedMinutes }) => [start, end, soaked, waitedMinutes])).toEqual(
      [
        [at(0), at(60), at(90), 0],
        [null, null, null, null],
        [null, null, null, null],
      ],
    );
    expect(units.map(({ reason }) => reason)).toEqual([
      undefined,
      'No permitted time is long enough for all of its steps, or a capacity has fewer places than they use.',
      'Wave 2 never is done.',
    ]);
    expect(finish).toBeNull();
    expect(criticalPath).toEqual(['a', 'b', 'c']);
  });
});

describe('the critical path', () => {
  test('names the unit of each wave that soaks last, of equal ones the first by name', () => {
    const plan: PlanRequest = {
      steps: [
        { id: 'a', minutes: 10 },
        { id: 'b', minutes: 40, soakMinutes: 5 },
        { id: 'c', minutes: 10, soakMinutes: 35 },
        { id: 'd', minutes: 10, soakMinutes: 34 },
        { id: 'e', minutes: 1 },
        { id: 'f', minutes: 1, permitted: open([100, 200]) },
      ],
      dependencies: [hard('e', 'a'), hard('f', 'a')],
    };
    expect(scheduled(plan).criticalPath).toEqual(['b', 'f']);
  });

  test('is the whole of the time: its lengths and its waits add up to the finish', () => {
    const step = (id: string) =>
      fc
        .record({
          minutes: fc.integer({ min: 1, max: 90 }),
          soakMinutes: fc.integer({ min: 0, max: 60 }),
          from: fc.integer({ min: 0, max: 500 }),
        })
        .map(({ from, ...one }): Step => ({
          id,
          ...one,
          permitted: open([from, from + 120], [1_000, 9_000]),
        }));
    const anyPlan = fc.record({
      steps: fc.tuple(...['a', 'b', 'c', 'd', 'e'].map(step)),
      dependencies: fc.array(
        fc.tuple(fc.nat(4), fc.nat(4)).map(([i, j]) => hard('abcde'[i]!, 'abcde'[j]!)),
        { maxLength: 5 },
      ),
    });
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const { units, criticalPath, finish } = scheduled(plan);
        const total = criticalPath.reduce((sum, id) => {
          const { start, soaked, waitedMinutes } = units.find(({ unit }) => unit === id)!;
          return sum + waitedMinutes! + minuteOf(soaked)! - minuteOf(start)!;
        }, 0);
        expect(total).toBe(minuteOf(finish));
        const last = Math.max(...units.map(({ soaked }) => minuteOf(soaked)!));
        expect(last).toBe(total);
      }),
    );
  });
});

describe('bad input', () => {
  test('is refused by name', () => {
    expect(() => scheduled(chain({ b: { permitted: open([10, 20], [30, 20]) } }))).toThrow(
      'steps[1].permitted[1] ends before it starts',
    );
    expect(() => scheduled({ ...chain(), from: 'today' })).toThrow('from must be an instant');
    expect(() => scheduled(chain(), new Date(Number.NaN))).toThrow('now must be a valid date');
  });

  test('of two thousand steps that all want one place is answered soon', () => {
    const steps = Array.from({ length: 2_000 }, (_, i) => ({
      id: `s${i}`,
      minutes: 1 + (i % 7),
      soakMinutes: 0,
      uses: ['env'],
    }));
    const before = performance.now();
    const total = steps.reduce((sum, { minutes }) => sum + minutes, 0);
    expect(scheduled({ steps, capacities: [{ id: 'env', places: 1 }] }).finish).toBe(at(total));
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  test('of two thousand steps that all want sixty places is answered soon, too', () => {
    const capacities = Array.from({ length: 60 }, (_, i) => ({ id: `c${i}`, places: 1 }));
    const uses = capacities.map(({ id }) => id);
    const steps = Array.from({ length: 2_000 }, (_, i) => ({
      id: `s${i}`,
      minutes: 1,
      soakMinutes: 0,
      uses,
    }));
    expect(scheduled({ steps, capacities }).finish).toBe(at(2_000));
  });
});
