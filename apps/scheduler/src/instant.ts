import { Rejected } from '#events';
import { interval, type Interval } from '#time/intervals';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UTC = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/;

/**
 * Epoch milliseconds of an ISO instant in UTC. Anything else (another offset, 24:00, 30 February, no text at all) is
 * refused under the name of its field.
 */
export function instant(text: string, field: string): number {
  const at = typeof text === 'string' && UTC.test(text) ? Date.parse(text) : Number.NaN;
  const day = Number.isNaN(at) ? 0 : Number(text.slice(8, 10));
  if (!Number.isNaN(at) && (day <= 28 || new Date(at).getUTCDate() === day)) return at;
  throw new Rejected('INSTANT_INVALID', `${field} must be an instant in UTC such as 2027-01-29T18:00:00Z.`);
}

/** The interval between two ISO instants; reversed and empty ones are refused under the name of their field. */
export function span({ start, end }: { start: string; end: string }, field: string): Interval {
  return interval(instant(start, `${field}.start`), instant(end, `${field}.end`), field);
}

/** The longest span that a count of minutes may name: 30 days. */
export const MOST_MINUTES = 43_200;

/** Milliseconds of a whole number of minutes up to 30 days; anything else is refused under the name of its field. */
export function minutes(count: number, field: string, least = 0): number {
  if (Number.isInteger(count) && count >= least && count <= MOST_MINUTES) return count * MINUTE;
  throw new Rejected(
    'MINUTES_INVALID',
    `${field} must be a whole number of minutes from ${least} to ${MOST_MINUTES}.`,
  );
}

const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** The instant as events and answers spell it. RFC 3339 has four digits for a year; what needs more is refused. */
export function iso(at: number): string {
  if (at >= FIRST && at <= LAST) return new Date(at).toISOString();
  throw new Rejected(
    'INSTANT_OUT_OF_RANGE',
    'The answer has an instant outside of the years 0000 to 9999, which no timestamp can name.',
  );
}

/** The current time as a number; an invalid date is refused. */
export function moment(now: Date): number {
  const at = now.getTime();
  if (Number.isFinite(at)) return at;
  throw new Rejected('INSTANT_INVALID', 'now must be a valid date.');
}
