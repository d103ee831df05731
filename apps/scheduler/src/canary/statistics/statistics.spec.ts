import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascending, mean, median, MOST_SAMPLES } from './ascending.js';
import { difference, split } from './differences.js';
import { hodgesLehmann } from './hodgesLehmann.js';
import { holm } from './holm.js';
import { mannWhitney } from './mannWhitney.js';
import { rankSum } from './ranks.js';
import { referenceSamples as vectors } from '../testVectors.js';
import { welch } from './welch.js';

const anySample = fc.array(
  fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -3_000, max: 3_000 }).map((value) => value / 8),
  ),
  { minLength: 1, maxLength: 25 },
);
const sorted = (values: readonly number[]) => ascending(values, 'sample');
const naive = (control: readonly number[], canary: readonly number[]) =>
  control.flatMap((x) => canary.map((y) => y - x)).sort((a, b) => a - b);

describe('a sample', () => {
  test('is sorted as numbers', () => expect([...sorted([10, 9, -1, 100])]).toEqual([-1, 9, 10, 100]));

  test('has the middle value or the mean of the two middle ones as its median', () =>
    expect([median(sorted([3, 1, 2])), median(sorted([4, 1, 2, 3])), median(sorted([7]))]).toEqual([
      2, 2.5, 7,
    ]));

  test('has a mean', () => expect(mean(sorted([1, 2, 6]))).toBe(3));

  test.each([
    ['no number', [], 'SAMPLES_MISSING: x.control must hold at least one number.'],
    [
      'NaN',
      [1, Number.NaN],
      'SAMPLE_INVALID: x.control[1] must be 0 or a finite number between 1e-100 and 1e100 in size.',
    ],
    ['an infinity', [-Infinity], 'SAMPLE_INVALID: x.control[0] must be'],
    ['a size that squares out of range', [1, 2, -1.1e100], 'SAMPLE_INVALID: x.control[2] must be'],
    ['a size that squares to nothing', [0.9e-100], 'SAMPLE_INVALID: x.control[0] must be'],
    [
      'a million numbers',
      Array.from({ length: 1_000_000 }, () => 1),
      'SAMPLES_TOO_MANY: x.control holds 1000000 samples; at most 10080 (a week of minutes) are judged at once.',
    ],
  ])('of %s is refused by the name of its field', (_, values, message) =>
    expect(() => ascending(values, 'x.control')).toThrow(message),
  );

  test('reaches to the ends of its range', () => {
    expect([...sorted([1e100, -1e100, 1e-100, 0])]).toEqual([-1e100, 0, 1e-100, 1e100]);
    expect(sorted(Array.from({ length: MOST_SAMPLES }, () => 1))).toHaveLength(10_080);
  });
});

describe('Mann-Whitney', () => {
  test.each(vectors)('$name agrees with an independent implementation', ({ control, canary, U, A, p }) => {
    const found = mannWhitney(sorted(control), sorted(canary));
    expect(found.U).toBe(U);
    expect(found.A).toBeCloseTo(A, 12);
    expect(found.p / p).toBeCloseTo(1, 10);
  });

  test('finds no difference between equal values', () =>
    expect(mannWhitney(sorted([0.1, 0.1, 0.1]), sorted([0.1, 0.1]))).toEqual({ U: 3, A: 0.5, p: 1, z: 0 }));

  test('is at most 1 where the continuity correction exceeds the distance', () =>
    expect(mannWhitney(sorted([1, 3]), sorted([2, 2.5]))).toEqual({ U: 2, A: 0.5, p: 1, z: 0 }));

  test('tells the distance in deviations', () =>
    expect(mannWhitney(sorted([1, 2, 3]), sorted([10, 11, 12])).z).toBeCloseTo(4.5 / Math.sqrt(5.25), 12));

  test('tests what only touches: the largest of one is the smallest of the other', () => {
    const [low, high] = [sorted([1, 2]), sorted([2, 3])];
    const [above, below] = [mannWhitney(low, high), mannWhitney(high, low)];
    expect([above.U, above.A, below.U, below.A]).toEqual([3.5, 0.875, 0.5, 0.125]);
    for (const { p, z } of [above, below]) {
      expect(z).toBeCloseTo(Math.sqrt(1.5), 12);
      expect(p).toBeCloseTo(0.41421617824252505, 8);
    }
  });

  test('counts every pair, ties half', () =>
    fc.assert(
      fc.property(anySample, anySample, (control, canary) => {
        const U = naive(control, canary).reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0);
        expect(mannWhitney(sorted(control), sorted(canary))).toMatchObject({
          U,
          A: U / (control.length * canary.length),
        });
      }),
    ));

  test('mirrors when the samples change places', () =>
    fc.assert(
      fc.property(anySample, anySample, (control, canary) => {
        const [one, other] = [
          mannWhitney(sorted(control), sorted(canary)),
          mannWhitney(sorted(canary), sorted(control)),
        ];
        expect(other.U).toBe(control.length * canary.length - one.U);
        expect([other.p, other.z]).toEqual([one.p, one.z]);
      }),
    ));

  test('sees only order: adding to all or multiplying all changes nothing', () =>
    fc.assert(
      fc.property(anySample, anySample, (control, canary) => {
        const moved = (values: number[]) => sorted(values.map((value) => value * 4 + 1_024));
        expect(mannWhitney(moved(control), moved(canary))).toEqual(
          mannWhitney(sorted(control), sorted(canary)),
        );
      }),
    ));
});

