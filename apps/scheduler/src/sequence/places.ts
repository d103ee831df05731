import type { Interval } from '#time/intervals';

/** How many places of a capacity are taken from an instant on, up to the next level. */
export interface Level {
  readonly at: number;
  taken: number;
}

/** No date lies further ahead. */
const FAR = 8.64e15;

/** The times from `release` on, before any level, in which at most `most` places are taken: merged, ascending; one pass. */
export function room(levels: readonly Level[], most: number, release: number): Interval[] {
  if (most < 0) return [];
  const open: Interval[] = [];
  let since: number | undefined = release;
  for (const { at, taken } of levels) {
    if (taken <= most) since ??= at;
    else if (since !== undefined) {
      if (since < at) open.push({ start: since, end: at });
      since = undefined;
    }
  }
  return since === undefined ? open : [...open, { start: since, end: FAR }];
}

/** Takes places for an interval; the levels stay ascending, and none is taken after the last. */
export function take(levels: Level[], { start, end }: Interval, count: number): void {
  const first = split(levels, start);
  const last = split(levels, end);
  for (let i = first; i < last; i++) levels[i]!.taken += count;
}

/** The index of the level that begins at an instant, which is made if there is none. */
function split(levels: Level[], at: number): number {
  const before = levels.findLastIndex((level) => level.at < at);
  if (levels[before + 1]?.at !== at) levels.splice(before + 1, 0, { at, taken: levels[before]?.taken ?? 0 });
  return before + 1;
}
