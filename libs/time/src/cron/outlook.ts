import { latestEnd, tzdata } from '../expand.js';
import { contains, interval, type Interval } from '../intervals.js';
import { DAY } from '../wall.js';

/** How far ahead is looked at first, and how many times as far after that. */
const FIRST_LOOK = 8 * DAY;
const FURTHER = 8;

/** Whether something is open at an instant and when that changes; as `evaluate` answers for schedules. */
export interface Outlook {
  readonly open: boolean;
  /** When that changes; null where it does not before `lookedUntil`. */
  readonly changesAt: number | null;
  /** How far was looked: two years on (LIB-05.8). */
  readonly lookedUntil: number;
  readonly tzdata: string;
}

/** Looks ahead from an instant, further and further; `openIn` gives the merged openings within a range. */
export function outlook(openIn: (range: Interval) => readonly Interval[], instant: number): Outlook {
  const now = interval(instant, instant + 1, 'instant');
  const lookedUntil = latestEnd(instant);
  for (let length = FIRST_LOOK; ; length *= FURTHER) {
    const seen = { start: instant, end: Math.min(instant + length, lookedUntil) };
    const openings = openIn(seen);
    const open = contains(openings, now);
    const change = openings.map(({ start, end }) => (open ? end : start)).find((at) => at > instant);
    if (change !== undefined && change < seen.end) return { open, changesAt: change, lookedUntil, tzdata };
    if (seen.end === lookedUntil) return { open, changesAt: null, lookedUntil, tzdata };
  }
}
