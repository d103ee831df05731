import { DAY, HOUR } from '../instant.js';
import { HOURS } from './hourOfWeek.js';
import type { SlotPolicy } from './policy.js';
import { median } from './standard.js';

/** The mean load of one hour. */
export interface Sample {
  readonly at: number;
  readonly hour: number;
  readonly value: number;
}

/** The load that next week is expected to bring to one hour of the week; null if nothing is known of it. */
export interface Forecast {
  readonly value: number | null;
  /** Seen in too few weeks, so taken from the neighbours too. */
  readonly thin: boolean;
}

interface Trend {
  readonly weeks: number;
  readonly next: number | null;
}

/**
 * Next week's load by hour of the week, from the samples of the weeks before `at`; formulas 4.5.1, MET-10.1 and .2. Level
 * and trend are those of Theil and Sen (Sen 1968, "Estimates of the regression coefficient based on Kendall's tau"),
 * which a week of incidents or of a freeze does not move. A thin hour is half its own and a quarter of each neighbour.
 */
export function forecasts(
  samples: readonly Sample[],
  at: number,
  { loadWeeks, thinWeeks }: Pick<Required<SlotPolicy>, 'loadWeeks' | 'thinWeeks'>,
): Forecast[] {
  const weekly = byHourAndWeek(samples, at, loadWeeks);
  const trends = weekly.map(trendOf);
  return trends.map(({ weeks, next }, hour) =>
    weeks >= thinWeeks ? { value: next, thin: false } : { value: borrowed(trends, hour), thin: true },
  );
}

/** Values by hour of the week, then by how many weeks ago. */
function byHourAndWeek(samples: readonly Sample[], at: number, loadWeeks: number): Map<number, number[]>[] {
  const weekly = Array.from({ length: HOURS }, () => new Map<number, number[]>());
  for (const sample of samples) {
    const ago = Math.floor((at - HOUR - sample.at) / (7 * DAY));
    if (ago < 0 || ago >= loadWeeks) continue;
    const week = weekly[sample.hour]!;
    const values = week.get(ago);
    if (values) values.push(sample.value);
    else week.set(ago, [sample.value]);
  }
  return weekly;
}

function trendOf(weekly: ReadonlyMap<number, readonly number[]>): Trend {
  const points = [...weekly].map(([ago, values]) => ({
    x: -ago,
    y: values.reduce((sum, value) => sum + value, 0) / values.length,
  }));
  if (points.length === 0) return { weeks: 0, next: null };
  const slopes = points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
  const slope = slopes.length === 0 ? 0 : median(slopes);
  const level = median(points.map(({ x, y }) => y - slope * x));
  return { weeks: points.length, next: Math.max(0, level + slope) };
}

function borrowed(trends: readonly Trend[], hour: number): number | null {
  const parts = [
    { share: 1, next: trends[(hour + HOURS - 1) % HOURS]!.next },
    { share: 2, next: trends[hour]!.next },
    { share: 1, next: trends[(hour + 1) % HOURS]!.next },
  ].filter(({ next }) => next !== null);
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  return total === 0 ? null : parts.reduce((sum, { share, next }) => sum + share * next!, 0) / total;
}
