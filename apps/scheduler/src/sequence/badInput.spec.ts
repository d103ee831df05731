import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { halt, startRefusals } from './progress.js';
import { regionalWaves } from './regions.js';
import type { PlanRequest, RegionalRequest, StepReport } from './request.js';
import { sequence } from './sequence.js';
import { timetable } from './starts.js';

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return `${error.violations[0]!.code} ${error.violations[0]!.message}`;
    throw error;
  }
  return 'nothing was refused';
};
const plan = (step: Partial<PlanRequest['steps'][number]>, more: Partial<PlanRequest> = {}): PlanRequest => ({
  steps: [{ id: 'a', minutes: 60, ...step }],
  ...more,
});
const ordering = (step: Partial<PlanRequest['steps'][number]>, more: Partial<PlanRequest> = {}) =>
  refusal(() => sequence(plan(step, more)));

describe('a figure that is none is refused by name', () => {
  test.each([Number.NaN, Infinity, -1, 0.5, 43_201])('%s minutes of a step', (minutes) => {
    const range = 'must be a whole number of minutes from';
    expect(ordering({ minutes })).toBe(`MINUTES_INVALID steps[0].minutes ${range} 1 to 43200.`);
    expect(ordering({ soakMinutes: minutes })).toBe(
      `MINUTES_INVALID steps[0].soakMinutes ${range} 0 to 43200.`,
    );
    expect(ordering({ rollbackMinutes: minutes })).toBe(
      `MINUTES_INVALID steps[0].rollbackMinutes ${range} 0 to 43200.`,
    );
    expect(ordering({}, { soakMinutes: minutes })).toBe(`MINUTES_INVALID soakMinutes ${range} 0 to 43200.`);
  });

  test.each([Number.NaN, 0, 1.5])('%s places of a capacity', (places) =>
    expect(ordering({}, { capacities: [{ id: 'dba', places }] })).toBe(
      'PLACES_INVALID capacities[0].places must be a whole number from 1 on.',
    ),
  );

  test('a step and a region last a minute at least', () => {
    expect(ordering({ minutes: 0 })).toMatch(/^MINUTES_INVALID steps\[0\]\.minutes/);
    expect(rollout({ minutes: 0 })).toMatch(/^MINUTES_INVALID regions\[0\]\.minutes/);
    expect([ordering({ minutes: 1 }), rollout({ minutes: 1 })]).toEqual(Array(2).fill('nothing was refused'));
  });
});

const rollout = (region: Partial<RegionalRequest['regions'][number]>, soakHours?: number) =>
  refusal(() =>
    regionalWaves({
      regions: [{ id: 'eu', load: 1, minutes: 60, ...region }],
      from: '2027-06-14T00:00:00Z',
      ...(soakHours !== undefined && { soakHours }),
    }),
  );

describe('a rollout by region', () => {
  test.each([Number.NaN, Infinity, -1, 0.5, 721])('of %s hours of soak or minutes is refused', (figure) => {
    expect(rollout({}, figure)).toBe('SOAK_INVALID soakHours must be a whole number from 0 to 720.');
    if (figure < 721 || Number.isNaN(figure))
      expect(rollout({ rollbackMinutes: figure })).toMatch(/^MINUTES_INVALID regions\[0\]\.rollbackMinutes/);
  });

  test('soaks 0 to 720 hours', () =>
    expect([rollout({}, 0), rollout({}, 720)]).toEqual(Array(2).fill('nothing was refused')));
});

describe('reports on a plan', () => {
  const order = sequence(plan({}));
  const reporting = (...reports: StepReport[]) => ({ plan: plan({}), order, reports });
  const twice = reporting({ step: 'a', state: 'FAILED' }, { step: 'a', state: 'SUCCEEDED' });
  const strange = reporting({ step: 'b', state: 'FAILED' });

  test('are refused if two of them are on one step: their order would decide', () => {
    const said = 'STEP_DUPLICATE reports[1] names a, which an earlier one does too.';
    expect(refusal(() => halt(twice))).toBe(said);
    expect(refusal(() => startRefusals(twice, 'a', new Date(0)))).toBe(said);
  });

  test('are refused on a step that the plan does not have', () => {
    const said = 'STEP_UNKNOWN reports[0].step names b, which the plan does not have.';
    expect(refusal(() => halt(strange))).toBe(said);
    expect(refusal(() => startRefusals(strange, 'a', new Date(0)))).toBe(said);
  });
});

test('a plan may say how long its steps soak; a step may say otherwise, and a task of another team need not', () => {
  const steps: PlanRequest['steps'] = [
    { id: 'a', minutes: 60 },
    { id: 'b', minutes: 60, soakMinutes: 5 },
    { id: 'c', minutes: 60, owner: 'network' },
  ];
  const soaked = (soakMinutes?: number) => {
    const asked: PlanRequest = { steps, ...(soakMinutes !== undefined && { soakMinutes }) };
    const { units } = timetable(asked, sequence(asked), new Date('2027-06-14T00:00:00Z'));
    return units.map((unit) => unit.soaked?.slice(11, 16));
  };
  expect([soaked(), soaked(90), soaked(0)]).toEqual([
    ['01:30', '01:05', '01:00'],
    ['02:30', '01:05', '01:00'],
    ['01:00', '01:05', '01:00'],
  ]);
});
