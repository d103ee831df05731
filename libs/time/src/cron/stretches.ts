import type { Interval } from '../intervals.js';
import { offsetAt, offsets } from '../offsets.js';

/** A part of a range in which a zone keeps one offset (ms, local minus UTC). */
export interface Part extends Interval {
  readonly offset: number;
}

/** Cuts a range where a zone's offset changes. */
export function stretches(zone: string, { start, end }: Interval): Part[] {
  const parts = [{ start, end, offset: offsetAt(zone, start) }];
  for (let year = new Date(start).getUTCFullYear(); year <= new Date(end).getUTCFullYear(); year++)
    for (const stretch of offsets(zone, Date.UTC(year, 6)))
      if (stretch.start > parts.at(-1)!.start && stretch.start < end) {
        parts.at(-1)!.end = stretch.start;
        parts.push({ start: stretch.start, end, offset: stretch.offset });
      }
  return parts;
}
