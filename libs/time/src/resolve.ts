import type { Interval } from './intervals.js';
import { offsetAt, offsets } from './offsets.js';
import { MINUTE, SECOND, type Wall, wallText } from './wall.js';

/** When the clocks of a zone show a wall-clock time. */
interface Showing {
  /** The first instant that shows it; where none does (a gap), the one by the offset before the gap. */
  readonly first: number;
  /** The last instant that shows it: after `first` where the clocks go back, equal to it otherwise. */
  readonly last: number;
  /** Where none shows it, the transition that leaps over it. */
  readonly leap: number | undefined;
}

/**
 * The interval from a local start for an exact time (`elapsed`, ms): a start in a gap counts by the offset before it, a
 * start that comes twice is the first. LIB-05.2, RFC 5545 §3.3.5.
 */
export function permitted(zone: string, start: Wall, elapsed: number): Interval {
  const { first } = showing(zone, start);
  return { start: first, end: first + elapsed };
}

/**
 * The interval from a local start to a local end, holding each wall-clock minute between them as often as it comes: a
 * start in a gap is the transition, one that comes twice the first; an end in a gap counts by the offset before it,
 * one that comes twice is the second. LIB-05.3. Undefined where a gap swallows all of it, as it does 02:30 to 03:00
 * when the clocks go from 02:00 to 03:00.
 */
export function restricted(zone: string, start: Wall, end: Wall): Interval | undefined {
  const opening = showing(zone, start);
  const interval = { start: opening.leap ?? opening.first, end: showing(zone, end).last };
  return interval.start < interval.end ? interval : undefined;
}

/** What clocks in the zone show at an instant, with their offset: `2027-03-28T02:00:00+01:00`. */
export function localText(zone: string, instant: number): string {
  const offset = offsetAt(zone, instant);
  return wallText(instant + offset) + offsetText(offset);
}

function showing(zone: string, wall: Wall): Showing {
  const stretches = offsets(zone, wall);
  const instants = stretches
    .filter(
      ({ start, offset }, i) =>
        start + offset <= wall && wall < (stretches[i + 1]?.start ?? Infinity) + offset,
    )
    .map(({ offset }) => wall - offset);
  if (instants.length > 0) return { first: instants[0]!, last: instants.at(-1)!, leap: undefined };
  const after = stretches.findIndex(({ start, offset }) => wall < start + offset);
  const before = wall - stretches[after - 1]!.offset;
  return { first: before, last: before, leap: stretches[after]!.start };
}

function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const parts = [size / (60 * MINUTE), (size / MINUTE) % 60, (size / SECOND) % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  return (offset < 0 ? '-' : '+') + parts.slice(0, size % MINUTE === 0 ? 2 : 3).join(':');
}
