import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilson } from './wilson.js';

describe('the Wilson interval', () => {
  test.each([
    [3, 7, 0.1582, 0.7495],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [1, 29, 0.0061, 0.1718],
    [81, 263, 0.2553, 0.3662],
  ])('of %d among %d is [%d, %d]', (successes, trials, lower, upper) => {
    const interval = wilson(successes, trials)!;
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  test('of nothing is none', () => {
    expect(wilson(0, 0)).toBeUndefined();
  });

  test('holds the share, lies in [0, 1] and mirrors its complement', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (a, b) => {
        fc.pre(a + b > 0);
        const [one, other] = [wilson(a, a + b)!, wilson(b, a + b)!];
        expect(one.lower).toBeGreaterThanOrEqual(0);
        expect(one.upper).toBeLessThanOrEqual(1);
        expect(one.lower).toBeLessThanOrEqual(a / (a + b));
        expect(one.upper).toBeGreaterThanOrEqual(a / (a + b));
        expect(one.lower).toBeCloseTo(1 - other.upper, 12);
      }),
    );
  });

  test.each([
    [-1, 2],
    [3, 2],
    [0.5, 2],
    [Number.NaN, 2],
    [1, Infinity],
    [0, Number.NaN],
  ])('refuses %d among %d', (successes, trials) => {
    expect(() => wilson(successes, trials)).toThrow(/INVALID_SHARE/);
  });
});
