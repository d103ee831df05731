import { describe, expect, test } from 'vitest';
import { copies } from '../testVectors.js';
import type { Classification } from './classify.js';
import { KayentaLook } from './schema.js';
import { scoreOf, type Score } from './score.js';
import { metricWarnings, scoreWarnings } from './warnings.js';

const analysis = (canary: object) =>
  KayentaLook.parse({
    mode: 'kayenta',
    canaryConfig: { metrics: [{ name: 'm', analysisConfigurations: { canary } }] },
    metricSetPairList: [],
  }).canaryConfig.metrics[0]!.analysisConfigurations.canary;
const passed: Classification = {
  class: 'Pass',
  critical: false,
  ratio: 1,
  effectSize: 1,
  shift: { estimate: 1, lower: 0, upper: 2 },
};
const of = (
  control: readonly number[],
  experiment: readonly number[],
  found: Partial<Classification> = {},
  canary: object = {},
) =>
  metricWarnings({ control, experiment }, analysis(canary), { ...passed, ...found }).map(
    ({ code, message }) => `${code}: ${message}`,
  );
const ones = copies(10, 1);

const FEW = 'FEW_SAMPLES: Fewer than 10 samples a side are compared; there is no minimum in this mode.';
const SILENCE = 'SILENCE_PASSES: A side has no samples, and passes because nanStrategy is replace.';
const SKIPPED = 'EFFECT_SIZE_SKIPPED: A mean is 0, so that the thresholds on the mean ratio were left aside.';
const SPARSE =
  'SPARSE_PASSES: At least half of all values are 0 and the means differ: the rank test hardly sees rare events.';
const PRECISION =
  'PRECISION: The estimate is within the 0.0001 to which limits are found; the class may be an accident.';

describe('the class of a metric is told with a warning', () => {
  test('if a silent side passes', () => {
    const untested = { shift: null, effectSize: null };
    expect(of([], ones, untested)).toEqual([SILENCE]);
    expect(of(ones, [], untested)).toEqual([SILENCE]);
    expect(of([], [], untested)).toEqual([SILENCE]);
    expect(of([], ones, { ...untested, class: 'Nodata' })).toEqual([]);
  });

  test('from fewer than ten samples on either side on', () => {
    expect(of(ones, ones)).toEqual([]);
    expect(of(ones.slice(1), ones)).toEqual([FEW]);
    expect(of(ones, ones.slice(1))).toEqual([FEW]);
    expect(of(ones.slice(1), ones, { class: 'High' })).toEqual([FEW]);
  });

  test('if thresholds were left aside in a test', () => {
    expect(of(ones, ones, { effectSize: null })).toEqual([SKIPPED]);
    expect(of(ones, ones, { effectSize: null, shift: null })).toEqual([]);
  });

  test('if it passes with half of all values 0 and a mean that is worse', () => {
    const mixed = [...copies(5, 0), ...copies(5, 1)];
    const more = [...copies(5, 0), ...copies(5, 2)];
    const fewer = [...copies(4, 0), ...copies(6, 2)];
    expect(of(mixed, more)).toEqual([SPARSE]);
    expect(of(more, mixed)).toEqual([SPARSE]);
    expect(of(mixed, mixed)).toEqual([]);
    expect(of(mixed, fewer)).toEqual([]);
    expect(of(mixed, more, { class: 'High' })).toEqual([]);
  });

  test('if that is in the direction that is bad', () => {
    const mixed = [...copies(5, 0), ...copies(5, 1)];
    const more = [...copies(5, 0), ...copies(5, 2)];
    const increase = { direction: 'increase' };
    const decrease = { direction: 'decrease' };
    expect(of(mixed, more, {}, increase)).toEqual([SPARSE]);
    expect(of(more, mixed, {}, increase)).toEqual([]);
    expect(of(mixed, mixed, {}, increase)).toEqual([]);
    expect(of(more, mixed, {}, decrease)).toEqual([SPARSE]);
    expect(of(mixed, more, {}, decrease)).toEqual([]);
    expect(of(mixed, mixed, {}, decrease)).toEqual([]);
  });

  test('if the means differ although the sums do not', () => {
    const short = [...copies(10, 0), 1];
    const long = [...copies(20, 0), 1];
    expect(of(short, long)).toEqual([SPARSE]);
    expect(of(short, long, {}, { direction: 'increase' })).toEqual([]);
    expect(of(short, long, {}, { direction: 'decrease' })).toEqual([SPARSE]);
  });

  test('if the estimate is no larger than the precision, on either side of 0', () => {
    const at = (estimate: number) => of(ones, ones, { shift: { estimate, lower: 0, upper: 0 } });
    expect([at(1e-4), at(-1e-4), at(0)]).toEqual([[PRECISION], [PRECISION], [PRECISION]]);
    expect([at(1.001e-4), at(-1.001e-4)]).toEqual([[], []]);
  });

  test('or several', () =>
    expect(of([0, 0], [0, 1], { effectSize: null, shift: { estimate: 0, lower: 0, upper: 1 } })).toEqual([
      FEW,
      SKIPPED,
      SPARSE,
      PRECISION,
    ]));
});

