import { latestEnd, tzdata, unlessTooLarge } from '../expand.js';
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
  /** How far was looked: two years on (LIB-05.8), less far where there is too much. */
  readonly lookedUntil: number;
  readonly tzdata: string;
}

/**
 * Looks ahead from an instant, further and further; `openIn` gives the merged openings within a range. What opens too often
 * to be looked at for two years is looked at less far.
 */
export function outlook(openIn: (range: Interval) => readonly Interval[], instant: number): Outlook {
  const now = interval(instant, instant + 1, 'instant');
  const last = latestEnd(instant);
  let length = FIRST_LOOK;
  let openings = openIn({ start: instant, end: instant + length });
  for (;;) {
    const lookedUntil = Math.min(instant + length, last);
    const open = contains(openings, now);
    const change = openings.map(({ start, end }) => (open ? end : start)).find((at) => at > instant);
    if (change !== undefined && change < lookedUntil)
      return { open, changesAt: change, lookedUntil: last, tzdata };
    const end = Math.min(instant + length * FURTHER, last);
    const further = lookedUntil < last ? unlessTooLarge(() => openIn({ start: instant, end })) : undefined;
    if (!further) return { open, changesAt: null, lookedUntil, tzdata };
    openings = further;
    length *= FURTHER;
  }
}
