import type { Ascending } from './ascending.js';

/** What the ranks of two samples put together come to. */
export interface RankSum {
  /** The sum of the canary's ranks, 1-based; equal values share the mean of their ranks (mid-ranks). */
  readonly canaryRanks: number;
  /** The sum of t³ − t over groups of t equal values, for the variance of the rank sum. */
  readonly ties: number;
  /** The pairs of one control and one canary value that are equal. */
  readonly equalPairs: number;
}

/** Ranks two samples together in one pass; formulas 4.3.3. */
export function rankSum(control: Ascending, canary: Ascending): RankSum {
  let [i, j, canaryRanks, ties, equalPairs] = [0, 0, 0, 0, 0];
  while (i < control.length || j < canary.length) {
    const value = Math.min(control[i] ?? Infinity, canary[j] ?? Infinity);
    const [fromControl, fromCanary] = [run(control, i, value), run(canary, j, value)];
    const equal = fromControl + fromCanary;
    canaryRanks += fromCanary * (i + j + (equal + 1) / 2);
    ties += equal ** 3 - equal;
    equalPairs += fromControl * fromCanary;
    i += fromControl;
    j += fromCanary;
  }
  return { canaryRanks, ties, equalPairs };
}

/** How many values from `start` on equal `value`. */
function run(sample: Ascending, start: number, value: number): number {
  let end = start;
  while (sample[end] === value) end++;
  return end - start;
}
