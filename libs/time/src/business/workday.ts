import { Rejected } from '#events';
import { type Interval, merge } from '../intervals.js';
import { offsetAt } from '../offsets.js';
import { permitted, restricted } from '../resolve.js';
import { DAY, MINUTE } from '../wall.js';
import type { Span, Workweek } from './calendar.js';

/**
 * The working time of one local day as instants, ascending and disjoint. `day` counts days since 1970-01-01. Hours are
 * read as restrict intervals (LIB-05.3), so across a clock change they are as long as that day really makes them.
 * @throws Rejected CALENDAR_INCOMPLETE when the calendar does not know the year
 */
export function workingTime(calendar: Workweek, day: number): Interval[] {
  const spans = spansOf(calendar, day);
  if (spans.length === 0) return [];
  const last = startOfDay(calendar.zone, day + 1);
  return merge(
    spans.flatMap(({ start, end }) => {
      const read = restricted(calendar.zone, day * DAY + start * MINUTE, day * DAY + end * MINUTE);
      return read && read.start < last ? [{ start: read.start, end: Math.min(read.end, last) }] : [];
    }),
  );
}

/** Whether anybody works on that day at all. */
export function isWorkday(calendar: Workweek, day: number): boolean {
  return spansOf(calendar, day).length > 0;
}

/** The local day an instant belongs to, in days since 1970-01-01. */
export function dayOf(zone: string, at: number): number {
  const day = Math.floor((at + offsetAt(zone, at)) / DAY);
  return at >= startOfDay(zone, day + 1) ? day + 1 : day;
}

/** The first instant of a local day; that of the next one where the zone skips the day. */
export function startOfDay(zone: string, day: number): number {
  const midnight = day * DAY;
  return (restricted(zone, midnight, midnight + DAY) ?? permitted(zone, midnight, 0)).start;
}

function spansOf(calendar: Workweek, day: number): readonly Span[] {
  const date = new Date(day * DAY);
  const [year, name] = [date.getUTCFullYear(), date.toISOString().slice(0, 10)];
  if (calendar.years.has(year))
    return calendar.exceptions.get(name) ?? calendar.week[(date.getUTCDay() + 6) % 7]!;
  throw new Rejected(
    'CALENDAR_INCOMPLETE',
    `Calendar ${calendar.name} does not list the holidays of ${year}, which ${name} needs.`,
    'LIB-05.6',
  );
}
