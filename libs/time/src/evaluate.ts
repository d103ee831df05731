import {
  latestEnd,
  type Occurrence,
  type Placement,
  placements,
  read,
  tzdata,
  unlessTooLarge,
} from './expand.js';
import { interval, merge } from './intervals.js';
import { prepare, type Prepared } from './prepared.js';
import type { Schedule } from './schedule.js';
import { DAY } from './wall.js';

/** How far ahead is looked at first, and how many times as far after that. */
const FIRST_LOOK = DAY;
const FURTHER = 8;

const NEVER = { start: Infinity, end: Infinity };

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
  /** How far was looked: two years on (LIB-05.8), less far where there is too much. */
  readonly lookedUntil: number;
  readonly tzdata: string;
}

/**
 * Whether schedules, taken together, are open at an instant, past or to come, by which occurrences, and when that changes:
 * occurrences that touch or overlap are one opening. Looks two years ahead, no further (LIB-05.8), and less far where that
 * would be more than 10,000 occurrences of one.
 * @throws Rejected as `expand` does; `EXPANSION_TOO_LARGE` where a day already has more than 10,000 occurrences of one.
 */
export function evaluate(schedules: readonly Schedule[], instant: number): Evaluation {
  const prepared = schedules.map(prepare);
  interval(instant, instant + 1, 'instant');
  const last = latestEnd(instant);
  let length = FIRST_LOOK;
  let seen = look(prepared, instant, Math.min(instant + length, last));
  while (seen.changesAt === null && seen.lookedUntil < last) {
    const end = Math.min(instant + (length *= FURTHER), last);
    const further = unlessTooLarge(() => look(prepared, instant, end));
    if (!further) return seen;
    seen = further;
  }
  return { ...seen, lookedUntil: last };
}

/** The answer as far as it can be seen before `end`. */
function look(prepared: readonly Prepared[], instant: number, end: number): Evaluation {
  const found = prepared.map((one) => placements(one, { start: instant, end }));
  const [opening = NEVER] = merge(found.flat());
  const open = opening.start <= instant;
  const change = open ? opening.end : opening.start;
  const because = reasons(prepared, found, open ? instant : change);
  return { open, because, changesAt: change < end ? change : null, lookedUntil: end, tzdata };
}

/** The occurrences, all of which end after an instant, that have started by then. */
function reasons(prepared: readonly Prepared[], found: readonly Placement[][], instant: number): Reason[] {
  return prepared.flatMap(({ id, zone }, schedule) =>
    found[schedule]!.filter(({ start }) => start <= instant).map((placement) => ({
      schedule,
      id,
      occurrence: read(placement, zone),
    })),
  );
}
