import type { Configuration } from './configuration.js';
import type { JudgePolicy } from './judgePolicy.js';
import { exceeds, reaches, type Result } from './outcome.js';

export type Verdict = 'PASS' | 'MARGINAL' | 'FAIL' | 'INCONCLUSIVE';

/** What a metric adds to the verdict. */
export interface Scored {
  readonly result: Result;
  readonly critical: boolean;
  /** Its part of 100; 0 for a metric that is only reported. */
  readonly weight: number;
}

/** The verdict of a look, and the share of the conclusive weight that passed (0 to 100; null if nothing is conclusive). */
export interface Judgement {
  readonly verdict: Verdict;
  readonly score: number | null;
}

/** The verdict over all metrics that are not only reported; formulas 4.3.6. */
export function verdictOf(scored: readonly Scored[], policy: JudgePolicy): Judgement {
  if (scored.some(({ result, critical }) => result === 'CRITICAL_FAIL' || (critical && result === 'FAIL')))
    return { verdict: 'FAIL', score: 0 };
  const open = scored.filter(({ result }) => result === 'INCONCLUSIVE' || result === 'NODATA');
  const inconclusive = weightOf(open);
  const conclusive = 100 - inconclusive;
  const passed = weightOf(scored.filter(({ result }) => result === 'PASS'));
  const score = open.length === scored.length ? null : (100 * passed) / conclusive;
  if (
    score === null ||
    open.some(({ critical }) => critical) ||
    exceeds(inconclusive, policy.mostInconclusive)
  )
    return { verdict: 'INCONCLUSIVE', score: score === null ? null : rounded(score) };
  if (reaches(score, policy.passScore)) return { verdict: 'PASS', score: rounded(score) };
  return { verdict: reaches(score, policy.marginalScore) ? 'MARGINAL' : 'FAIL', score: rounded(score) };
}

/** Each metric's part of 100: the weight of its group, shared equally; 0 for those that are only reported. */
export function weights({ metrics, groups }: Configuration): number[] {
  const scored = metrics.filter(({ reportOnly }) => !reportOnly);
  return metrics.map(({ group, reportOnly }) => {
    if (reportOnly) return 0;
    const { weight } = groups.find(({ name }) => name === group)!;
    return weight / scored.filter((other) => other.group === group).length;
  });
}

function weightOf(scored: readonly Scored[]): number {
  return scored.reduce((sum, { weight }) => sum + weight, 0);
}

/** Thirds and their like leave noise in the last digits. */
function rounded(score: number): number {
  return Math.round(score * 1e9) / 1e9;
}
