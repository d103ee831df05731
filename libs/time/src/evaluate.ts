import { latestEnd, type Occurrence, type Placement, placements, read, tzdata } from './expand.js';
import { contains, interval, merge } from './intervals.js';
import { prepare, type Prepared } from './prepared.js';
import type { Schedule } from './schedule.js';
import { DAY } from './wall.js';

/** How far ahead is looked at first, and how many times as far after that. */
const FIRST_LOOK = DAY;
const FURTHER = 8;

/** An occurrence and the schedule it is of. */
export interface Reason {
  /** Its place among the schedules that were asked about, from 0. */
  readonly schedule: number;
  readonly id: string | undefined;
  readonly occurrence: Occurrence;
}

/** What schedules say of one instant. Instants are milliseconds since 1970. */
export interface Evaluation {
  /** Whether the instant lies in an occurrence. */
  readonly open: boolean;
  /** The occurrences that hold the instant, or, where none does, those that open next. */
  readonly because: readonly Reason[];
  /** When that changes: it closes, or opens; null where it does not before `lookedUntil`. */
  readonly changesAt: number | null;
  /** How far was looked: two years on. */
  readonly lookedUntil: number;
  readonly tzdata: string;
}

/**
 * Whether schedules, taken together, are open at an instant, past or to come, by which occurrences, and when that changes:
 * occurrences that touch or overlap are one opening. Looks two years ahead, no further (LIB-05.8).
 * @throws Rejected as `expand` does; `EXPANSION_TOO_LARGE` where more than 10,000 occurrences of one have to be looked at.
 */
export function evaluate(schedules: readonly Schedule[], instant: number): Evaluation {
  const prepared = schedules.map(prepare);
  const now = interval(instant, instant + 1, 'instant');
  const lookedUntil = latestEnd(instant);
  for (let length = FIRST_LOOK; ; length *= FURTHER) {
    const seen = { start: instant, end: Math.min(instant + length, lookedUntil) };
    const found = prepared.map((one) => placements(one, seen));
    const whole = merge(found.flat());
    const open = contains(whole, now);
    const change = whole.map(({ start, end }) => (open ? end : start)).find((at) => at > instant) ?? Infinity;
    if (change >= seen.end && seen.end < lookedUntil) continue;
    const changesAt = change < lookedUntil ? change : null;
    const decisive = open ? instant : changesAt;
    const because = decisive === null ? [] : reasons(prepared, found, decisive);
    return { open, because, changesAt, lookedUntil, tzdata };
  }
}

/** The occurrences that hold an instant. */
function reasons(prepared: readonly Prepared[], found: readonly Placement[][], instant: number): Reason[] {
  return prepared.flatMap(({ id, zone }, schedule) =>
    found[schedule]!.filter(({ start, end }) => start <= instant && instant < end).map((placement) => ({
      schedule,
      id,
      occurrence: read(placement, zone),
    })),
  );
}
