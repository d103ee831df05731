import { Rejected } from '#events';
import { z } from 'zod';
import { type Cron, lastBefore, parseCron } from '../cron/cron.js';
import { type Outlook, outlook } from '../cron/outlook.js';
import { gaps, interval, type Interval, intersect, merge, overlaps } from '../intervals.js';
import { restricted } from '../resolve.js';
import { DAY, type Wall } from '../wall.js';
import { checkZone } from '../zone.js';

const Expression = z.string().min(1).max(200);

/** A freeze period as GitLab's API gives it (`/projects/:id/freeze_periods`); what else it gives is left aside. */
export const FreezePeriod = z
  .looseObject({
    id: z.union([z.int(), z.string().max(100)]).optional(),
    freeze_start: Expression.describe('Cron'),
    freeze_end: Expression.describe('Cron'),
    cron_timezone: z.string().max(64).optional().describe('IANA zone; UTC if absent'),
  })
  .meta({ id: 'FreezePeriod' });
export type FreezePeriod = z.infer<typeof FreezePeriod>;

/** A freeze period that has been read. */
export interface ReadFreeze {
  readonly zone: string;
  readonly start: Cron;
  readonly end: Cron;
}

/** What freeze periods say of one instant: `open` where deployments are not frozen. */
export interface FreezeDecision extends Outlook {
  readonly why: string;
  /** The freezes that hold the instant, by the place of their period. */
  readonly because: readonly { readonly period: number; readonly interval: Interval }[];
}

/** Every date that cron can name comes again within these days. */
const CYCLE = 28 * 366;
const REACH = 2 * DAY;
/** How many freezes are looked at: one every half hour for two years. */
const MOST_FREEZES = 40_000;

const tooLarge = () =>
  new Rejected(
    'EXPANSION_TOO_LARGE',
    `Freeze periods freeze more than ${MOST_FREEZES} times in the range; ask for a part of it.`,
    'LIB-05.8',
  );

/** Reads freeze periods. @throws Rejected CRON_INVALID, CRON_NEVER, ZONE_UNKNOWN, ZONE_FIXED_OFFSET */
export function readFreezes(periods: readonly FreezePeriod[]): ReadFreeze[] {
  return periods.map(({ freeze_start, freeze_end, cron_timezone }, place) => {
    const zone = cron_timezone || 'UTC';
    checkZone(zone, `periods[${place}].cron_timezone`);
    return {
      zone,
      start: parseCron(freeze_start, 'fugit', `periods[${place}].freeze_start`),
      end: parseCron(freeze_end, 'fugit', `periods[${place}].freeze_end`),
    };
  });
}

/**
 * The freezes of a period that overlap a range, whole: each from a start to the next end after it (`Ci::FreezePeriod`: the
 * last start before now, the first end after that). They are restrict intervals (LIB-05.3), never shorter than they read:
 * a start in a gap freezes from the gap on, where GitLab would skip the freeze, and an end that comes twice is the second.
 * GitLab counts the instant of the end as frozen; here it is not.
 * @throws Rejected EXPANSION_TOO_LARGE for more than `most` freezes
 */
export function freezesIn(
  { zone, start, end }: ReadFreeze,
  range: Interval,
  most = MOST_FREEZES,
): Interval[] {
  interval(range.start, range.end, 'range');
  const [from, to] = [range.start - REACH, range.end + REACH];
  const found: Interval[] = [];
  let begun: Wall | undefined;
  let day = Math.floor((lastBefore(end, from, from - CYCLE * DAY) ?? from) / DAY);
  for (; day * DAY < to || begun !== undefined; day++) {
    for (const [wall, isStart] of changesOn(day, start, end)) {
      if (isStart) begun ??= wall;
      else if (begun !== undefined) {
        const freeze = restricted(zone, begun, wall);
        if (freeze && overlaps(freeze, range)) found.push(freeze);
        begun = undefined;
      }
    }
    if (found.length > most) throw tooLarge();
    if (day * DAY >= to && begun !== undefined && begun >= to) begun = undefined;
  }
  return found;
}

/** When deployments are frozen by any of the periods, within a range. */
export function frozenIn(periods: readonly ReadFreeze[], range: Interval): Interval[] {
  let left = MOST_FREEZES;
  const found = periods.flatMap((period) => {
    const freezes = freezesIn(period, range, left);
    left -= freezes.length;
    return freezes;
  });
  return intersect(merge(found), [range]);
}

/** Whether deployments are open at an instant, past or to come, by which freezes not, and when that changes. */
export function decideFreeze(periods: readonly ReadFreeze[], instant: number): FreezeDecision {
  const seen = outlook((range) => gaps(frozenIn(periods, range), range), instant);
  const now = { start: instant, end: instant + 1 };
  const because = periods.flatMap((period, place) =>
    freezesIn(period, now).map((interval) => ({ period: place, interval })),
  );
  return { ...seen, because, why: seen.open ? 'No freeze period holds it.' : 'A freeze period holds it.' };
}

/** The starts and ends of a day in order; where both come at once, the end is of the freeze before. */
function changesOn(day: number, start: Cron, end: Cron): (readonly [Wall, boolean])[] {
  const of = (cron: Cron, isStart: boolean) =>
    cron.matches(day) ? cron.times.map((time) => [day * DAY + time, isStart] as const) : [];
  return [...of(end, false), ...of(start, true)].sort((a, b) => a[0] - b[0]);
}
