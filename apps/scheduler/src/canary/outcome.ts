import type { Comparison } from './comparison.js';
import type { MetricConfiguration } from './configuration.js';

export type Result = 'PASS' | 'FAIL' | 'CRITICAL_FAIL' | 'INCONCLUSIVE' | 'NODATA';

/** From the harmless to the grave; NODATA is not reached by comparing. */
const gravity: Record<Result, number> = { PASS: 0, NODATA: 1, INCONCLUSIVE: 2, FAIL: 3, CRITICAL_FAIL: 4 };

/** What a comparison is held against. */
export interface Limits {
  /** What the adjusted p must be below. */
  readonly alpha: number;
  readonly tolerance: number;
  readonly criticalTolerance: number;
  /** The least probability that the canary is the worse one, from which on a difference counts. */
  readonly minEffect: number;
}

/** A comparison seen in its bad direction: what is larger is worse. */
export interface Worsening {
  readonly side: 'HIGH' | 'LOW';
  readonly effect: number;
  readonly shift: number;
  /** The end of the interval on the bad side. */
  readonly upper: number;
}

/** What a comparison comes to, and the direction it was judged in. */
export interface Outcome {
  readonly result: Result;
  readonly worsening: Worsening;
}

/**
 * The result of one metric (formulas 4.3.5, rules 2 to 5). Where either direction is bad, the graver of both counts, and
 * the further one if they are equally grave.
 */
export function outcome(
  comparison: Comparison,
  pAdjusted: number,
  limits: Limits,
  bad: MetricConfiguration['bad'],
): Outcome {
  const [first, second] = worsenings(comparison, bad).map((worsening) => ({
    result: resultOf(worsening, pAdjusted < limits.alpha, limits),
    worsening,
  }));
  if (second === undefined) return first!;
  const graver =
    gravity[second.result] - gravity[first!.result] || second.worsening.shift - first!.worsening.shift;
  return graver > 0 ? second : first!;
}

function worsenings({ A, shift, lower, upper }: Comparison, bad: MetricConfiguration['bad']): Worsening[] {
  const high: Worsening = { side: 'HIGH', effect: A, shift, upper };
  const low: Worsening = { side: 'LOW', effect: 1 - A, shift: -shift, upper: -lower };
  return bad === 'either' ? [high, low] : [bad === 'increase' ? high : low];
}

function resultOf({ effect, shift, upper }: Worsening, significant: boolean, limits: Limits): Result {
  const failing = significant && reaches(effect, limits.minEffect);
  if (failing && reaches(shift, limits.criticalTolerance)) return 'CRITICAL_FAIL';
  if (failing && reaches(shift, limits.tolerance)) return 'FAIL';
  return exceeds(upper, limits.criticalTolerance) ? 'INCONCLUSIVE' : 'PASS';
}

/** Binary fractions leave noise in the last digits that must not decide: 0.1 + 0.2 reaches 0.3 and does not exceed it. */
const NOISE = 1e-12;

export function reaches(value: number, limit: number): boolean {
  return value >= limit - NOISE * Math.abs(limit);
}

export function exceeds(value: number, limit: number): boolean {
  return value > limit + NOISE * Math.abs(limit);
}
