import { describe, expect, test } from 'vitest';
import { atLeast } from './sweep.js';

const day = { start: 0, end: 100 };
const span = (start: number, end: number) => ({ start, end });

describe('at least so many at once', () => {
  test('are found while they last, and no longer', () => {
    const intervals = [span(10, 40), span(20, 60), span(30, 35)];
    expect(atLeast(1, intervals, day)).toEqual([span(10, 60)]);
    expect(atLeast(2, intervals, day)).toEqual([span(20, 40)]);
    expect(atLeast(3, intervals, day)).toEqual([span(30, 35)]);
    expect(atLeast(4, intervals, day)).toEqual([]);
  });

  test('come and go: each time is one interval', () => {
    const intervals = [span(0, 100), span(10, 20), span(30, 40), span(50, 60), span(55, 70)];
    expect(atLeast(2, intervals, day)).toEqual([span(10, 20), span(30, 40), span(50, 70)]);
  });

  test('count neither what ends as another starts, nor a moment of no length', () => {
    expect(atLeast(2, [span(10, 20), span(20, 30)], day)).toEqual([]);
    expect(atLeast(1, [span(20, 30), span(10, 20)], day)).toEqual([span(10, 30)]);
    expect(atLeast(2, [span(0, 100), span(10, 20), span(20, 30)], day)).toEqual([span(10, 30)]);
  });

  test('are looked for within the time asked for only', () => {
    expect(atLeast(1, [span(-50, 5), span(95, 200), span(300, 400)], day)).toEqual([
      span(0, 5),
      span(95, 100),
    ]);
  });

  test('are there always when none is asked for, and never among none', () => {
    expect(atLeast(0, [], day)).toEqual([day]);
    expect(atLeast(1, [], day)).toEqual([]);
  });
});
