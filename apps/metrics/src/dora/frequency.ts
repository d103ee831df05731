import type { Life } from '../delivery/life.js';
import { iso } from '../delivery/instant.js';
import { type Metric, metric } from './metric.js';
import { median } from './quantile.js';
import type { Scope } from './scope.js';
import { type Bucket, bucketsOf, countsIn, type Unit, type Window } from './window.js';

export type Cadence = 'onDemand' | 'daily' | 'weekly' | 'monthly' | 'lessThanMonthly';

export interface DeploymentFrequency extends Metric {
  /** Median over whole ISO weeks of the days with a deployment. */
  readonly deploymentDaysPerWeek: number | null;
  /** Median over whole Mondays to Fridays. */
  readonly deploymentsPerWorkingDay: number | null;
  readonly deploymentsPerMonth: number | null;
  readonly cadence: Cadence | null;
}

export interface FrequencyBucket {
  readonly from: string;
  readonly to: string;
  /** `null` where the service did not exist. */
  readonly deployments: number | null;
  /** The window, the life of the service or the present cuts it. */
  readonly partial: boolean;
}

/**
 * `N / calendar days`, with the cadence by the median week (formulas 4.2.2, MET-02). 0 for a service that existed and
 * did not deploy; `null` for one that did not exist in the window.
 */
export function deploymentFrequency(scope: Scope): DeploymentFrequency {
  const { counted, window, life } = scope;
  const n = counted.length;
  const existed = existedIn(window, n, life);
  const medians = existed ? mediansOf(scope) : { week: null, workingDay: null, month: null };
  return {
    ...metric(scope, {
      metric: 'deploymentFrequency',
      version: 1,
      value: existed ? n / window.days : null,
      unit: 'deployments per day',
      statistic: 'rate',
      numerator: n,
      denominator: window.days,
      n,
    }),
    deploymentDaysPerWeek: medians.week,
    deploymentsPerWorkingDay: medians.workingDay,
    deploymentsPerMonth: medians.month,
    cadence: cadenceOf(medians.week, medians.workingDay, medians.month),
  };
}

/** Whether a service existed in the window: it deployed, or some of its life lies there. */
export function existedIn(window: Window, deployed: number, life: Life | undefined): boolean {
  return deployed > 0 || touches(window, life);
}

/** The class by medians, never by means (4.2.2); arguments are the medians a week, a working day and a month. */
export function cadenceOf(
  week: number | null,
  workingDay: number | null,
  month: number | null,
): Cadence | null {
  if (week === null) return null;
  if (week >= 3) return (workingDay ?? 0) >= 2 ? 'onDemand' : 'daily';
  if (week >= 1) return 'weekly';
  return (month ?? 0) >= 1 ? 'monthly' : 'lessThanMonthly';
}

/** Deployments in each calendar day, week or month of the window. */
export function frequencyBuckets(scope: Scope, unit: Unit): FrequencyBucket[] {
  const buckets = bucketsOf(scope.window, unit);
  const counts = countsIn(
    buckets,
    scope.counted.map(({ endedAt }) => endedAt),
  );
  return buckets.map((bucket, i) => ({
    from: iso(bucket.from)!,
    to: iso(bucket.to)!,
    deployments: counts[i]! > 0 || touches(bucket, scope.life) ? counts[i]! : null,
    partial: !isWhole(bucket, scope),
  }));
}

function mediansOf(scope: Scope) {
  const ended = scope.counted.map(({ endedAt }) => endedAt);
  const days = bucketsOf(scope.window, 'day');
  const perDay = countsIn(days, ended);
  const deploymentDays = days.flatMap(({ from }, i) => (perDay[i]! > 0 ? [from] : []));
  const workingDays = days
    .map((day, i) => ({ day, count: perDay[i]! }))
    .filter(({ day }) => day.date.dayOfWeek <= 5);
  const months = bucketsOf(scope.window, 'month');
  const weeks = bucketsOf(scope.window, 'week');
  return {
    week: typical(weeks, countsIn(weeks, deploymentDays), scope),
    workingDay: typical(
      workingDays.map(({ day }) => day),
      workingDays.map(({ count }) => count),
      scope,
    ),
    month: typical(months, countsIn(months, ended), scope),
  };
}

/** The median over whole buckets; over all that the service lived in where none is whole. */
function typical(buckets: readonly Bucket[], counts: readonly number[], scope: Scope): number | null {
  const whole = counts.filter((_, i) => isWhole(buckets[i]!, scope));
  return median(whole.length > 0 ? whole : counts.filter((_, i) => touches(buckets[i]!, scope.life)));
}

function isWhole({ whole, from, to }: Bucket, { delivery, life }: Scope): boolean {
  return (
    whole && to <= delivery.asOf && life !== undefined && life.from <= from && (life.to ?? Infinity) >= to
  );
}

function touches({ from, to }: Pick<Window, 'from' | 'to'>, life: Life | undefined): boolean {
  return life !== undefined && life.from < to && (life.to ?? Infinity) > from;
}
