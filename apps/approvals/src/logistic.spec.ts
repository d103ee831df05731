import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitLogistic, type Observation, sigmoid } from './logistic.js';

const logit = (p: number) => Math.log(p / (1 - p));
const repeat = (n: number, features: number[], failed: boolean, weight = 1): Observation[] =>
  Array.from({ length: n }, () => ({ features, failed, weight }));
const faint = { towards: [0], strength: 1e-9 };

describe('logistic regression', () => {
  // one yes-or-no feature has a solution on paper: the log-odds of the two groups
  const table = [
    ...repeat(6, [0], true),
    ...repeat(24, [0], false),
    ...repeat(9, [1], true),
    ...repeat(11, [1], false),
  ];

  test('finds the log-odds of a two-by-two table', () => {
    const { intercept, coefficients } = fitLogistic(table, faint);
    expect(intercept).toBeCloseTo(logit(6 / 30), 7);
    expect(coefficients[0]).toBeCloseTo(logit(9 / 20) - logit(6 / 30), 7);
  });

  test('is exact for what nearly never and nearly always happens', () => {
    const extremes = [
      ...repeat(1, [0, 0], true),
      ...repeat(999, [0, 0], false),
      ...repeat(499, [1, 0], true),
      ...repeat(1, [1, 0], false),
      ...repeat(3, [0, 1], true, 0.5),
      ...repeat(1, [0, 1], false, 0.5),
    ];
    const { intercept, coefficients } = fitLogistic(extremes, { towards: [0, 0], strength: 1e-9 });
    expect(intercept).toBeCloseTo(logit(1 / 1000), 5);
    expect(coefficients[0]).toBeCloseTo(logit(499 / 500) - logit(1 / 1000), 5);
    expect(coefficients[1]).toBeCloseTo(logit(3 / 4) - logit(1 / 1000), 5);
  });

  test.each([40, -40, 4])('finds its way back from a prior far off, at %s', (towards) => {
    const strength = 1e-3;
    const { intercept, coefficients } = fitLogistic(table, { towards: [towards], strength });
    const [low, high] = [sigmoid(intercept), sigmoid(intercept + coefficients[0]!)];
    expect(30 * low - 6 + 20 * high - 9).toBeCloseTo(0, 6);
    expect(20 * high - 9 + strength * (coefficients[0]! - towards)).toBeCloseTo(0, 6);
    expect(coefficients).toHaveLength(1);
  });

  test('of no features finds the share that failed, and of no data nothing', () => {
    const data = repeat(3, [], true).concat(repeat(1, [], false));
    const { intercept, coefficients } = fitLogistic(data, { towards: [], strength: 1 });
    expect(intercept).toBeCloseTo(logit(3 / 4), 7);
    expect(coefficients).toEqual([]);
    expect(fitLogistic([], { towards: [0.5, -2], strength: 1 })).toEqual({
      intercept: 0,
      coefficients: [0.5, -2],
    });
  });

  test('counts a weight of 3 as three observations', () => {
    const weighted = [
      ...repeat(2, [0], true, 3),
      ...repeat(8, [0], false, 3),
      ...repeat(3, [1], true, 3),
      ...repeat(1, [1], false, 11),
    ];
    const [one, other] = [fitLogistic(table, faint), fitLogistic(weighted, faint)];
    expect(other.intercept).toBeCloseTo(one.intercept, 7);
    expect(other.coefficients[0]).toBeCloseTo(one.coefficients[0]!, 7);
  });

  test('a strong prior keeps a coefficient where it was, the intercept stays free', () => {
    const { intercept, coefficients } = fitLogistic(repeat(30, [0], true).concat(repeat(10, [0], false)), {
      towards: [0.9],
      strength: 1e6,
    });
    expect(coefficients[0]).toBeCloseTo(0.9, 4);
    expect(intercept).toBeCloseTo(logit(0.75), 6);
  });

  test.each([
    ['separable', [...repeat(20, [0], false), ...repeat(20, [1], true)]],
    ['of one kind', repeat(20, [0.5], false)],
    ['without weight', repeat(20, [1], true, 0)],
    ['huge', [...repeat(5, [1e6], true), ...repeat(5, [-1e6], false)]],
  ])('data that are %s end in finite numbers', (_, data) => {
    const { intercept, coefficients } = fitLogistic(data, { towards: [0], strength: 1e-6 });
    expect(Number.isFinite(intercept) && Number.isFinite(coefficients[0]!)).toBe(true);
  });

  test('the slope of the penalised loss is zero at the optimum', () => {
    const observation = fc.record({
      features: fc.tuple(...[1, 2, 3].map(() => fc.double({ min: 0, max: 1, noNaN: true }))),
      failed: fc.boolean(),
      weight: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(observation, { minLength: 20, maxLength: 60 }), (data) => {
        const towards = [0.9, 0.2, 0.5];
        const { intercept, coefficients } = fitLogistic(data, { towards, strength: 1 });
        const p = ({ features }: Observation) =>
          sigmoid(features.reduce((sum, value, i) => sum + value * coefficients[i]!, intercept));
        coefficients.forEach((coefficient, i) => {
          const slope = data.reduce(
            (sum, each) => sum + each.weight * (p(each) - Number(each.failed)) * each.features[i]!,
            0,
          );
          expect(slope + coefficient - towards[i]!).toBeCloseTo(0, 5);
        });
      }),
      { numRuns: 50 },
    );
  });
});

test.each([
  [0, 0.5],
  [-3.6 + 0.045 * 50, 0.206],
  [-800, 0],
  [800, 1],
])('the sigmoid of %s is %s', (x, y) => expect(sigmoid(x)).toBeCloseTo(y, 3));

test('the sigmoid of what is far below zero is small, and not nothing', () => {
  expect(sigmoid(-40) / Math.exp(-40)).toBeCloseTo(1, 12);
  expect(sigmoid(-1)).toBeCloseTo(1 - sigmoid(1), 15);
});
