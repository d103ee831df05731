import type { Ascending } from './ascending.js';
import { normalTail } from './normal.js';
import { rankSum } from './ranks.js';

/** How often values of one sample exceed those of another, and how surprising that is if they do not differ. */
export interface RankTest {
  /** Pairs in which the canary's value is the greater one, ties counting half; 0 to n₁n₂. */
  readonly U: number;
  /** U as a share of all pairs: the probability that a canary value exceeds a control value. */
  readonly A: number;
  /** Two-sided, unadjusted; 1 if all values are equal. */
  readonly p: number;
  /** Distance of U from its mean in standard deviations, not corrected for continuity; 0 if all values are equal. */
  readonly z: number;
}

/**
 * The Mann-Whitney U test of control against canary: normal approximation, variance corrected for ties, continuity
 * correction 0.5. Source: formulas 4.3.3; Mann and Whitney (1947), ties after Lehmann, Nonparametrics (1975); A after
 * Vargha and Delaney (2000).
 */
export function mannWhitney(control: Ascending, canary: Ascending): RankTest {
  const [n1, n2] = [control.length, canary.length];
  const { canaryRanks, ties } = rankSum(control, canary);
  const pairs = n1 * n2;
  const U = canaryRanks - (n2 * (n2 + 1)) / 2;
  const all = n1 + n2;
  const deviation = Math.sqrt((pairs / 12) * (all + 1 - ties / (all * (all - 1))));
  const distance = Math.abs(U - pairs / 2);
  // The variance of two samples that are all one value is 0, but for rounding.
  if (control[0] === canary[n2 - 1] && canary[0] === control[n1 - 1]) return { U, A: U / pairs, p: 1, z: 0 };
  const p = Math.min(1, 2 * normalTail((distance - 0.5) / deviation));
  return { U, A: U / pairs, p, z: distance / deviation };
}
