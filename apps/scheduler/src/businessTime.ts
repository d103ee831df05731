import {
  addBusinessDays,
  addBusinessTime,
  businessDaysBetween,
  businessTimeBetween,
  isBusinessTime,
  nextBusinessInstant,
} from '#time/business/businessTime';
import { type BusinessCalendar, workweek } from '#time/business/calendar';
import { HOUR, instant, iso } from './instant.js';

/** What is asked of a business calendar at an instant. */
export interface BusinessQuestion {
  readonly calendar: BusinessCalendar;
  readonly at: string;
  readonly hours?: number;
  readonly days?: number;
  readonly until?: string;
}

/** Whether business is done at an instant, when next, where hours and days from it end, and how many there are to another. */
export function businessTime({ calendar, at, hours, days, until }: BusinessQuestion) {
  const read = workweek(calendar);
  const from = instant(at, 'at');
  const to = until === undefined ? undefined : instant(until, 'until');
  return {
    calendar: read.name,
    open: isBusinessTime(read, from),
    nextOpen: iso(nextBusinessInstant(read, from)),
    ...(hours !== undefined && { afterHours: iso(addBusinessTime(read, from, Math.round(hours * HOUR))) }),
    ...(days !== undefined && { afterDays: iso(addBusinessDays(read, from, days)) }),
    ...(to !== undefined && {
      hoursUntil: businessTimeBetween(read, from, to) / HOUR,
      daysUntil: businessDaysBetween(read, from, to),
    }),
  };
}
