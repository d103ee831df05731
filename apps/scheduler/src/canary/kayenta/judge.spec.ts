import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { copies, sequence } from '../testVectors.js';
import { judgeLikeKayenta } from './judge.js';
import type { KayentaLook } from './schema.js';
import { type Classified, passesStandalone, scoreClass, scoreOf } from './score.js';
import { prepared, withoutOutliers } from './values.js';

type Input = z.input<typeof KayentaLook>;

const metric = (of: string, groups: readonly string[], critical = false): Classified => ({
  name: of,
  class: of as Classified['class'],
  groups,
  critical,
});
const total = (metrics: readonly Classified[], weights: Readonly<Record<string, number>> = {}) =>
  scoreOf(metrics, new Map(Object.entries(weights))).score;

describe('the score', () => {
  test.each<[string, readonly Classified[], Readonly<Record<string, number>>, number]>([
    ['one pass', [metric('Pass', ['g'])], {}, 100],
    ['one high', [metric('High', ['g'])], {}, 0],
    ['one without data', [metric('Nodata', ['g'])], {}, 0],
    [
      'two groups, one without data',
      [metric('Pass', ['a']), metric('Pass', ['a']), metric('Nodata', ['b'])],
      {},
      100,
    ],
    ['pass and high', [metric('Pass', ['g']), metric('High', ['g'])], {}, 50],
    ['pass, high, low', [metric('Pass', ['g']), metric('High', ['g']), metric('Low', ['g'])], {}, 33.33],
    [
      '75/25, the first passes',
      [metric('Pass', ['a']), metric('Pass', ['a']), metric('High', ['b'])],
      { a: 75, b: 25 },
      75,
    ],
    [
      '50/50, half of the first passes',
      [metric('Pass', ['a']), metric('High', ['a']), metric('High', ['b'])],
      { a: 50, b: 50 },
      25,
    ],
    [
      'one of them without data',
      [metric('Pass', ['a']), metric('Nodata', ['a']), metric('High', ['b'])],
      { a: 50, b: 50 },
      50,
    ],
    ['pass and critical high', [metric('Pass', ['g']), metric('High', ['g'], true)], {}, 0],
    ['low and critical pass', [metric('Low', ['g']), metric('Pass', ['g'], true)], {}, 50],
    ['pass and critical without data', [metric('Pass', ['g']), metric('Nodata', ['g'], true)], {}, 0],
    [
      '15/85, a third of 15',
      [metric('High', ['a']), metric('Low', ['a']), metric('Pass', ['a']), metric('High', ['b'])],
      { a: 15, b: 85 },
      5,
    ],
    ['one metric that must have data', [metric('Pass', ['g']), metric('NodataFailMetric', ['g'])], {}, 50],
    [
      'two groups that share what a third leaves',
      [metric('Pass', ['a']), metric('Pass', ['b']), metric('High', ['c'])],
      { a: 40 },
      70,
    ],
    ['a metric in two groups', [metric('Pass', ['a', 'b']), metric('High', ['b'])], { a: 60, b: 40 }, 80],
    ['nothing at all', [], {}, 0],
  ])('of %s', (_, metrics, weights, expected) => expect(total(metrics, weights)).toBe(expected));

  test('is 0 from half of the metrics without data on, and says so', () => {
    const of = (...classes: string[]) =>
      scoreOf(
        classes.map((one) => metric(one, ['g'])),
        new Map(),
      );
    expect(of('Pass', 'Nodata')).toMatchObject({ score: 0, failedBy: 'nodata' });
    expect(of('Pass', 'Pass', 'Nodata')).toMatchObject({ score: 100, failedBy: null });
    expect(of('Pass', 'NodataFailMetric')).toMatchObject({ score: 50, failedBy: null });
  });

  test('names a critical failure first, and shows the groups all the same', () =>
    expect(scoreOf([metric('Nodata', ['a'], true), metric('Pass', ['b'])], new Map([['a', 30]]))).toEqual({
      score: 0,
      failedBy: 'critical',
      groups: [
        { name: 'a', score: 0, hasData: false, weight: 30 },
        { name: 'b', score: 100, hasData: true, weight: 70 },
      ],
    }));

  test('is rounded half up to two decimals', () =>
    expect(total([metric('Pass', ['a']), metric('High', ['b'])], { a: 1.005, b: 98.995 })).toBe(1.01));

  test.each([
    ['33.12499999999999', 1, 8, 1, 3, 33.12],
    ['66.12499999999999', 1, 8, 2, 3, 66.12],
    ['12.5', 1, 8, 1, 8, 12.5],
    ['100', 8, 8, 3, 3, 100],
  ])('is rounded as it is written: %s', (_, passed, of, passedToo, ofToo, expected) => {
    const group = (name: string, passes: number, all: number) =>
      Array.from({ length: all }, (__, i) => metric(i < passes ? 'Pass' : 'High', [name]));
    const metrics = [...group('a', passed, of), ...group('b', passedToo, ofToo)];
    expect(total(metrics, { a: 1, b: 99 })).toBe(expected);
  });

  test.each([
    [95, 'Pass'],
    [94.99, 'Marginal'],
    [75, 'Marginal'],
    [74.99, 'Fail'],
  ])('of %s is %s', (score, expected) =>
    expect(scoreClass(score, { pass: 95, marginal: 75 })).toBe(expected),
  );

  test('has no class without both thresholds', () =>
    expect([scoreClass(95, { pass: 95 }), scoreClass(95, { marginal: 75 })]).toEqual([null, null]));
});

