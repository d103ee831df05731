import type { Interval } from '#time/intervals';
import { offsetAt, offsets } from '#time/offsets';
import { HOUR, MINUTE } from '../instant.js';

/** Hours of a local week: 0 is Monday from 00:00 to 01:00, 167 is Sunday from 23:00. */
export const HOURS = 168;

/** 1970-01-01 was a Thursday, three days after a Monday. */
const EPOCH_HOUR = 3 * 24;

/** Local hour of the week, 0 to 167, at an instant in a zone that `checkZone` accepts. A repeated hour is one hour. */
export function hourOfWeek(at: number, zone: string): number {
  const hour = Math.floor((at + offsetAt(zone, at)) / HOUR) + EPOCH_HOUR;
  return ((hour % HOURS) + HOURS) % HOURS;
}

/** An hour of the week, and the elapsed minutes of something that fall into it. */
export interface Stay {
  readonly hour: number;
  readonly minutes: number;
}

/**
 * The local hours of the week that an interval runs through, in the order of its time. A skipped hour gets nothing, a
 * repeated one both times its minutes; the minutes add up to the elapsed length.
 */
export function stays({ start, end }: Interval, zone: string): Stay[] {
  const found: Stay[] = [];
  for (let at = start; at < end;) {
    const next = Math.min(end, nextHour(at, zone));
    found.push({ hour: hourOfWeek(at, zone), minutes: (next - at) / MINUTE });
    at = next;
  }
  return found;
}

/** The next instant at which a local clock shows a whole hour or is put forward or back. */
function nextHour(at: number, zone: string): number {
  const local = at + offsetAt(zone, at);
  const whole = at + HOUR - (((local % HOUR) + HOUR) % HOUR);
  const shift = offsets(zone, at).find(({ start }) => start > at);
  return Math.min(whole, shift?.start ?? Infinity);
}
