import type { MetricConfiguration } from './configuration.js';
import { type Ascending, median } from './statistics/ascending.js';
import { hodgesLehmann, type Shift } from './statistics/hodgesLehmann.js';
import { mannWhitney, type RankTest } from './statistics/mannWhitney.js';
import { rankSum } from './statistics/ranks.js';
import { welch } from './statistics/welch.js';

/** Canary beside control. Shift and interval are in the unit of the tolerances: a share of the control median, or absolute. */
export interface Comparison extends RankTest, Shift {
  /** The median of the control is 0, or at least half of all differences are: shift and interval are those of the means. */
  readonly zeroInflated: boolean;
}

/**
 * Compares two samples by formulas 4.3.3; undefined where they are zero-inflated and the tolerances are relative, which
 * have no meaning there. Samples that are all one value other than 0 have a shift of 0 in any unit.
 */
export function compare(
  control: Ascending,
  canary: Ascending,
  { absolute }: Pick<MetricConfiguration, 'absolute'>,
): Comparison | undefined {
  const test = mannWhitney(control, canary);
  const centre = Math.abs(median(control));
  const { equalPairs } = rankSum(control, canary);
  const pairs = control.length * canary.length;
  const zeroInflated = centre === 0 || equalPairs * 2 >= pairs;
  if (absolute) return { ...test, zeroInflated, ...(zeroInflated ? welch : hodgesLehmann)(control, canary) };
  if (centre === 0 || (zeroInflated && equalPairs < pairs)) return undefined;
  return { ...test, zeroInflated, ...scaled(hodgesLehmann(control, canary), centre) };
}

function scaled({ shift, lower, upper }: Shift, unit: number): Shift {
  return { shift: shift / unit, lower: lower / unit, upper: upper / unit };
}
