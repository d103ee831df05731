import { accept } from '#events';
import { milliseconds } from './duration.js';
import type { Interval } from './intervals.js';
import { recurrence } from './recurrence.js';
import { permitted, restricted } from './resolve.js';
import { parseRule } from './rule.js';
import { Schedule, SCHEDULE_INVALID } from './schedule.js';
import { DAY, type Wall, wallOf } from './wall.js';
import { checkZone } from './zone.js';

/** More than any offset and any shift of a zone together: how far a wall may lie from its instant. */
export const REACH = 2 * DAY;

/** A schedule that has been checked and read, ready to be expanded any number of times. */
export interface Prepared {
  readonly id: string | undefined;
  readonly zone: string;
  /** Whether its rule never ends. */
  readonly endless: boolean;
  /** How long an occurrence lasts: exactly (permit), or on the wall (restrict). */
  readonly length: number;
  /** The starts on the wall, ascending: those of the rule in `[from, to)`, and all dates. */
  starts(from: Wall, to: Wall): Wall[];
  /** The occurrence that starts there; undefined where a gap swallows it. */
  place(start: Wall): Interval | undefined;
}

/**
 * Checks and reads a schedule. A rule ends with UNTIL by the wall, or, for an UNTIL in UTC, by the instant at which
 * the occurrence starts.
 * @throws Rejected `SCHEDULE_INVALID`, `ZONE_UNKNOWN`, `ZONE_FIXED_OFFSET`, `RULE_INVALID`, `FREQUENCY_UNSUPPORTED`.
 */
export function prepare(input: Schedule): Prepared {
  const schedule = accept(Schedule, input, SCHEDULE_INVALID);
  const { zone } = schedule;
  checkZone(zone);
  const first = wallOf(schedule.start);
  const length = schedule.kind === 'permit' ? milliseconds(schedule.duration) : wallOf(schedule.end) - first;
  const place = (start: Wall) =>
    schedule.kind === 'permit' ? permitted(zone, start, length) : restricted(zone, start, start + length);
  return { id: schedule.id, zone, length, place, ...startsOf(schedule, place) };
}

function startsOf(schedule: Schedule, place: Prepared['place']): Pick<Prepared, 'starts' | 'endless'> {
  const first = wallOf(schedule.start);
  const rule = schedule.rule === undefined ? undefined : parseRule(schedule.rule);
  const repeated = rule && recurrence(rule, first);
  const last = rule?.until && 'instant' in rule.until ? rule.until.instant : undefined;
  const dated = [...(rule ? [] : [first]), ...(schedule.rdates ?? []).map(wallOf)];
  const left = new Set(schedule.exdates?.map(wallOf));
  return {
    endless: rule !== undefined && rule.count === undefined && rule.until === undefined,
    starts: (from, to) => {
      const ruled =
        repeated?.(from, to).filter((wall) => last === undefined || isBy(place(wall), last)) ?? [];
      return [...ruled, ...dated].filter((wall) => !left.has(wall)).sort((a, b) => a - b);
    },
  };
}

/** Whether an occurrence starts by an instant; one that a gap swallows is left to `place`. */
function isBy(occurrence: Interval | undefined, instant: number): boolean {
  return occurrence === undefined || occurrence.start <= instant;
}