describe('standalone mode', () => {
  test.each([
    [95, undefined, undefined, true],
    [60, 75, 95, false],
    [85, 75, undefined, true],
    [85, 75, 95, false],
    [97, 75, 95, true],
    [95, 75, 95, true],
    [75, 75, undefined, false],
    [94.99, undefined, 95, false],
  ])('final %s, marginal %s, pass %s: %s', (score, marginal, pass, expected) =>
    expect(passesStandalone(score, { marginal, pass })).toBe(expected),
  );
});

describe('values', () => {
  const analysis = { nanStrategy: 'remove', outliers: { strategy: 'keep', outlierFactor: 3 } } as const;

  test('that are no numbers are removed or 0', () => {
    const values = [null, 10.1, 'NaN', 20.2] as const;
    expect(prepared(values, analysis, 'v')).toEqual([10.1, 20.2]);
    expect(prepared(values, { ...analysis, nanStrategy: 'replace' }, 'v')).toEqual([0, 10.1, 0, 20.2]);
  });

  test('far out are removed if so configured', () => {
    const outliers = { strategy: 'remove', outlierFactor: 1.5 } as const;
    const values = [...sequence(200, (i) => 20 + (i % 10)), 50, -50];
    expect(prepared(values, { ...analysis, outliers }, 'v')).toEqual(values.slice(0, 200));
    expect(prepared(values, analysis, 'v')).toEqual(values);
    expect(prepared([], { ...analysis, outliers }, 'v')).toEqual([]);
  });

  test('within the first and 99th percentiles stay, however far', () => {
    expect(withoutOutliers([21, 23, 24, 25, 50, 29, 23, 21], 1.5)).toEqual([21, 23, 24, 25, 29, 23, 21]);
    expect(withoutOutliers([...copies(97, 1), 9, 9, 9], 3)).toEqual([...copies(97, 1), 9, 9, 9]);
    expect(withoutOutliers([...copies(97, 1), -9, -9, -9], 3)).toEqual([...copies(97, 1), -9, -9, -9]);
    expect(withoutOutliers([0, 1, 2, 3, 4, 10, -6], 1)).toEqual([0, 1, 2, 3, 4]);
  });

  test('at the fence stay', () =>
    expect(withoutOutliers([0, ...copies(200, 4), ...copies(200, 8), 12], 1)).toEqual([
      0,
      ...copies(200, 4),
      ...copies(200, 8),
      12,
    ]));

  test('are refused by the name of their field', () =>
    expect(() => prepared([1, 1e200], analysis, 'metricSetPairList.m.control')).toThrow(
      'SAMPLE_INVALID: metricSetPairList.m.control[1]',
    ));
});

/** One metric whose analysis is configured like this. */
const config = (canary: object): Input => ({
  mode: 'kayenta',
  canaryConfig: {
    metrics: [
      {
        name: 'errors',
        groups: ['Errors'],
        query: { type: 'prometheus' },
        analysisConfigurations: { canary: { ...canary } },
      },
    ],
    classifier: { groupWeights: { Errors: 100 } },
    configVersion: '1',
  },
  scoreThresholds: { pass: 95, marginal: 75 },
  metricSetPairList: [],
});
const pair = (control: readonly number[], experiment: readonly number[]) => [
  { name: 'errors', values: { control: [...control], experiment: [...experiment] }, scopes: {} },
];
const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code);

