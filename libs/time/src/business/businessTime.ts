import { Rejected } from '#events';
import { overlap } from '../intervals.js';
import { offsetAt } from '../offsets.js';
import { permitted } from '../resolve.js';
import { DAY, FIRST_WALL, LAST_WALL } from '../wall.js';
import type { Workweek } from './calendar.js';
import { dayOf, isWorkday, workingTime } from './workday.js';

/**
 * The first instant at which `amount` milliseconds of business time ("bh") have passed since `from`; for a negative
 * amount, the last one before it from which they are left. Zero is `from` itself.
 * @throws Rejected CALENDAR_INCOMPLETE when a year on the way is unknown; BUSINESS_TIME_INVALID for no whole number
 */
export function addBusinessTime(calendar: Workweek, from: number, amount: number): number {
  instant(from, 'from');
  if (whole(amount, 'amount') === 0) return from;
  return amount > 0 ? after(calendar, from, amount) : before(calendar, from, -amount);
}

/** Milliseconds of business time in `[from, to)`; negative when `to` comes first. */
export function businessTimeBetween(calendar: Workweek, from: number, to: number): number {
  if (instant(from, 'from') > instant(to, 'to')) return 0 - businessTimeBetween(calendar, to, from);
  if (from === to) return 0;
  let total = 0;
  for (let day = dayOf(calendar.zone, from); day <= dayOf(calendar.zone, to - 1); day++)
    for (const working of workingTime(calendar, day)) {
      const both = overlap(working, { start: from, end: to });
      if (both) total += both.end - both.start;
    }
  return total;
}

/** Whether business is done at that instant; the end of a working day is not part of it. */
export function isBusinessTime(calendar: Workweek, at: number): boolean {
  const today = workingTime(calendar, dayOf(calendar.zone, instant(at, 'at')));
  return today.some(({ start, end }) => start <= at && at < end);
}

/** The first instant at or after `at` at which business is done. */
export function nextBusinessInstant(calendar: Workweek, at: number): number {
  return after(calendar, instant(at, 'at'), 1) - 1;
}

/**
 * The `days`-th business day ("bd") after that of `from`, or before it for a negative count, at the same wall clock
 * (one that the clocks skip that day counts by the offset before the gap). Zero is `from` itself.
 */
export function addBusinessDays(calendar: Workweek, from: number, days: number): number {
  const { zone } = calendar;
  if (whole(days, 'days') === 0) return instant(from, 'from');
  const first = dayOf(zone, instant(from, 'from'));
  let day = first;
  for (let left = Math.abs(days); left > 0;) if (isWorkday(calendar, (day += Math.sign(days)))) left--;
  return permitted(zone, from + offsetAt(zone, from) + (day - first) * DAY, 0).start;
}

/** Business days after the day of `from` up to and including that of `to`; negative when `to` comes first. */
export function businessDaysBetween(calendar: Workweek, from: number, to: number): number {
  const [first, last] = [
    dayOf(calendar.zone, instant(from, 'from')),
    dayOf(calendar.zone, instant(to, 'to')),
  ];
  let days = 0;
  for (let day = first; day < last;) if (isWorkday(calendar, ++day)) days++;
  for (let day = first; day > last;) if (isWorkday(calendar, --day)) days--;
  return days;
}

function after(calendar: Workweek, from: number, amount: number): number {
  for (let day = dayOf(calendar.zone, from), left = amount; ; day++)
    for (const { start, end } of workingTime(calendar, day)) {
      const begun = Math.max(start, from);
      if (end - begun >= left) return begun + left;
      left -= Math.max(0, end - begun);
    }
}

function before(calendar: Workweek, from: number, amount: number): number {
  for (let day = dayOf(calendar.zone, from - 1), left = amount; ; day--)
    for (const { start, end } of workingTime(calendar, day).toReversed()) {
      const done = Math.min(end, from);
      if (done - start >= left) return done - left;
      left -= Math.max(0, done - start);
    }
}

function whole(value: number, field: string): number {
  if (Number.isSafeInteger(value)) return value;
  throw new Rejected('BUSINESS_TIME_INVALID', `${field} must be a whole number.`, 'LIB-05.6');
}

function instant(value: number, field: string): number {
  if (Number.isSafeInteger(value) && value >= FIRST_WALL && value < LAST_WALL) return value;
  throw new Rejected(
    'BUSINESS_TIME_INVALID',
    `${field} must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.`,
    'LIB-05.6',
  );
}
