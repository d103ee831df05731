import { Rejected } from '#events';
import { z } from 'zod';
import { type Cron, lastBefore, parseCron } from '../cron/cron.js';
import { stretches } from '../cron/stretches.js';
import { type Interval, intersect, merge } from '../intervals.js';
import { offsetAt } from '../offsets.js';
import { DAY } from '../wall.js';
import { checkZone } from '../zone.js';
import { goDuration } from './goDuration.js';

/** How often windows may open in what is looked at: one every half hour for two years. */
export const MOST_OPENINGS = 40_000;

const Globs = z.array(z.string().max(500)).max(1_000).optional();

/** A sync window as it stands in an AppProject (Argo CD 3.3, `spec.syncWindows`). */
export const SyncWindow = z
  .strictObject({
    kind: z.enum(['allow', 'deny']),
    schedule: z.string().max(200).describe('Cron, five fields'),
    duration: z.string().max(60).describe('As Go writes it, such as 1h30m'),
    timeZone: z.string().max(64).optional().describe('IANA zone; UTC if absent'),
    applications: Globs,
    namespaces: Globs,
    clusters: Globs,
    andOperator: z.boolean().optional().describe('Whether all kinds of selectors must match, not just one'),
    manualSync: z.boolean().optional().describe('Whether people may sync although it forbids'),
    syncOverrun: z.boolean().optional().describe('Whether a sync that runs may go on although it forbids'),
    description: z.string().max(255).optional(),
  })
  .meta({ id: 'SyncWindow' });
export type SyncWindow = z.infer<typeof SyncWindow>;

/** A sync window that has been read. */
export interface ReadWindow {
  readonly source: SyncWindow;
  readonly zone: string;
  readonly cron: Cron;
  readonly duration: number;
  /** The openings of a day that the schedule names, since its midnight, merged. */
  readonly pattern: readonly Interval[];
}

/**
 * Reads a window; `place` names it in refusals. An unknown zone is refused, where Argo CD would go on in UTC, and so is a
 * schedule that never comes, which it would take for one that is always active.
 * @throws Rejected CRON_INVALID, CRON_NEVER, DURATION_INVALID, ZONE_UNKNOWN, ZONE_FIXED_OFFSET
 */
export function readWindow(source: SyncWindow, place: string): ReadWindow {
  const zone = source.timeZone || 'UTC';
  checkZone(zone, `${place}.timeZone`);
  const cron = parseCron(source.schedule, 'robfig', `${place}.schedule`);
  const duration = goDuration(source.duration, `${place}.duration`);
  const pattern = merge(cron.times.map((time) => ({ start: time, end: time + duration })));
  return { source, zone, cron, duration, pattern };
}

/**
 * When the window is active within a range. It is active while the clocks of its zone, by their offset at that very instant,
 * show a time less than its duration after one its schedule names: the duration counts on the wall, as it does for Argo
 * CD, whose offset however is that of today. Argo CD does not count the first nanosecond; here an interval has its start.
 * @throws Rejected EXPANSION_TOO_LARGE for more than `most` openings
 */
export function activeIn(window: ReadWindow, range: Interval, most = MOST_OPENINGS): Interval[] {
  const found = stretches(window.zone, range).flatMap(({ start, end, offset }) => {
    const walls = { start: start + offset, end: end + offset };
    return intersect(onTheWall(window, walls, most), [walls]).map((wall) => ({
      start: wall.start - offset,
      end: wall.end - offset,
    }));
  });
  return merge(found);
}

/** Whether the window is active at an instant. */
export function isActive({ cron, zone, duration }: ReadWindow, instant: number): boolean {
  const wall = instant + offsetAt(zone, instant);
  return lastBefore(cron, wall, wall - duration + 1) !== undefined;
}

function onTheWall(
  { cron, duration, pattern }: ReadWindow,
  { start, end }: Interval,
  most: number,
): Interval[] {
  const found: Interval[] = [];
  for (let day = Math.floor((start - duration) / DAY); day * DAY < end; day++) {
    if (!cron.matches(day)) continue;
    for (const opening of pattern)
      found.push({ start: day * DAY + opening.start, end: day * DAY + opening.end });
    if (found.length > most)
      throw new Rejected(
        'EXPANSION_TOO_LARGE',
        `Sync windows open more than ${MOST_OPENINGS} times in the range; ask for a part of it.`,
        'LIB-05.8',
      );
  }
  return found;
}
