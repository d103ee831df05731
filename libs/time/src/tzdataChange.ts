import type { Expansion, Occurrence } from './expand.js';
import type { Interval } from './intervals.js';
import { localText } from './resolve.js';

/** Something fixed at its instants, such as a confirmed reservation, with the local reading given out for it. */
export interface Kept extends Interval {
  readonly id: string;
  readonly zone: string;
  readonly local: { readonly start: string; readonly end: string };
}

/** A kept thing that reads otherwise now: what it was told as, and what clocks will show. */
export interface Reread extends Kept {
  readonly now: { readonly start: string; readonly end: string };
}

/** An occurrence that has other instants by another edition of the zone database; null where there is none. */
export interface Moved {
  /** The local start that the schedule names. */
  readonly named: string;
  readonly before: Occurrence | null;
  readonly after: Occurrence | null;
}

/**
 * What is kept at its instants but reads otherwise by the zone database of this process than it was told, in the order
 * given. LIB-05.7. The zones must have passed `checkZone`.
 */
export function reread(kept: readonly Kept[]): Reread[] {
  return kept
    .map((one) => ({
      ...one,
      now: { start: localText(one.zone, one.start), end: localText(one.zone, one.end) },
    }))
    .filter(({ local, now }) => local.start !== now.start || local.end !== now.end);
}

/**
 * The occurrences of a schedule that moved between two expansions of the same range, by their local start: those with
 * other instants, and those that only one of them has. LIB-05.7.
 */
export function moved(stored: Expansion, fresh: Expansion): Moved[] {
  const before = byName(stored);
  const after = byName(fresh);
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((named) => ({ named, before: before.get(named) ?? null, after: after.get(named) ?? null }))
    .filter(({ before, after }) => !(before && after && isAt(before, after)));
}

function isAt(one: Interval, other: Interval): boolean {
  return one.start === other.start && one.end === other.end;
}

function byName({ occurrences }: Expansion): Map<string, Occurrence> {
  return new Map(occurrences.map((one) => [one.named, one]));
}
