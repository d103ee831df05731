import { merge, overlap, type Interval } from '#time/intervals';
import type { Placement } from './placement.js';

/**
 * When at least `places` different deployments occupy `within` at once, merged and ascending: a sweep over the sorted
 * end points, ends before starts at equal instants. No places at all means always.
 */
export function atLeast(places: number, placements: readonly Placement[], within: Interval): Interval[] {
  if (places <= 0) return [within];
  const full: { start: number; end: number }[] = [];
  let [count, since] = [0, 0];
  for (const { at, step } of points(placements, within)) {
    const before = count;
    count += step;
    if (before < places && count >= places) since = at;
    if (before >= places && count < places && since < at) full.push({ start: since, end: at });
  }
  return merge(full);
}

function points(placements: readonly Placement[], within: Interval) {
  const ends = occupations(placements, within).flatMap(({ start, end }) => [
    { at: start, step: 1 },
    { at: end, step: -1 },
  ]);
  return ends.sort((a, b) => a.at - b.at || a.step - b.step);
}

/** A deployment that holds several places at once still is one. */
function occupations(placements: readonly Placement[], within: Interval): Interval[] {
  const held = new Map<string, Interval[]>();
  for (const { asked, occupied } of placements) {
    const part = overlap(occupied, within);
    if (part) held.set(asked.id, [...(held.get(asked.id) ?? []), part]);
  }
  return [...held.values()].flatMap(merge);
}
