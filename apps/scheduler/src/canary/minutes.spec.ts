import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparable, type Minutes } from './minutes.js';
import { copies, sequence } from './testVectors.js';

const drop = { nan: 'drop', outliers: 'none' } as const;
const zero = { nan: 'zero', outliers: 'none' } as const;
const trim = { nan: 'drop', outliers: '3xIQR' } as const;
const of = (control: Minutes, canary: Minutes) => ({ control, canary });

describe('the minutes that are compared', () => {
  test('are those in which both sides have a number', () =>
    expect(comparable(of([1, null, 3, 4], [5, 6, null, 8]), drop, 0)).toEqual({
      control: [1, 4],
      canary: [5, 8],
    }));

  test('end where the shorter side ends', () => {
    expect(comparable(of([1, 2, 3], [5]), drop, 0)).toEqual({ control: [1], canary: [5] });
    expect(comparable(of([1], [5, 6, 7]), drop, 0)).toEqual({ control: [1], canary: [5] });
    expect(comparable(of([], [5, 6, 7]), drop, 0)).toEqual({ control: [], canary: [] });
  });

  test('begin after the warm-up', () => {
    expect(comparable(of([1, 2, 3], [5, 6, 7]), drop, 2)).toEqual({ control: [3], canary: [7] });
    expect(comparable(of([1, 2], [5, 6]), drop, 2)).toEqual({ control: [], canary: [] });
  });

  test('have a 0 for a counter without a number, between the first and the last', () =>
    expect(comparable(of([2, null, 3, 4, 5], [7, 8, null, null, 9]), zero, 0)).toEqual({
      control: [2, 0, 3, 4, 5],
      canary: [7, 8, 0, 0, 9],
    }));

  test('have none for what is silent from the start or to the end', () =>
    expect(comparable(of([1, 1, 1, 1, 1], [null, 4, null, 5, null]), zero, 0)).toEqual({
      control: [1, 1, 1],
      canary: [4, 0, 5],
    }));

  test('are none if a side never has a number, whatever stands for that', () => {
    for (const how of [drop, zero])
      expect(comparable(of([1, 2, 3], [null, null, null]), how, 0)).toEqual({ control: [], canary: [] });
  });

  test('lose what lies three interquartile ranges outside the quartiles, on either side of either sample', () => {
    // Quartiles 2 and 4, so that −4 and 10 are the last to stay.
    const spread = [...sequence(101, (i) => 1 + (i % 5)), 10, 10.001, -4, -4.001];
    const kept = [...sequence(101, (i) => 1 + (i % 5)), 10, -4];
    const plain = copies(spread.length, 3);
    expect(comparable(of(spread, plain), trim, 0)).toEqual({ control: kept, canary: plain });
    expect(comparable(of(plain, spread), trim, 0)).toEqual({ control: plain, canary: kept });
    expect(comparable(of(spread, plain), drop, 0).control).toEqual(spread);
    expect(comparable(of([], []), trim, 0)).toEqual({ control: [], canary: [] });
  });

  test('keep rare events where the quartiles are equal', () => {
    const rare = [...copies(40, 0), 1, 9];
    expect(comparable(of(rare, rare), trim, 0)).toEqual({ control: rare, canary: rare });
  });

  test('are as many on both sides unless trimmed, and never made up', () =>
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer()), { maxLength: 20 }),
        fc.array(fc.option(fc.integer()), { maxLength: 20 }),
        fc.nat(5),
        (control, canary, warmUp) => {
          const kept = comparable(of(control, canary), drop, warmUp);
          const pairs = control.flatMap((x, i) => {
            const y = canary[i] ?? null;
            return i >= warmUp && x !== null && y !== null ? [[x, y]] : [];
          });
          expect(kept).toEqual({ control: pairs.map(([x]) => x), canary: pairs.map(([, y]) => y) });
        },
      ),
    ));
});
