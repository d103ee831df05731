import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascending, mean, median, quantile } from './quantile.js';

describe('a quantile', () => {
  test('is interpolated at (n − 1)q: the lead times of the worked sample', () => {
    const sample = ascending([30, 0.5, 13, 2, 50, 3, 8, 26, 5]);
    expect([0.5, 0.75, 0.9].map((q) => quantile(sample, q))).toEqual([8, 26, 34]);
    expect(quantile(sample, 0.95)).toBeCloseTo(42, 12);
    expect(mean(sample)).toBeCloseTo(137.5 / 9, 12);
  });

  test('sorts by size, not by text', () => {
    expect([...ascending([10, 9, 100, -1])]).toEqual([-1, 9, 10, 100]);
  });

  test.each([
    [[1, 2, 3, 4], 0.25, 1.75],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 1, 4],
    [[7], 0.9, 7],
  ])('of %j at %d is %d, as R gives', (sample, q, expected) => {
    expect(quantile(sample, q)).toBe(expected);
  });

  test('of nothing is null, never 0', () => {
    expect([quantile([], 0.5), median([]), mean([])]).toEqual([null, null, null]);
  });

  test('lies within the sample and grows with q', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (values, q) => {
          const sample = ascending(values);
          const value = quantile(sample, q)!;
          expect(value).toBeGreaterThanOrEqual(sample[0]!);
          expect(value).toBeLessThanOrEqual(sample.at(-1)!);
          expect(quantile(sample, q / 2)!).toBeLessThanOrEqual(value);
        },
      ),
    );
  });

  test.each([-0.1, 1.1, Number.NaN, Infinity])('refuses q = %d', (q) => {
    expect(() => quantile([1], q)).toThrow(/INVALID_QUANTILE: q/);
  });

  test.each([Number.NaN, Infinity, -Infinity])('refuses %d in a sample', (value) => {
    expect(() => quantile([value], 0.5)).toThrow(/INVALID_SAMPLE/);
    expect(() => ascending([1, value])).toThrow(/INVALID_SAMPLE/);
    expect(() => mean([1, value])).toThrow(/INVALID_SAMPLE/);
  });
});
