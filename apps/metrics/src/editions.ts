import { Rejected } from '#events';
import type { Summary } from './dora.js';
import { type Cluster, type Edition, EDITIONS, type Range } from './editions/clusters.js';

export { EDITIONS } from './editions/clusters.js';

export type ClusterMetric = 'deploymentFrequency' | 'changeLeadTime' | 'changeFailRate' | 'recoveryTime';
export type Tier = Cluster['tier'];

/** Figures to place: deployments per day, hours, a share from 0 to 1, hours. `null` is left out. */
export type Figures = Readonly<Record<ClusterMetric, number | null>>;

/** Where a team would stand in a report. A cluster is one label; the metrics that say otherwise are listed. */
export interface Standing {
  readonly year: Edition['year'];
  readonly source: string;
  readonly note?: string;
  /** `null` where the report has no clusters, or nothing was given to compare. */
  readonly nearest: Tier | null;
  /** Clusters at the same distance as the nearest. */
  readonly tied: readonly Tier[];
  /** For each metric compared, the clusters that it alone is nearest to. */
  readonly metrics: readonly { readonly metric: ClusterMetric; readonly fits: readonly Tier[] }[];
  /** Metrics that are nearer to another cluster than to `nearest`. */
  readonly disagree: readonly ClusterMetric[];
  /** Metrics that do not get worse from tier to tier in this report, so that they tell no tier by themselves. */
  readonly unordered: readonly ClusterMetric[];
}

const METRICS = ['deploymentFrequency', 'changeLeadTime', 'changeFailRate', 'recoveryTime'] as const;
/** Logarithms begin here: a deployment in ten years, a second. */
const LEAST: Readonly<Record<ClusterMetric, number>> = {
  deploymentFrequency: 1 / 3650,
  changeLeadTime: 1 / 3600,
  changeFailRate: 0,
  recoveryTime: 1 / 3600,
};

/**
 * The cluster of a report that figures are nearest to. The distance of a figure from a cluster is how far it lies
 * outside the cluster's range, on a logarithmic scale for times and frequencies, as a part of the largest such
 * distance in that report; the nearest cluster has the least mean.
 * @throws Rejected `UNKNOWN_EDITION`, `INVALID_FIGURE`, naming the field.
 */
export function nearestCluster(figures: Figures, year: number): Standing {
  const edition = EDITIONS.find((one) => one.year === year);
  if (!edition)
    throw new Rejected(
      'UNKNOWN_EDITION',
      `year must be one of ${EDITIONS.map((one) => one.year).join(', ')}.`,
    );
  const { source, note, clusters } = edition;
  const compared = METRICS.filter((metric) => figure(figures, metric) !== null && clusters.length > 0);
  const distances = new Map(
    compared.map((metric) => [metric, distancesOf(figures[metric]!, metric, clusters)]),
  );
  const mean = clusters.map((_, i) => compared.reduce((sum, metric) => sum + distances.get(metric)![i]!, 0));
  const best = compared.length === 0 ? [] : leastOf(mean);
  const metrics = compared.map((metric) => ({
    metric,
    fits: leastOf(distances.get(metric)!).map((i) => clusters[i]!.tier),
  }));
  const nearest = best.length > 0 ? clusters[best[0]!]!.tier : null;
  return {
    year: edition.year,
    source,
    ...(note && { note }),
    nearest,
    tied: best.slice(1).map((i) => clusters[i]!.tier),
    metrics,
    disagree: metrics.filter(({ fits }) => !fits.includes(nearest!)).map(({ metric }) => metric),
    unordered: METRICS.filter((metric) => !isOrdered(clusters, metric)),
  };
}

/** The figures of a summary that clusters are made of. */
export function figuresOf(summary: Summary): Figures {
  const recovery = summary.failedDeploymentRecoveryTime.value;
  return {
    deploymentFrequency: summary.deploymentFrequency.value,
    changeLeadTime: summary.changeLeadTime.value,
    changeFailRate: summary.changeFailRate.value,
    recoveryTime: recovery === null ? null : recovery / 60,
  };
}

function figure(figures: Figures, metric: ClusterMetric): number | null {
  const value = figures[metric];
  if (value === null || (value >= 0 && (metric === 'changeFailRate' ? value <= 1 : value < Infinity)))
    return value;
  throw new Rejected('INVALID_FIGURE', `${metric} must be a number of at least 0, or null.`);
}

/** How far a value is from each cluster, as a part of the largest distance. */
function distancesOf(value: number, metric: ClusterMetric, clusters: readonly Cluster[]): number[] {
  const gaps = clusters.map((cluster) => gap(value, cluster[metric], metric));
  const largest = Math.max(...gaps);
  return largest === 0 ? gaps : gaps.map((one) => one / largest);
}

/** More than nothing, less than any distance: what a range keeps from its own end that does not belong to it. */
const NEXT_TO = 1e-9;

function gap(value: number, { from, to, without }: Range, metric: ClusterMetric): number {
  if (value === from || value === to)
    return without && value === (without === 'from' ? from : to) ? NEXT_TO : 0;
  if (value > from && value < to) return 0;
  const edge = value < from ? from : to;
  if (metric === 'changeFailRate') return Math.abs(value - edge);
  return Math.abs(Math.log(Math.max(value, LEAST[metric]) / Math.max(edge, LEAST[metric])));
}

function leastOf(values: readonly number[]): number[] {
  const least = Math.min(...values);
  return values.flatMap((value, i) => (value - least < 1e-12 ? [i] : []));
}

/** Whether the metric never gets better from one tier down to the next. */
function isOrdered(clusters: readonly Cluster[], metric: ClusterMetric): boolean {
  const sign = metric === 'deploymentFrequency' ? -1 : 1;
  return clusters.every(
    (cluster, i) => i === 0 || sign * (cluster[metric].from - clusters[i - 1]![metric].from) >= 0,
  );
}
