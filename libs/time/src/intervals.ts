import { Rejected } from '#events';

/** A half-open span of time `[start, end)` in whole milliseconds since 1970-01-01T00:00Z; never empty. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** The furthest instant a date can name, in milliseconds either side of 1970. */
export const FURTHEST = 8.64e15;

/**
 * Builds an interval. Refuses what is not a whole millisecond, a reversed and a zero-length one
 * (`INTERVAL_INVALID`), naming `field`. LIB-05.5.
 */
export function interval(start: number, end: number, field = 'interval'): Interval {
  return checked({ start, end }, field);
}

/** Whether two intervals share an instant; touching ones do not. `00-conventions.md` 0.4. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The instants two intervals share, if any. */
export function overlap(a: Interval, b: Interval): Interval | undefined {
  return overlaps(a, b) ? { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) } : undefined;
}

/** The same instants as the fewest intervals, ascending: overlapping and touching ones become one. */
export function merge(intervals: readonly Interval[]): Interval[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ascending(intervals)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** The instants that lie in both sets, merged. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const [left, right] = [merge(a), merge(b)];
  const shared: Interval[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const both = overlap(left[i]!, right[j]!);
    if (both) shared.push(both);
    if (left[i]!.end < right[j]!.end) i++;
    else j++;
  }
  return shared;
}

/** The instants of the first set that are not in the second, merged. */
export function subtract(from: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const holes = merge(taken);
  const left: Interval[] = [];
  let first = 0;
  for (const { start, end } of merge(from)) {
    while (first < holes.length && holes[first]!.end <= start) first++;
    for (const piece of outside({ start, end }, holes, first)) left.push(piece);
  }
  return left;
}

/** Whether `inner` lies wholly in the set; touching members count as one, so nothing need hold it alone. */
export function contains(set: readonly Interval[], inner: Interval): boolean {
  checked(inner, 'inner');
  return merge(set).some(({ start, end }) => start <= inner.start && inner.end <= end);
}

/** The instants of `within` that the set leaves free, merged. */
export function gaps(set: readonly Interval[], within: Interval): Interval[] {
  return subtract([within], set);
}

function outside({ start, end }: Interval, holes: readonly Interval[], first: number): Interval[] {
  const pieces: Interval[] = [];
  let from = start;
  for (let i = first; i < holes.length && holes[i]!.start < end; i++) {
    if (from < holes[i]!.start) pieces.push({ start: from, end: holes[i]!.start });
    from = holes[i]!.end;
  }
  if (from < end) pieces.push({ start: from, end });
  return pieces;
}

function ascending(intervals: readonly Interval[]): readonly Interval[] {
  const wrong = intervals.findIndex((one) => !isInterval(one));
  if (wrong >= 0) checked(intervals[wrong]!, `intervals[${wrong}]`);
  return [...intervals].sort((a, b) => a.start - b.start);
}

function checked<T extends Interval>(one: T, field: string): T {
  if (isInterval(one)) return one;
  throw new Rejected('INTERVAL_INVALID', `${field}${complaint(one)}`, 'LIB-05.5');
}

function complaint({ start, end }: Interval): string {
  if (!isInstant(start)) return '.start must be a whole number of milliseconds since 1970.';
  if (!isInstant(end)) return '.end must be a whole number of milliseconds since 1970.';
  return ` ${end === start ? 'has no length' : 'ends before it starts'}: its end must lie after its start.`;
}

function isInterval({ start, end }: Interval): boolean {
  return isInstant(start) && isInstant(end) && start < end;
}

function isInstant(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= FURTHEST;
}
