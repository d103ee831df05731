import { describe, expect, test } from 'vitest';
import { nextFit, once } from './fit.js';

const set = [
  { start: 0, end: 10 },
  { start: 20, end: 23 },
  { start: 30, end: 40 },
];

describe('the next fit', () => {
  test.each([
    ['at once where it lies inside', { start: 2, end: 5 }, 2],
    ['up to the very end', { start: 5, end: 10 }, 5],
    ['in the next interval when it would run over', { start: 8, end: 11 }, 20],
    ['in the first that is long enough', { start: 8, end: 12 }, 30],
    ['from the start of an interval when asked for before it', { start: -5, end: 5 }, 0],
    ['not in an interval that ends as it starts', { start: 10, end: 12 }, 20],
    ['in the last interval, up to its end', { start: 36, end: 40 }, 36],
    ['nowhere, when only the last is left and too short', { start: 36, end: 41 }, Infinity],
    ['nowhere after the last', { start: 40, end: 41 }, Infinity],
  ])('is %s', (_, needed, start) => {
    expect(nextFit(set, needed)).toBe(start);
  });

  test('is nowhere in nothing', () => {
    expect(nextFit([], { start: 0, end: 1 })).toBe(Infinity);
  });

  test('reads few of many intervals', () => {
    let read = 0;
    const many = Array.from({ length: 100_000 }, (_, i) => ({
      start: i * 10,
      get end() {
        read++;
        return i * 10 + 5;
      },
    }));
    expect(nextFit(many, { start: 900_001, end: 900_003 })).toBe(900_001);
    expect(read).toBeLessThan(40);
  });
});

test('what is computed once is computed when first asked, and not again even if it is undefined', () => {
  let computed = 0;
  const value = once(() => void computed++);
  expect(computed).toBe(0);
  expect([value(), value()]).toEqual([undefined, undefined]);
  expect(computed).toBe(1);
});
