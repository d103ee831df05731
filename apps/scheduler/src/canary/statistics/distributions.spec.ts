import { describe, expect, test } from 'vitest';
import { bisect, normalQuantile, normalTail } from './normal.js';
import { logGamma, studentQuantile, studentTail } from './student.js';

const digits = (value: number, expected: number, count: number) =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(10 ** -count);

describe('the normal distribution', () => {
  test.each([
    [0, 0.5],
    [0.1, 0.460172162722971],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [1.5, 0.06680720126885807],
    [2, 0.022750131948179195],
    [2.4, 0.008197535924596131],
    [2.5, 0.006209665325776132],
    [2.6, 0.004661188023718747],
    [3, 0.0013498980316300933],
    [4, 3.167124183311986e-5],
    [5, 2.866515718791933e-7],
    [6, 9.865876450376946e-10],
    [7.2, 3.010627981117422e-13],
    [7.7, 6.803311540773901e-15],
    [8, 6.22096057427174e-16],
    [10, 7.61985302416047e-24],
    [20, 2.7536241186061556e-89],
    [37, 5.7255712225239266e-300],
  ])('has P(Z > %s) = %s to twelve digits', (z, expected) => digits(normalTail(z), expected, 12));

  test('is symmetrical', () => expect(normalTail(-1.5)).toBe(1 - normalTail(1.5)));

  test('has nothing at the ends', () =>
    expect([normalTail(Infinity), normalTail(-Infinity)]).toEqual([0, 1]));

  test.each([
    [0.25, 0.6744897501960817],
    [0.05, 1.6448536269514729],
    [0.025, 1.9599639845400545],
    [0.01, 2.3263478740408408],
    [1e-10, 6.361340902404056],
    [1e-100, 21.273453560965322],
  ])('leaves %s above %s', (tail, z) => digits(normalQuantile(tail), z, 11));

  test('leaves one half above 0', () => expect(normalQuantile(0.5)).toBeCloseTo(0, 12));
});

describe("Student's distribution", () => {
  test.each([
    [0.05, 1, 6.313751514675044],
    [0.05, 2, 2.9199855803537256],
    [0.05, 2.5, 2.5582186141359364],
    [0.05, 9, 1.8331129326562376],
    [0.05, 9.7, 1.8181659123979346],
    [0.05, 30, 1.6972608865939574],
    [0.05, 58, 1.6715527624548592],
    [0.05, 61.3, 1.6700934428925092],
    [0.05, 200, 1.6525081009108773],
    [0.05, 20_000, 1.6449298189594816],
    [0.01, 5, 3.364929998907218],
    [0.25, 4, 0.7406970841126829],
    [1e-6, 12, 8.504302718054584],
  ])('leaves %s above the quantile with %s degrees of freedom', (tail, freedom, t) =>
    digits(studentQuantile(tail, freedom), t, 9),
  );

  test.each([
    [0, 3, 0.5],
    [0.1, 3, 0.46332617440040297],
    [1, 1, 0.25],
    [2, 9.5, 0.03744317887399471],
    [5, 40, 5.9200328348297555e-6],
    [30, 10, 1.9808961710156623e-11],
  ])('has P(T > %s) with %s degrees of freedom = %s', (t, freedom, expected) =>
    digits(studentTail(t, freedom), expected, 10),
  );

  test.each([
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [4.85, 2.9546539686508275],
    [11.9, 17.25847745059552],
    [12, 17.502307845873887],
    [30, 71.257038967168],
    [5_000.5, 37586.88488728106],
  ])('rests on ln Γ(%s) = %s', (x, expected) => digits(logGamma(x), expected, 12));

  test('rests on Γ(1) = Γ(2) = 1', () => {
    expect(logGamma(1)).toBeCloseTo(0, 13);
    expect(logGamma(2)).toBeCloseTo(0, 13);
  });
});

test('bisection ends between two doubles', () =>
  expect(bisect((at) => at * at < 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15));

test('what exceeds everything has no tail', () => expect(studentTail(Infinity, 3)).toBe(0));

// Closed forms: ν = 1 is Cauchy's distribution; ν = 2 has the tail 1/2 − t/(2√(2 + t²)).
test.each([0.01, 0.3, 1, 1.7, 2.5, 8, 60])("Student's tail beyond %s has its closed forms", (t) => {
  digits(studentTail(t, 1), Math.atan2(1, t) / Math.PI, 13);
  const root = Math.sqrt(2 + t * t);
  digits(studentTail(t, 2), 1 / (root * (root + t)), 13);
});

test.each([0.4, 0.1, 0.02, 1e-4])('the quantile that leaves %s has its closed forms', (tail) => {
  digits(studentQuantile(tail, 1), 1 / Math.tan(Math.PI * tail), 12);
  digits(studentQuantile(tail, 2), (1 - 2 * tail) / Math.sqrt(2 * tail * (1 - tail)), 12);
});
