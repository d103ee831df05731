import { type Credit, deliveredAt } from '../delivery/credit.js';
import { HOUR } from '../delivery/instant.js';
import type { Counted } from '../delivery/population.js';
import { type Exclusion, type Metric, metric, tally } from './metric.js';
import { ascending, mean, median, quantile } from './quantile.js';
import type { Scope } from './scope.js';
import { type StageSummary, summariseStages } from './stages.js';

/** Hours. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly mean: number | null;
  readonly n: number;
}

export interface ChangeLeadTime extends Metric, Quantiles {
  /** Share of the deployments for which we know what they deliver, CONFIG ones aside. */
  readonly coverage: number | null;
  /** Changes credited by time or carried over a rollback, among the measured ones. */
  readonly approximate?: { readonly count: number; readonly of: number };
  readonly flags: readonly Exclusion[];
  readonly stages: readonly StageSummary[];
  readonly variants: {
    readonly excludingHotfixes: Quantiles;
    /** Each deployment by the median of its changes. */
    readonly perDeployment: Quantiles;
    /** To the first exposure by a flag where there is one, else to live. */
    readonly firstExposure: Quantiles;
  };
}

/**
 * Commit to live of every change first delivered in the window by a deployment that was not rolled back, in hours;
 * the median is the headline (formulas 4.2.3, MET-03). `null` without a change.
 */
export function changeLeadTime(scope: Scope): ChangeLeadTime {
  const measured = scope.credits.filter(({ leadTime }) => leadTime !== undefined);
  const own = quantilesOf(measured.map(hours));
  const planned = measured.filter(({ deployment }) => deployment.kind !== 'HOTFIX');
  const coverage = coverageOf(scope);
  const timed = scope.credits.length === 0 ? null : measured.length / scope.credits.length;
  const approximate = measured.filter(({ basis }) => basis !== 'listed').length;
  return {
    ...metric(scope, {
      metric: 'changeLeadTime',
      version: 1,
      value: own.p50,
      unit: 'hours',
      statistic: 'median',
      numerator: measured.length,
      denominator: scope.credits.length,
      n: measured.length,
      also: [
        { reason: 'COMMIT_TIME_UNKNOWN', count: scope.credits.length - measured.length },
        { reason: 'ROLLED_BACK', count: scope.counted.filter(({ undone }) => undone).length },
      ],
      partial: partialOf(scope.delivery.policy.coverage, coverage, timed),
    }),
    ...own,
    coverage,
    ...(approximate > 0 && { approximate: { count: approximate, of: measured.length } }),
    flags: tally(measured.flatMap(({ flags }) => flags)),
    stages: summariseStages(measured),
    variants: {
      excludingHotfixes: planned.length === measured.length ? own : quantilesOf(planned.map(hours)),
      perDeployment: quantilesOf(perDeployment(measured)),
      firstExposure: measured.some(isExposed) ? quantilesOf(measured.map(toExposure)) : own,
    },
  };
}

/** The quantiles of a sample in hours. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = ascending(values);
  return {
    p50: quantile(sorted, 0.5),
    p75: quantile(sorted, 0.75),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    mean: mean(sorted),
    n: sorted.length,
  };
}

/** The lead time of a change that has one. */
export function hours({ leadTime }: Credit): number {
  return leadTime! / HOUR;
}

function isExposed({ change }: Credit): boolean {
  return change?.exposedAt !== undefined;
}

function toExposure({ leadTime, change }: Credit): number {
  const { exposedAt, committedAt } = change!;
  return (exposedAt === undefined ? leadTime! : Math.max(0, exposedAt - committedAt)) / HOUR;
}

function perDeployment(credits: readonly Credit[]): number[] {
  const groups = new Map<Credit['deployment'], number[]>();
  for (const credit of credits) {
    const group = groups.get(credit.deployment);
    if (group) group.push(hours(credit));
    else groups.set(credit.deployment, [hours(credit)]);
  }
  return [...groups.values()].map((group) => median(group)!);
}

/** The deployments that should deliver changes: those that stand, CONFIG ones aside. */
export function expectedOf(counted: readonly Counted[]): Counted[] {
  return counted.filter((d) => d.kind !== 'CONFIG' && deliveredAt(d) !== undefined && !d.undone);
}

function coverageOf({ counted, delivery }: Scope): number | null {
  const expected = expectedOf(counted);
  if (expected.length === 0) return null;
  return expected.filter((d) => delivery.covered.has(d)).length / expected.length;
}

/** The label of a figure that less than 90 % (by the policy) is known for (MET-01.7). */
export function partialOf(enough: number, ...shares: readonly (number | null)[]): string | undefined {
  const least = shares.reduce<number>((low, share) => Math.min(low, share ?? 1), 1);
  return least < enough ? `partial (${Math.floor(least * 100 + 1e-9)} %)` : undefined;
}
