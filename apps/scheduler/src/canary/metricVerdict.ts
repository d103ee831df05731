import { tolerances } from './checks.js';
import type { Measured, Missing, Side } from './measure.js';
import { needed, type Needed } from './needed.js';
import { type Limits, outcome, type Result } from './outcome.js';
import { missingReason, reasonOf } from './reason.js';
import { holm } from './statistics/holm.js';

/** One metric of a look; what 4.3.3 computes is null for NODATA. */
export interface MetricVerdict {
  readonly name: string;
  readonly result: Result;
  /** Where the canary is, for a failure. */
  readonly side: 'HIGH' | 'LOW' | null;
  readonly critical: boolean;
  readonly reportOnly: boolean;
  /** Its part of 100. */
  readonly weight: number;
  readonly control: Side;
  readonly canary: Side;
  readonly statistics: Statistics | null;
  /** For INCONCLUSIVE: what would decide it. */
  readonly needed: Needed | null;
  /** For NODATA: what is missing. */
  readonly missing: Missing | null;
  readonly reason: string;
}

export interface Statistics {
  readonly U: number;
  readonly A: number;
  readonly p: number;
  /** After Holm, among the metrics of this look that are not only reported. */
  readonly pAdjusted: number;
  /** A share of the control median, or in the unit of the metric where its tolerances are absolute. */
  readonly shift: number;
  /** 90 %, in the unit of the shift. */
  readonly interval: readonly [number, number];
  readonly zeroInflated: boolean;
}

/**
 * The results of all metrics of a look at this level (formulas 4.3.4, 4.3.5). Those that are only reported are not among
 * the tests that Holm adjusts for, nor are those without data, of which nothing is tested.
 * @param parts each metric's part of 100
 */
export function resultsOf(
  measured: readonly Measured[],
  alpha: number,
  parts: readonly number[],
): MetricVerdict[] {
  const tested = measured.filter(({ metric, comparison }) => comparison && !metric.reportOnly);
  const adjusted = holm(tested.map(({ comparison }) => comparison!.p));
  return measured.map((one, index) => {
    const place = tested.indexOf(one);
    const pAdjusted = place === -1 ? (one.comparison?.p ?? 1) : adjusted[place]!;
    return resultOf(one, { alpha, pAdjusted, tests: Math.max(1, tested.length), weight: parts[index]! });
  });
}

interface Setting {
  readonly alpha: number;
  readonly pAdjusted: number;
  readonly tests: number;
  readonly weight: number;
}

function resultOf(measured: Measured, { alpha, pAdjusted, tests, weight }: Setting): MetricVerdict {
  const { metric, control, canary, missing, comparison } = measured;
  const { name, critical, reportOnly, absolute } = metric;
  const known = { name, critical, reportOnly, weight, control, canary };
  if (comparison === undefined) {
    const reason = missingReason(missing!);
    return {
      ...known,
      result: 'NODATA',
      side: null,
      statistics: null,
      needed: null,
      missing: missing!,
      reason,
    };
  }
  const { U, A, p, z, shift, lower, upper, zeroInflated } = comparison;
  const minEffect = zeroInflated ? metric.minEffectZeroInflated : metric.minEffect;
  const limits: Limits = { alpha, minEffect, ...tolerances(metric) };
  const { result, worsening } = outcome(comparison, pAdjusted, limits, metric.bad);
  const samples = Math.max(control.samples, canary.samples);
  return {
    ...known,
    result,
    side: result === 'FAIL' || result === 'CRITICAL_FAIL' ? worsening.side : null,
    statistics: { U, A, p, pAdjusted, shift, interval: [lower, upper], zeroInflated },
    needed: result === 'INCONCLUSIVE' ? needed(worsening, { z, samples, tests }, limits) : null,
    missing: null,
    reason: reasonOf({ result, worsening }, pAdjusted, { ...limits, absolute }),
  };
}
