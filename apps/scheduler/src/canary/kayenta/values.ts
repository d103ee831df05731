import { ascending, checkSamples } from '../statistics/ascending.js';
import { percentile } from '../statistics/percentile.js';
import type { Analysis } from './schema.js';

/** The values that Kayenta would compare: without those that are no numbers or with 0 in their place, then without outliers. */
export function prepared(
  values: readonly (number | null | 'NaN')[],
  { nanStrategy, outliers }: Pick<Analysis, 'nanStrategy' | 'outliers'>,
  field: string,
): number[] {
  const numbers = values.map((value) => (value === 'NaN' ? null : value));
  checkSamples(numbers, field);
  const kept =
    nanStrategy === 'remove' ? numbers.filter((value) => value !== null) : numbers.map((value) => value ?? 0);
  return outliers.strategy === 'keep' || kept.length === 0
    ? kept
    : withoutOutliers(kept, outliers.outlierFactor);
}

/**
 * Drops what lies outside the quartiles by more than the factor times their distance, and outside the first and 99th
 * percentiles too: whichever fence is further out.
 */
export function withoutOutliers(values: readonly number[], factor: number): number[] {
  const sample = ascending(values, 'values');
  const [low, high] = [percentile(sample, 25), percentile(sample, 75)];
  const reach = factor * (high - low);
  const lower = Math.min(percentile(sample, 1), low - reach);
  const upper = Math.max(percentile(sample, 99), high + reach);
  return values.filter((value) => value >= lower && value <= upper);
}
