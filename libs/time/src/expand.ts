import { Rejected } from '#events';
import { FURTHEST, interval, type Interval, merge, overlaps } from './intervals.js';
import { prepare, type Prepared, REACH } from './prepared.js';
import { localText } from './resolve.js';
import type { Schedule } from './schedule.js';
import { FIRST_WALL, LAST_WALL, type Wall, wallText } from './wall.js';

/** The most occurrences that are answered at once. LIB-05.8. */
export const MOST_OCCURRENCES = 10_000;
const MOST_YEARS = 2;

/** One interval of a schedule. */
export interface Occurrence extends Interval {
  /** The local start as the schedule names it, such as `2027-03-28T01:30:00`: what tells it from its neighbours. */
  readonly named: string;
  /** What the clocks show at its start and end, with their offsets. */
  readonly local: { readonly start: string; readonly end: string };
}

/** What a schedule comes to, and by which edition of the zone database (LIB-05.7). */
export interface Expansion {
  readonly zone: string;
  /** The edition of the IANA time zone database, such as `2025c`. */
  readonly tzdata: string;
  /** Ascending by start, then end. */
  readonly occurrences: readonly Occurrence[];
}

/** The edition of the IANA time zone database that this process knows. */
export const tzdata: string = process.versions['tz'] ?? 'unknown';

/**
 * The occurrences of a schedule that overlap `range` (half-open: one that ends where the range starts is not among
 * them), whole, not cut to the range; so those of `[a, c)` are those of `[a, b)` and of `[b, c)`. Without a range, all
 * of them. An occurrence that a gap swallows whole (`resolve.ts`), and one equal to another, are left out.
 * @throws Rejected `SCHEDULE_INVALID`, `ZONE_UNKNOWN`, `ZONE_FIXED_OFFSET`, `RULE_INVALID`, `FREQUENCY_UNSUPPORTED`;
 *   `RULE_ENDLESS` for a rule without COUNT and UNTIL where no range is given; `EXPANSION_TOO_LARGE` for more than
 *   two years or 10,000 occurrences (LIB-05.8); `INTERVAL_INVALID` for a range that is none.
 */
export function expand(schedule: Schedule, range?: Interval): Expansion {
  const prepared = prepare(schedule);
  if (!range && prepared.endless)
    throw new Rejected(
      'RULE_ENDLESS',
      'rule: without COUNT or UNTIL it never ends; give a range.',
      'LIB-05.8',
    );
  if (range) checkSpan(interval(range.start, range.end, 'range'));
  const found = occurrences(prepared, range ?? { start: FIRST_WALL - REACH, end: LAST_WALL + REACH });
  if (!range && found.length > 0)
    checkSpan({ start: found[0]!.start, end: Math.max(...found.map(({ end }) => end)) });
  return { zone: prepared.zone, tzdata, occurrences: found };
}

/** The occurrences of a prepared schedule that overlap `range`, as `expand` gives them. */
export function occurrences(prepared: Prepared, range: Interval): Occurrence[] {
  return placements(prepared, range).map((one) => read(one, prepared.zone));
}

/** An occurrence before its local reading is looked up. */
export interface Placement extends Interval {
  /** The start that the schedule names. */
  readonly wall: Wall;
}

/** Where the occurrences of a prepared schedule lie that overlap `range`: ascending, none equal to another. */
export function placements(prepared: Prepared, range: Interval): Placement[] {
  const found = new Map<string, Placement>();
  for (const wall of prepared.starts(range.start - prepared.length - REACH, range.end + REACH)) {
    const placed = prepared.place(wall);
    if (placed && overlaps(placed, range)) found.set(`${placed.start} ${placed.end}`, { ...placed, wall });
    if (found.size > MOST_OCCURRENCES) throw tooLarge(`more than ${MOST_OCCURRENCES} occurrences`);
  }
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The occurrence with what clocks in the zone show. */
export function read({ start, end, wall }: Placement, zone: string): Occurrence {
  const local = { start: localText(zone, start), end: localText(zone, end) };
  return { start, end, named: wallText(wall), local };
}

/** What several schedules come to together. */
export interface Union {
  readonly tzdata: string;
  /** Of each schedule, in the order given. */
  readonly expansions: readonly Expansion[];
  /** The instants of any of them, as the fewest intervals, ascending. */
  readonly intervals: readonly Interval[];
}

/**
 * The union of schedules, each expanded as by `expand`.
 * @throws Rejected as `expand` does; the 10,000 occurrences are those of all together.
 */
export function expandAll(schedules: readonly Schedule[], range?: Interval): Union {
  const expansions: Expansion[] = [];
  let size = 0;
  for (const schedule of schedules) {
    const expansion = expand(schedule, range);
    size += expansion.occurrences.length;
    if (size > MOST_OCCURRENCES) throw tooLarge(`more than ${MOST_OCCURRENCES} occurrences`);
    expansions.push(expansion);
  }
  return { tzdata, expansions, intervals: merge(expansions.flatMap(({ occurrences: found }) => found)) };
}

/** The latest end that a range from `start` may have: two years on (LIB-05.8), if there are as many. */
export function latestEnd(start: number): number {
  const last = new Date(start);
  const end = last.setUTCFullYear(last.getUTCFullYear() + MOST_YEARS);
  return Number.isNaN(end) ? FURTHEST : end;
}

/** Refuses a range of more than two years (`EXPANSION_TOO_LARGE`, LIB-05.8). */
export function checkSpan({ start, end }: Interval): void {
  if (end > latestEnd(start)) throw tooLarge(`more than ${MOST_YEARS} years`);
}

/** What `look` gives; undefined where it refuses to look at so much (`EXPANSION_TOO_LARGE`). */
export function unlessTooLarge<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Rejected && error.code === 'EXPANSION_TOO_LARGE') return undefined;
    throw error;
  }
}

function tooLarge(what: string): Rejected {
  return new Rejected('EXPANSION_TOO_LARGE', `range: ${what}; ask for a part of it.`, 'LIB-05.8');
}