describe('ranks', () => {
  test('are shared among equal values', () =>
    expect(rankSum(sorted([1, 2, 2, 3]), sorted([2, 3, 4, 4]))).toEqual({
      canaryRanks: 3 + 5.5 + 7.5 + 7.5,
      ties: 24 + 6 + 6,
      equalPairs: 3,
    }));

  test('know how many pairs are equal', () =>
    fc.assert(
      fc.property(anySample, anySample, (control, canary) => {
        const equal = naive(control, canary).filter((d) => d === 0).length;
        expect(rankSum(sorted(control), sorted(canary)).equalPairs).toBe(equal);
      }),
    ));
});

describe('differences', () => {
  test('are found by rank without being made', () =>
    fc.assert(
      fc.property(anySample, anySample, fc.nat(), (control, canary, at) => {
        const all = naive(control, canary);
        const k = (at % all.length) + 1;
        expect(difference(sorted(control), sorted(canary), k)).toBe(all[k - 1]);
      }),
    ));

  test('are split by any value', () =>
    fc.assert(
      fc.property(anySample, anySample, fc.integer({ min: -20, max: 20 }), (control, canary, value) => {
        const all = naive(control, canary);
        expect(split(sorted(control), sorted(canary), value)).toEqual({
          count: all.filter((d) => d <= value).length,
          below: all.findLast((d) => d <= value) ?? -Infinity,
          above: all.find((d) => d > value) ?? Infinity,
        });
      }),
    ));

  test('are told apart down to neighbouring doubles and across the whole range', () => {
    const next = 1 + Number.EPSILON;
    expect([1, 2].map((k) => difference(sorted([0]), sorted([1, next]), k))).toEqual([1, next]);
    const wide = [-1e100, -1, -1e-100, 0, 1e-100, 1, 1e100];
    expect(wide.map((_, k) => difference(sorted([0]), sorted(wide), k + 1))).toEqual(wide);
  });

  test('of 5,000 by 5,000 samples are not made either', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => Math.sin(i) * 1_000);
    const moved = many.map((value) => value + 7);
    expect(hodgesLehmann(sorted(many), sorted(moved)).shift).toBeCloseTo(7, 9);
  });
});

describe('the Hodges-Lehmann shift', () => {
  test.each(vectors)(
    '$name agrees with an independent implementation',
    ({ control, canary, hodgesLehmann: expected }) => {
      const { lower, shift, upper } = hodgesLehmann(sorted(control), sorted(canary));
      expect([lower, shift, upper]).toEqual(expected);
    },
  );

  test('is the median of all differences and its interval two of them', () =>
    fc.assert(
      fc.property(anySample, anySample, (control, canary) => {
        const all = naive(control, canary);
        const [n1, n2] = [control.length, canary.length];
        const c = Math.max(1, Math.floor((n1 * n2) / 2 - 1.645 * Math.sqrt((n1 * n2 * (n1 + n2 + 1)) / 12)));
        const middle = (all[Math.ceil(all.length / 2) - 1]! + all[Math.floor(all.length / 2)]!) / 2;
        expect(hodgesLehmann(sorted(control), sorted(canary))).toEqual({
          shift: middle,
          lower: all[c - 1],
          upper: all[all.length - c],
        });
      }),
    ));

  test('moves with the canary and mirrors when the samples change places', () =>
    fc.assert(
      fc.property(anySample, anySample, (control, canary) => {
        const one = hodgesLehmann(sorted(control), sorted(canary));
        const moved = hodgesLehmann(sorted(control), sorted(canary.map((value) => value + 64)));
        expect(moved).toEqual({ shift: one.shift + 64, lower: one.lower + 64, upper: one.upper + 64 });
        const other = hodgesLehmann(sorted(canary), sorted(control));
        expect([-other.shift + 0, -other.upper + 0, -other.lower + 0]).toEqual([
          one.shift + 0,
          one.lower + 0,
          one.upper + 0,
        ]);
      }),
    ));
});

describe("Welch's interval", () => {
  test.each(vectors)(
    '$name agrees with an independent implementation',
    ({ control, canary, welch: expected }) => {
      const { lower, shift, upper } = welch(sorted(control), sorted(canary));
      [lower, shift, upper].forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9));
    },
  );

  test('is a point where neither sample has any spread', () =>
    expect(welch(sorted([0.1, 0.1, 0.1]), sorted([0.3, 0.3, 0.3]))).toEqual({
      shift: mean(sorted([0.3, 0.3, 0.3])) - mean(sorted([0.1, 0.1, 0.1])),
      lower: mean(sorted([0.3, 0.3, 0.3])) - mean(sorted([0.1, 0.1, 0.1])),
      upper: mean(sorted([0.3, 0.3, 0.3])) - mean(sorted([0.1, 0.1, 0.1])),
    }));

  test('takes its degrees of freedom from the one sample that has spread', () => {
    const { lower, upper } = welch(sorted([0, 0, 0, 0]), sorted([1, 2, 3]));
    // t(0.95; 2) = 2.919986, standard error 1/√3.
    expect([lower, upper].map((value) => value.toFixed(5))).toEqual(['0.31415', '3.68585']);
  });
});

describe('Holm', () => {
  test('multiplies the smallest most, never turns the order round, and stays within 1', () =>
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]));

  test('leaves one alone and none alone', () => expect([holm([0.2]), holm([])]).toEqual([[0.2], []]));

  test('goes up to 1', () => expect(holm([0.9, 0.6, 1])).toEqual([1, 1, 1]));

  test('does not depend on the order', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (values) => {
        expect(holm(values.toReversed())).toEqual(holm(values).toReversed());
      }),
    ));
});
