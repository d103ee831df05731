import { merge, overlap, type Interval } from '#time/intervals';

/**
 * When at least `places` of the intervals hold at once during `within`, merged and ascending: a sweep over the sorted
 * end points, ends before starts at equal instants. No places at all means always.
 */
export function atLeast(places: number, intervals: readonly Interval[], within: Interval): Interval[] {
  if (places <= 0) return [within];
  const full: Interval[] = [];
  let [count, since] = [0, 0];
  for (const { at, step } of points(intervals, within)) {
    const before = count;
    count += step;
    if (before < places && count >= places) since = at;
    if (before >= places && count < places && since < at) full.push({ start: since, end: at });
  }
  return merge(full);
}

function points(intervals: readonly Interval[], within: Interval) {
  const ends = intervals.flatMap((one) => {
    const part = overlap(one, within);
    return part
      ? [
          { at: part.start, step: 1 },
          { at: part.end, step: -1 },
        ]
      : [];
  });
  return ends.sort((a, b) => a.at - b.at || a.step - b.step);
}
