import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaps } from '#time/intervals';
import { atLeast } from '../conflict/sweep.js';
import { type Level, room, take } from './places.js';

const FAR = 8.64e15;

test('places are taken from the start of an interval up to its end', () => {
  const levels: Level[] = [];
  take(levels, { start: 10, end: 20 }, 2);
  take(levels, { start: 15, end: 20 }, 1);
  take(levels, { start: 20, end: 30 }, 3);
  expect(levels).toEqual([
    { at: 10, taken: 2 },
    { at: 15, taken: 3 },
    { at: 20, taken: 3 },
    { at: 30, taken: 0 },
  ]);
  expect(room(levels, -1, 5)).toEqual([]);
  expect(room(levels, 0, 5)).toEqual([
    { start: 5, end: 10 },
    { start: 30, end: FAR },
  ]);
  expect(room(levels, 2, 10)).toEqual([
    { start: 10, end: 15 },
    { start: 30, end: FAR },
  ]);
  expect(room(levels, 1, 10)).toEqual([{ start: 30, end: FAR }]);
  expect(room(levels, 3, 5)).toEqual([{ start: 5, end: FAR }]);
  expect(room([], 0, 5)).toEqual([{ start: 5, end: FAR }]);
});

test('room is where a sweep over all that is taken leaves some', () => {
  const held = fc.record({
    start: fc.integer({ min: 0, max: 30 }),
    length: fc.integer({ min: 1, max: 9 }),
    count: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(held, { maxLength: 12 }), fc.integer({ min: -1, max: 8 }), (all, most) => {
      const levels: Level[] = [];
      const each = all.map(({ start, length, count }) => ({ start, end: start + length, count }));
      for (const one of each) take(levels, one, one.count);
      const places = each.flatMap(({ start, end, count }) => Array(count).fill({ start, end }));
      const ahead = { start: 0, end: FAR };
      expect(room(levels, most, 0)).toEqual(gaps(atLeast(most + 1, places, ahead), ahead));
    }),
  );
});
