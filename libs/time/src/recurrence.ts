import { Rejected } from '#events';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { Rule } from './rule.js';
import { DAY, LAST_WALL, type Wall } from './wall.js';

/** How many steps of a rule are taken in one go; a daily rule reaches 547 years. */
const MOST_STEPS = 200_000;

/** The starts of a rule on the wall, ascending, in `[from, to)`. */
export type Recurrence = (from: Wall, to: Wall) => Wall[];

/**
 * The starts that a rule gives from `first` on, generated on the wall, where each day has 24 hours: a start that falls
 * into a gap of the zone is kept, for `resolve.ts` to place; a date that does not exist is neither given nor counted
 * (LIB-05.4). `first` itself is a start, and counted, only if the rule says so; RFC 5545 leaves that open.
 * @throws Rejected `EXPANSION_TOO_LARGE` where COUNT has to be followed over too many steps.
 */
export function recurrence({ count, until, interval, freq, ...by }: Rule, first: Wall): Recurrence {
  const last = lastWall(until);
  const rule = new RRuleTemporal({
    ...by,
    freq,
    interval,
    dtstart: utc(first),
    tzid: 'UTC',
    maxIterations: MOST_STEPS,
    maxCandidateEvaluations: MOST_STEPS,
    cache: false,
  });
  const between = (from: Wall, to: Wall) => walls(rule, Math.max(from, first), Math.min(to, last));
  if (count === undefined) return between;
  return (from, to) =>
    between(first, to)
      .slice(0, count)
      .filter((wall) => wall >= from);
}

function lastWall(until: Rule['until']): Wall {
  if (!until) return LAST_WALL;
  return Math.min(LAST_WALL, 'wall' in until ? until.wall + 1 : until.instant + 2 * DAY);
}

function walls(rule: RRuleTemporal, from: Wall, to: Wall): Wall[] {
  if (from >= to) return [];
  try {
    return rule
      .between(new Date(from), new Date(to - 1), true)
      .map(({ epochMilliseconds }) => epochMilliseconds);
  } catch (error) {
    if (!(error instanceof Error && /exceeded/.test(error.message))) throw error;
    throw new Rejected(
      'EXPANSION_TOO_LARGE',
      `rule: more than ${MOST_STEPS} steps from its start.`,
      'LIB-05.8',
    );
  }
}

function utc(wall: Wall): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC');
}
