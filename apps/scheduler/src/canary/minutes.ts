import type { MetricConfiguration } from './configuration.js';
import { ascending } from './statistics/ascending.js';
import { percentile } from './statistics/percentile.js';

/** A side's numbers by minute since the step became effective; null for a minute without one. */
export type Minutes = readonly (number | null)[];

/** The numbers of both sides that are compared; either may be empty. */
export interface Samples {
  readonly control: readonly number[];
  readonly canary: readonly number[];
}

/**
 * What is compared of what was measured (formulas 4.3.1, 4.3.2): without the warm-up, only minutes in which both sides
 * have a number, and without outliers if so configured.
 */
export function comparable(
  { control, canary }: { readonly control: Minutes; readonly canary: Minutes },
  { nan, outliers }: Pick<MetricConfiguration, 'nan' | 'outliers'>,
  warmUpMinutes: number,
): Samples {
  const [x, y] = nan === 'zero' ? [filled(control), filled(canary)] : [control, canary];
  const kept: { control: number[]; canary: number[] } = { control: [], canary: [] };
  for (let minute = warmUpMinutes; minute < Math.min(x.length, y.length); minute++) {
    const [a, b] = [x[minute]!, y[minute]!];
    if (a === null || b === null) continue;
    kept.control.push(a);
    kept.canary.push(b);
  }
  return outliers === 'none' ? kept : { control: trimmed(kept.control), canary: trimmed(kept.canary) };
}

/** Zeros between the first and the last number. What comes before and after them is silence, and stays that. */
function filled(minutes: Minutes): Minutes {
  const first = minutes.findIndex((value) => value !== null);
  const last = minutes.findLastIndex((value) => value !== null);
  return minutes.map((value, minute) => (minute > first && minute < last ? (value ?? 0) : value));
}

/**
 * Without what lies more than three interquartile ranges outside the quartiles (Tukey 1977, far out). Where the quartiles
 * are equal there is no range to measure by, and every rare event would be cut off: nothing is.
 */
function trimmed(values: readonly number[]): readonly number[] {
  if (values.length === 0) return values;
  const sample = ascending(values, 'samples');
  const [low, high] = [percentile(sample, 25), percentile(sample, 75)];
  const reach = 3 * (high - low);
  return reach === 0 ? values : values.filter((value) => value >= low - reach && value <= high + reach);
}
