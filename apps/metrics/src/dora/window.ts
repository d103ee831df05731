import { Temporal } from 'temporal-polyfill';
import { Rejected } from '#events';
import { instant } from '../delivery/instant.js';

const MOST_DAYS = 40_000;
const DATE = /^\d{4}-\d\d-\d\d$/;
const MIDNIGHT = Temporal.PlainTime.from('00:00');
const OFFSET = /^(?:[+-]|(?:GMT|UTC)[+-])/i;

/** The time asked about, `[from, to)` in milliseconds, and the zone whose days, weeks and months it is read in. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  /** Calendar days from `from` to `to` in the zone; a day of 23 or 25 hours is one day. */
  readonly days: number;
}

/** A stretch `[from, to)` of the calendar that the window holds. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  /** The local date it begins on. */
  readonly date: Temporal.PlainDate;
  /** Whether the window holds all of it. */
  readonly whole: boolean;
}

export type Unit = 'day' | 'week' | 'month';

/**
 * Reads a window. `from` and `to` are instants with an offset, or dates, which begin at midnight in the zone.
 * @throws Rejected `UNKNOWN_ZONE`, `INVALID_TIME`, `INVALID_WINDOW` (reversed, empty, or over 40,000 days).
 */
export function windowOf(from: string, to: string, zone: string): Window {
  const checked = zoneOf(zone);
  const [start, end] = [edge(from, 'from', checked), edge(to, 'to', checked)];
  if (start >= end) throw new Rejected('INVALID_WINDOW', 'from must lie before to.');
  const days = daysBetween(start, end, checked);
  if (days > MOST_DAYS)
    throw new Rejected('INVALID_WINDOW', `from and to may lie ${MOST_DAYS} days apart at most.`);
  return { from: start, to: end, zone: checked, days };
}

/** The calendar days, ISO weeks (from Monday) or months that the window touches, cut to the window. */
export function bucketsOf({ from, to, zone }: Window, unit: Unit): Bucket[] {
  const buckets: Bucket[] = [];
  let date = beginning(local(from, zone).toPlainDate(), unit);
  for (let at = startOf(date, zone); at < to;) {
    const next = date.add({ [`${unit}s`]: 1 });
    const end = startOf(next, zone);
    buckets.push({ from: Math.max(at, from), to: Math.min(end, to), date, whole: at >= from && end <= to });
    [date, at] = [next, end];
  }
  return buckets;
}

/** How many of the ascending instants fall into each bucket. */
export function countsIn(buckets: readonly Bucket[], ascending: readonly number[]): number[] {
  let next = 0;
  return buckets.map(({ from, to }) => {
    while (next < ascending.length && ascending[next]! < from) next++;
    const first = next;
    while (next < ascending.length && ascending[next]! < to) next++;
    return next - first;
  });
}

/** The canonical name of an IANA zone; a fixed offset is none, since it says nothing about other dates. */
function zoneOf(zone: unknown): string {
  if (typeof zone === 'string' && zone.length <= 100 && !OFFSET.test(zone))
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
    } catch {
      // Said below.
    }
  throw new Rejected('UNKNOWN_ZONE', 'zone must be an IANA time zone such as Europe/London, or UTC.');
}

function edge(text: unknown, field: string, zone: string): number {
  if (typeof text !== 'string' || !DATE.test(text)) return instant(text, field);
  try {
    return startOf(Temporal.PlainDate.from(text), zone);
  } catch {
    throw new Rejected('INVALID_TIME', `${field} must be a date that exists, or an instant with an offset.`);
  }
}

/** Calendar days; a first one that begins at 01:00, since clocks go forward at midnight, is one like any other. */
function daysBetween(start: number, end: number, zone: string): number {
  const [first, last] = [local(start, zone), local(end, zone)];
  const date = first.toPlainDate();
  if (start !== startOf(date, zone) || first.toPlainTime().equals(MIDNIGHT))
    return first.until(last, { largestUnit: 'day' }).total({ unit: 'day', relativeTo: first });
  const day = last.toPlainDate();
  const [begin, over] = [startOf(day, zone), startOf(day.add({ days: 1 }), zone)];
  return date.until(day, { largestUnit: 'day' }).days + (end - begin) / (over - begin);
}

function beginning(date: Temporal.PlainDate, unit: Unit): Temporal.PlainDate {
  if (unit === 'month') return date.with({ day: 1 });
  return unit === 'week' ? date.subtract({ days: date.dayOfWeek - 1 }) : date;
}

function local(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

function startOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds;
}
