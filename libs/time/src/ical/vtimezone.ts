import { Temporal } from 'temporal-polyfill';
import type { Interval } from '../intervals.js';
import { DAY, HOUR, MINUTE, SECOND } from '../wall.js';
import { dateTime } from './moment.js';

/** A change of a zone's clocks: when, and from which offset to which (ms, local minus UTC). */
interface Change {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly isSummer: boolean;
}

/** When clocks last changed before zones had rules; for zones that never changed them since. */
const EPOCH = 0;
/** Clocks that go forward and are back within this time have gone to summer time. */
const LONGEST_SUMMER = 366 * DAY;

/**
 * The lines of a VTIMEZONE (RFC 5545 §3.6.5) with every change of the zone's clocks in `range` and the one before it, each
 * as an observance of its own: a rule cannot say what zones such as Africa/Casablanca do, and readers in wide use lose
 * DTSTART beside RDATE. After the last one a reader keeps its offset.
 */
export function timezoneLines(zone: string, range: Interval): string[] {
  return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...changes(zone, range).flatMap(observance), 'END:VTIMEZONE'];
}

function observance({ at, from, to, isSummer }: Change): string[] {
  const name = isSummer ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${name}`,
    `DTSTART:${dateTime(at + from)}`,
    `TZOFFSETFROM:${offsetText(from)}`,
    `TZOFFSETTO:${offsetText(to)}`,
    `END:${name}`,
  ];
}

function changes(zone: string, { start, end }: Interval): Change[] {
  const first = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone);
  const before = first.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const offset = offsetOf(before ?? first);
  const found = before ? [change(before)] : [{ at: EPOCH, from: offset, to: offset, isSummer: false }];
  let next = first.getTimeZoneTransition('next');
  while (next && next.epochMilliseconds < end) {
    found.push(change(next));
    next = next.getTimeZoneTransition('next');
  }
  return found;
}

function change(after: Temporal.ZonedDateTime): Change {
  const from = offsetOf(after.subtract({ nanoseconds: 1 }));
  const to = offsetOf(after);
  const next = to > from ? after.getTimeZoneTransition('next') : null;
  const at = after.epochMilliseconds;
  const isSummer = next !== null && offsetOf(next) < to && next.epochMilliseconds - at <= LONGEST_SUMMER;
  return { at, from, to, isSummer };
}

const offsetOf = ({ offsetNanoseconds }: Temporal.ZonedDateTime) => offsetNanoseconds / 1e6;

function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const parts = [size / HOUR, (size / MINUTE) % 60, (size / SECOND) % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  return (offset < 0 ? '-' : '+') + parts.slice(0, size % MINUTE === 0 ? 2 : 3).join('');
}
