import { Temporal } from 'temporal-polyfill';
import { DAY } from './wall.js';

/** A stretch of time in which a zone keeps one offset; it lasts until the next one starts. */
export interface Stretch {
  /** The instant of the transition into it; -Infinity for the first one that is known. */
  readonly start: number;
  /** Local time minus UTC, in milliseconds. */
  readonly offset: number;
}

/** More than the largest offset (14 h) and the largest shift (24 h, a whole day skipped) together. */
const MARGIN = 2 * DAY;
const MOST_KEPT = 20_000;
const kept = new Map<string, readonly Stretch[]>();

/**
 * The offsets of a zone in the calendar year of `at` and two days around it, in order; `at` may be an instant or a wall.
 * The zone must have passed `checkZone`. Read from the platform's zone database once a year and zone, then kept.
 */
export function offsets(zone: string, at: number): readonly Stretch[] {
  const year = new Date(at).getUTCFullYear();
  const key = `${year}${zone}`;
  const found = kept.get(key);
  if (found) return found;
  if (kept.size >= MOST_KEPT) kept.clear();
  const stretches = read(zone, Date.UTC(year, 0) - MARGIN, Date.UTC(year + 1, 0) + MARGIN);
  kept.set(key, stretches);
  return stretches;
}

/** Local time minus UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  return offsets(zone, instant).findLast(({ start }) => start <= instant)!.offset;
}

function read(zone: string, from: number, to: number): Stretch[] {
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  const stretches = [{ start: -Infinity, offset: offsetOf(first) }];
  let next = first.getTimeZoneTransition('next');
  while (next && next.epochMilliseconds < to) {
    stretches.push({ start: next.epochMilliseconds, offset: offsetOf(next) });
    next = next.getTimeZoneTransition('next');
  }
  return stretches;
}

function offsetOf({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return offsetNanoseconds / 1e6;
}
