import type { Ascending } from './ascending.js';
import { difference, split } from './differences.js';

/** A difference between canary and control, and the interval in which it lies with 90 % confidence. */
export interface Shift {
  readonly shift: number;
  readonly lower: number;
  readonly upper: number;
}

/** The 95 % point of the normal distribution as the specification writes it. */
const Z = 1.645;

/**
 * The shift from control to canary: the median of all n₁n₂ differences, and a 90 % interval from their order statistics.
 * In the unit of the samples. Source: formulas 4.3.3; Hodges and Lehmann (1963); interval by the normal approximation of
 * Hollander and Wolfe, Nonparametric Statistical Methods (1973), section 4.3.
 */
export function hodgesLehmann(control: Ascending, canary: Ascending): Shift {
  const [n1, n2] = [control.length, canary.length];
  const pairs = n1 * n2;
  const rank = Math.max(1, Math.floor(pairs / 2 - Z * Math.sqrt((pairs * (n1 + n2 + 1)) / 12)));
  return {
    shift: medianDifference(control, canary),
    lower: difference(control, canary, rank),
    upper: difference(control, canary, pairs + 1 - rank),
  };
}

function medianDifference(control: Ascending, canary: Ascending): number {
  const pairs = control.length * canary.length;
  const lower = difference(control, canary, Math.ceil(pairs / 2));
  if (pairs % 2 === 1) return lower;
  const { count, above } = split(control, canary, lower);
  return count > pairs / 2 ? lower : (lower + above) / 2;
}
