import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  contains,
  gaps,
  type Interval,
  intersect,
  interval,
  merge,
  overlap,
  overlaps,
  subtract,
} from './intervals.js';

const SPAN = 40;
const anyInterval = fc
  .tuple(fc.integer({ min: 0, max: SPAN - 1 }), fc.integer({ min: 1, max: 12 }))
  .map(([start, length]) => interval(start, Math.min(SPAN, start + length)));
const anySet = fc.array(anyInterval, { maxLength: 8 });

/** The slow truth: every millisecond of the set, one by one. */
const points = (set: readonly Interval[]) =>
  Array.from({ length: SPAN }, (_, t) => t).filter((t) =>
    set.some(({ start, end }) => start <= t && t < end),
  );

const apart = (set: readonly Interval[]) =>
  set.every(({ start, end }, i) => start < end && (i === 0 || set[i - 1]!.end < start));

describe('interval algebra agrees with a set of points', () => {
  test('merging keeps every instant and leaves no two members touching', () =>
    fc.assert(
      fc.property(anySet, (set) => {
        expect(points(merge(set))).toEqual(points(set));
        expect(apart(merge(set))).toBe(true);
      }),
    ));

  test('the intersection holds the shared instants', () =>
    fc.assert(
      fc.property(anySet, anySet, (a, b) => {
        const inBoth = points(a).filter((t) => points(b).includes(t));
        expect(points(intersect(a, b))).toEqual(inBoth);
        expect(apart(intersect(a, b))).toBe(true);
      }),
    ));

  test('the difference holds the instants of the first set only', () =>
    fc.assert(
      fc.property(anySet, anySet, (a, b) => {
        const onlyFirst = points(a).filter((t) => !points(b).includes(t));
        expect(points(subtract(a, b))).toEqual(onlyFirst);
        expect(apart(subtract(a, b))).toBe(true);
      }),
    ));

  test('the gaps and the set fill the whole, without overlap', () =>
    fc.assert(
      fc.property(anySet, anyInterval, (set, within) => {
        const free = gaps(set, within);
        expect(points([...free, ...intersect(set, [within])])).toEqual(points([within]));
        expect(intersect(free, set)).toEqual([]);
      }),
    ));

  test('a set contains an interval when it has all its instants', () =>
    fc.assert(
      fc.property(anySet, anyInterval, (set, inner) => {
        expect(contains(set, inner)).toBe(points([inner]).every((t) => points(set).includes(t)));
      }),
    ));

  test('two intervals overlap when they share an instant, and the overlap is what they share', () =>
    fc.assert(
      fc.property(anyInterval, anyInterval, (a, b) => {
        expect(overlaps(a, b)).toBe(intersect([a], [b]).length > 0);
        expect(overlap(a, b)).toEqual(intersect([a], [b])[0]);
      }),
    ));
});

describe('an interval', () => {
  test('is half-open: touching neighbours do not overlap, and merge into one', () => {
    expect(overlaps(interval(0, 10), interval(10, 20))).toBe(false);
    expect(merge([interval(10, 20), interval(0, 10)])).toEqual([interval(0, 20)]);
    expect(contains([interval(0, 10), interval(10, 20)], interval(5, 15))).toBe(true);
  });

  test.each([
    ['zero-length', 5, 5, 'freeze has no length'],
    ['reversed', 6, 5, 'freeze ends before it starts'],
    ['not-a-number', Number.NaN, 5, 'freeze.start must be a whole number'],
    ['infinite', 5, Number.POSITIVE_INFINITY, 'freeze.end must be a whole number'],
    ['fractional', 0.5, 5, 'freeze.start must be a whole number'],
    ['further than a date reaches', 0, 8.64e15 + 2, 'freeze.end must be a whole number'],
  ])('that is %s is refused by name', (_, start, end, message) => {
    expect(() => interval(start, end, 'freeze')).toThrow(message);
  });

  test('that is wrong is refused as INTERVAL_INVALID by LIB-05.5', () => {
    const violations = [expect.objectContaining({ code: 'INTERVAL_INVALID', ref: 'LIB-05.5' })];
    expect(() => interval(1, 1)).toThrow(expect.objectContaining({ violations }));
    expect(() => interval(1, 1)).toThrow('interval has no length');
  });

  test.each([
    ['merge', () => merge([interval(0, 1), { start: 4, end: 4 }]), 'intervals[1] has no length'],
    ['intersect', () => intersect([{ start: 4, end: 1 }], []), 'intervals[0] ends before it starts'],
    ['subtract', () => subtract([], [{ start: Number.NaN, end: 1 }]), 'intervals[0].start must be'],
    ['gaps', () => gaps([], { start: 4, end: 4 }), 'has no length'],
    ['contains', () => contains([], { start: 4, end: 4 }), 'inner has no length'],
  ])('that is wrong is refused by %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

test('a hundred thousand intervals merge, and are taken from one another, without each being held against each', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => interval(i * 2, i * 2 + 1));
  expect(merge(many)).toEqual(many);
  expect(subtract([interval(0, 200_000)], many)).toHaveLength(100_000);
});