describe('the score is told with a warning', () => {
  const thresholds = { pass: 95, marginal: 75 };
  const group = (name: string, weight: number, hasData = true) => ({ name, score: 100, hasData, weight });
  const score = (groups: Score['groups'], total = 100): Score => ({ score: total, failedBy: null, groups });
  const told = (...[found, weights, limits]: Parameters<typeof scoreWarnings>) =>
    scoreWarnings(found, weights, limits).map(({ code, message }) => `${code}: ${message}`);
  const none = new Map<string, number>();

  test('for each group without data', () =>
    expect(
      told(score([group('a', 50, false), group('b', 25), group('c', 25, false)]), none, thresholds),
    ).toEqual([
      'GROUP_WITHOUT_DATA: Group a has no data and counts as 100.',
      'GROUP_WITHOUT_DATA: Group c has no data and counts as 100.',
    ]));

  test('if weights do not sum to 100, but for noise', () => {
    const short = told(score([group('a', 50), group('b', 49.5)]), none, thresholds);
    expect(short).toEqual(['WEIGHTS: The weights of the groups that have metrics sum to 99.5, not to 100.']);
    const long = told(score([group('a', 50), group('b', 51)]), none, thresholds);
    expect(long).toEqual(['WEIGHTS: The weights of the groups that have metrics sum to 101, not to 100.']);
    expect(told(score([group('a', 100 + 5e-10)]), none, thresholds)).toEqual([]);
    expect(told(score([group('a', 100 - 5e-10)]), none, thresholds)).toEqual([]);
  });

  test('for each weight of a group without metrics', () => {
    const weights = new Map([
      ['a', 100],
      ['b', 0],
      ['c', 0],
    ]);
    expect(told(score([group('a', 100)]), weights, thresholds)).toEqual([
      'GROUP_WITHOUT_METRICS: Group b has a weight but no metrics.',
      'GROUP_WITHOUT_METRICS: Group c has a weight but no metrics.',
    ]);
  });

  test('where both thresholds are missing', () => {
    const groups = score([group('a', 100)]);
    expect(told(groups, none, {})).toEqual(['NO_THRESHOLDS: Without thresholds every score passes.']);
    expect([told(groups, none, { pass: 95 }), told(groups, none, { marginal: 75 })]).toEqual([[], []]);
  });

  test('at the marginal threshold, where standalone mode differs', () => {
    const at = (total: number, limits = thresholds) => told(score([group('a', 100)], total), none, limits);
    expect(at(75)).toEqual([
      'MARGINAL_BOUNDARY: A score at the marginal threshold is Marginal, and fails in standalone mode.',
    ]);
    expect([at(75.01), at(74.99), at(95), at(100)]).toEqual([[], [], [], []]);
    expect(at(75, { pass: 75, marginal: 75 })).toEqual([]);
  });
});

describe('the score of groups', () => {
  const metric = (name: string, groups: readonly string[]) =>
    ({ name, groups, class: 'Pass', critical: false }) as const;

  test('shares what given weights leave among the others, and counts a group named twice twice', () =>
    expect(
      scoreOf(
        [metric('x', ['a', 'b', 'b']), { ...metric('y', ['b', 'c']), class: 'High' }],
        new Map([
          ['a', 20],
          ['d', 10],
        ]),
      ),
    ).toEqual({
      score: 43.33,
      failedBy: null,
      groups: [
        { name: 'a', score: 100, hasData: true, weight: 20 },
        { name: 'b', score: expect.closeTo(200 / 3, 10), hasData: true, weight: 35 },
        { name: 'c', score: 0, hasData: true, weight: 35 },
      ],
    }));
});
