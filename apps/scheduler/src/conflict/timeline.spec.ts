import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { interval, type Interval } from '#time/intervals';
import { scan, timeline } from './timeline.js';

const anyInterval = fc
  .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 30 }))
  .map(([start, length]) => interval(start, start + length));
const itself = (one: Interval) => one;

describe('a timeline', () => {
  test('finds what a full scan finds, ascending by start', () =>
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 60 }), anyInterval, (all, wanted) => {
        const found = timeline(all, itself).overlapping(wanted);
        const ascending = (list: Interval[]) => list.toSorted((a, b) => a.start - b.start || a.end - b.end);
        expect(found).toEqual(ascending(scan(all, itself).overlapping(wanted)));
      }),
    ));

  test('looks at few of a million items, a very long one among them', () => {
    const looked = { count: 0 };
    const many = Array.from({ length: 1_000_000 }, (_, i) => interval(i * 10, i * 10 + 15));
    const index = timeline([interval(0, 20_000_000), ...many], itself);
    const counting = {
      get start() {
        looked.count++;
        return 5_000_000;
      },
      end: 5_000_100,
    };
    expect(index.overlapping(counting)).toHaveLength(12);
    expect(looked.count).toBeLessThan(200);
  });

  test('of nothing finds nothing', () => {
    expect(timeline<Interval>([], itself).overlapping(interval(0, 1))).toEqual([]);
  });
});