describe("a canary judged as by Kayenta's judge", () => {
  test('falls into its hole, and is warned: [0,1,2,1,0,0] against zeros passes', () => {
    const verdict = judgeLikeKayenta({
      ...config({}),
      metricSetPairList: pair(copies(6, 0), [0, 1, 2, 1, 0, 0]),
    });
    expect(verdict).toMatchObject({
      judge: 'NetflixACAJudge-v1.0',
      score: 100,
      failedBy: null,
      classification: 'Pass',
      passesStandalone: true,
      groups: [{ name: 'Errors', score: 100, hasData: true, weight: 100 }],
      warnings: [],
    });
    const [result] = verdict.results;
    expect(result).toMatchObject({
      name: 'errors',
      class: 'Pass',
      muted: false,
      ratio: null,
      effectSize: null,
    });
    expect(result!.shift).toMatchObject({ lower: 0, upper: 2 });
    // The rank test finds no difference at any shift from 0 to 1; the estimate is whichever the root search meets.
    expect(result!.shift!.estimate).toBeCloseTo(0.8127, 4);
    expect(codes(result!.warnings)).toEqual(['FEW_SAMPLES', 'EFFECT_SIZE_SKIPPED', 'SPARSE_PASSES']);
  });

  test('has 0.75 as the common-language effect of that hole', () => {
    const input = {
      ...config({ effectSize: { measure: 'cles' } }),
      metricSetPairList: pair(copies(6, 0), [0, 1, 2, 1, 0, 0]),
    };
    const [result] = judgeLikeKayenta(input).results;
    expect(result).toMatchObject({ class: 'Pass', effectSize: 0.75 });
  });

  test('leaves the mean ratio aside: [1,4,2,3,1] against zeros is High whatever is allowed', () => {
    const input = config({ direction: 'increase', effectSize: { allowedIncrease: 1_000 } });
    const verdict = judgeLikeKayenta({ ...input, metricSetPairList: pair(copies(5, 0), [1, 4, 2, 3, 1]) });
    const [result] = verdict.results;
    expect(verdict).toMatchObject({ score: 0, classification: 'Fail', passesStandalone: false });
    expect(result!.class).toBe('High');
    expect(result!.shift!.lower).toBeCloseTo(1, 3);
    expect(result!.shift!.upper).toBeCloseTo(4, 3);
    expect(codes(result!.warnings)).toEqual(['FEW_SAMPLES', 'EFFECT_SIZE_SKIPPED']);
  });

  test('takes a metric without a pair, or with an empty one, for one without data', () => {
    for (const metricSetPairList of [[], pair([], [])]) {
      const verdict = judgeLikeKayenta({ ...config({}), metricSetPairList });
      expect(verdict).toMatchObject({
        score: 0,
        failedBy: 'nodata',
        classification: 'Fail',
        results: [{ class: 'Nodata' }],
      });
      expect(codes(verdict.warnings)).toEqual(['GROUP_WITHOUT_DATA']);
    }
  });

  test('lets silence pass where values are replaced, and warns', () => {
    const verdict = judgeLikeKayenta({ ...config({ nanStrategy: 'replace' }), metricSetPairList: [] });
    expect(verdict).toMatchObject({ score: 100, classification: 'Pass' });
    expect(codes(verdict.results[0]!.warnings)).toEqual(['SILENCE_PASSES']);
  });

  test('shows a muted metric and does not score it', () => {
    const verdict = judgeLikeKayenta({
      ...config({ muted: true }),
      metricSetPairList: pair(copies(20, 1), copies(20, 9)),
    });
    expect(verdict).toMatchObject({
      score: 0,
      groups: [],
      results: [{ class: 'High', muted: true, warnings: [] }],
    });
    expect(codes(verdict.warnings)).toEqual(['WEIGHTS', 'GROUP_WITHOUT_METRICS']);
  });

  test('warns where thresholds are missing or met at the margin', () => {
    const halfway = {
      canaryConfig: {
        metrics: ['errors', 'latency'].map((name) => ({ name, groups: [name] })),
        classifier: { groupWeights: { errors: 75, latency: 25 } },
      },
      metricSetPairList: [
        ...pair(
          sequence(20, (i) => i),
          sequence(20, (i) => i),
        ),
        { name: 'latency', values: { control: copies(20, 1), experiment: copies(20, 9) } },
      ],
    };
    const verdict = judgeLikeKayenta({ ...config({}), ...halfway });
    expect(verdict).toMatchObject({ score: 75, classification: 'Marginal', passesStandalone: false });
    expect(codes(verdict.warnings)).toEqual(['MARGINAL_BOUNDARY']);
    const open = judgeLikeKayenta({ ...config({}), ...halfway, scoreThresholds: {} });
    expect(open).toMatchObject({ score: 75, classification: null, passesStandalone: true });
    expect(codes(open.warnings)).toEqual(['NO_THRESHOLDS']);
  });

  test.each<[string, object, string]>([
    [
      'a metric twice',
      { canaryConfig: { metrics: [{ name: 'a' }, { name: 'a' }] } },
      'CONFIGURATION_INVALID: canaryConfig.metrics must name a once.',
    ],
    [
      'a pair twice',
      { metricSetPairList: [...pair([], []), ...pair([], [])] },
      'CONFIGURATION_INVALID: metricSetPairList must name errors once.',
    ],
    [
      'a pair of no metric',
      { metricSetPairList: [{ name: 'other', values: {} }] },
      'CONFIGURATION_INVALID: metricSetPairList.other must be one of canaryConfig.metrics.',
    ],
    ['no metrics', { canaryConfig: { metrics: [] } }, 'INVALID_INPUT: canaryConfig.metrics'],
    [
      'an infinity',
      { metricSetPairList: pair([Infinity], [1]) },
      'INVALID_INPUT: metricSetPairList.0.values.control.0',
    ],
    [
      'a size out of range',
      { metricSetPairList: pair([1e200], [1]) },
      'SAMPLE_INVALID: metricSetPairList.errors.control[0]',
    ],
    [
      'an unknown direction',
      config({ direction: 'up' }),
      'INVALID_INPUT: canaryConfig.metrics.0.analysisConfigurations.canary.direction',
    ],
  ])('refuses %s', (_, more, message) => {
    const input = { ...config({}), metricSetPairList: pair([1], [1]), ...more } as Input;
    expect(() => judgeLikeKayenta(input)).toThrow(message);
  });
});
