import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import { initialRecalibration, inWindow, type Outcome, scoreOf } from './outcomes.js';
import { recalibrate } from './recalibration.js';
import { type FactorName, factorNames, initialRiskModel } from './riskModel.js';

const at = '2027-06-01T00:00:00Z';
const flat = (value: number) =>
  Object.fromEntries(factorNames.map((name) => [name, value])) as Record<FactorName, number>;
const outcome: Outcome = { id: 'd1', endedAt: at, failed: true, factors: flat(0.5) };
const saying = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
  return [];
};
const asking = (more: object, rules = {}) =>
  saying(() =>
    recalibrate(
      { outcomes: [outcome], model: initialRiskModel, version: '2', at, ...more },
      { ...initialRecalibration, ...rules },
    ),
  );
const first = (violations: ReturnType<typeof saying>) => ({
  ...violations[0],
  message: violations[0]?.message.split(': ')[0],
});

const text = { accepted: ['x', 'x'.repeat(100)], refused: ['', 'x'.repeat(101)] };
const positive = { accepted: [0.001, 1e12], refused: [0, -1, 1.1e12, NaN] };
const share = { accepted: [0, 1], refused: [-0.001, 1.001, NaN] };
const inner = { accepted: [0.001, 0.999], refused: [0, 1, NaN] };

test.each<[string, { accepted: unknown[]; refused: unknown[] }]>([
  ['version', text],
  ['year', { accepted: [2027], refused: [2026.5] }],
  ['source', { accepted: ['x'], refused: [''] }],
  ['windowDays', positive],
  ['halfLifeDays', positive],
  ['minOutcomes', { accepted: [1, 1_000], refused: [0, 1.5] }],
  ['minFailures', { accepted: [0, 1_000], refused: [-1, 1.5] }],
  ['trainShare', inner],
  ['strength', positive],
  ['step', inner],
  ['minBrierGain', share],
  ['maxAucDrop', share],
])('%s of the rules has limits, and what lies beyond them is refused by name', (name, of) => {
  const few = { minOutcomes: 2 };
  expect(of.accepted.flatMap((value) => asking({}, { ...few, [name]: value }))).toEqual([]);
  for (const value of of.refused) {
    expect(first(asking({}, { [name]: value }))).toEqual({
      code: 'INVALID_INPUT',
      message: name,
      ref: '4.1.6',
    });
  }
});

test('the bounds of the rate are shares, the least of them not above the most', () => {
  for (const rate of [
    { least: 0, most: 1 },
    { least: 0.3, most: 0.3 },
  ]) {
    expect(asking({}, { rate })).toEqual([]);
  }
  expect(first(asking({}, { rate: { least: -0.1, most: 1 } })).message).toBe('rate.least');
  expect(first(asking({}, { rate: { least: 0, most: 1.1 } })).message).toBe('rate.most');
  expect(asking({}, { rate: { least: 0.4, most: 0.3 } })).toEqual([
    { code: 'INVALID_INPUT', message: 'rate: least must not be above most.', ref: '4.1.6' },
  ]);
});

test.each<[string, { accepted: unknown[]; refused: unknown[] }]>([
  ['id', { accepted: ['x', 'x'.repeat(200)], refused: ['', 'x'.repeat(201)] }],
  [
    'endedAt',
    { accepted: ['2027-05-31T23:00:00+01:00'], refused: ['2027-05-31', '2027-05-31T23:00:00', ''] },
  ],
  ['failed', { accepted: [true, false], refused: [0, 'true'] }],
  [
    'factors',
    { accepted: [flat(0), flat(1)], refused: [flat(-0.001), flat(1.001), {}, { ...flat(1), x: 1 }] },
  ],
])('%s of an outcome has limits, and what lies beyond them is refused by name', (name, of) => {
  const with_ = (value: unknown) => asking({ outcomes: [{ ...outcome, [name]: value }] });
  expect(of.accepted.flatMap(with_)).toEqual([]);
  for (const value of of.refused) {
    expect(with_(value)[0]?.message).toMatch(new RegExp(`^outcomes\\.0\\.${name}[.:]`));
  }
});

describe('the question', () => {
  test('names its model and its instant, and has one outcome an id', () => {
    expect(text.accepted.flatMap((version) => asking({ version }))).toEqual([]);
    for (const version of text.refused) expect(first(asking({ version })).message).toBe('version');
    expect(asking({ at: '2027-06-01T01:00:00+01:00' })).toEqual([]);
    expect(first(asking({ at: '2027-06-01' })).message).toBe('at');
    expect(asking({ outcomes: [outcome, { ...outcome, id: 'd2' }] })).toEqual([]);
    expect(asking({ outcomes: [outcome, { ...outcome, failed: false }] })).toEqual([
      { code: 'INVALID_INPUT', message: 'outcomes: Expected one outcome an id.', ref: '4.1.6' },
    ]);
  });

  test('with too little to learn from is answered with what there is', () => {
    const question = { outcomes: [outcome], model: initialRiskModel, version: '2', at };
    expect(recalibrate(question)).toEqual({
      outcomes: 1,
      failures: 1,
      state: 'NONE',
      reasons: ['INSUFFICIENT_OUTCOMES'],
    });
  });
});

test('the window is half open, oldest first, each half-life weighs half, equal instants go by id', () => {
  const aged = (id: string, days: number): Outcome => ({
    ...outcome,
    id,
    endedAt: new Date(Date.parse(at) - days * 86_400_000).toISOString(),
  });
  const ages: [string, number][] = [
    ['now', 0],
    ['c', 90],
    ['a', 90],
    ['b', 90],
    ['later', -1],
    ['half a year', 180],
    ['a year', 365],
    ['most of a year', 364],
  ];
  const found = inWindow(
    ages.map(([id, days]) => aged(id, days)),
    Date.parse(at),
    initialRecalibration,
  );
  expect(found.map(({ id, weight }) => [id, weight])).toEqual([
    ['most of a year', 0.5 ** (364 / 90)],
    ['half a year', 0.25],
    ['a', 0.5],
    ['b', 0.5],
    ['c', 0.5],
    ['now', 1],
  ]);
  expect(found[5]).toEqual({ ...aged('now', 0), weight: 1 });
});

test('a score is the sum of each weight times its factor', () => {
  expect(scoreOf(flat(0.5), initialRiskModel.weights)).toBe(50);
  expect(scoreOf({ ...flat(0), history: 0.5, exposure: 1 }, initialRiskModel.weights)).toBe(13);
});
