import type { Failure } from '../delivery/attribution.js';
import { startOf } from '../delivery/attribution.js';
import type { Delivery } from '../delivery.js';
import type { Counted } from '../delivery/population.js';
import { type Metric, metric, type Share, tally } from './metric.js';
import type { Scope } from './scope.js';
import { wilson } from './wilson.js';

export interface ChangeFailRate extends Metric {
  readonly variants: {
    /** Without those only rolled back automatically at 25 % of the traffic or less and without an incident. */
    readonly excludingCanaryCaught: Share;
    /** Only those with an incident. */
    readonly customerImpacting: Share;
  };
  /** How many failed by which ground; one deployment may have several. */
  readonly grounds: readonly { readonly ground: string; readonly count: number }[];
}

export type DeploymentReworkRate = Metric;

/**
 * Failed among counted deployments, each once, in the window of the deployment (formulas 4.2.4, MET-04), with the
 * Wilson interval. `null` without deployments. A version that only went back along with the one that failed is
 * listed, not charged.
 */
export function changeFailRate(scope: Scope): ChangeFailRate {
  const { counted, failures } = scope;
  const own = share(failures.length, counted.length);
  const failed = new Set(failures.map(({ deployment }) => deployment));
  const along = counted.filter((d) => d.undone && !d.undone.charged && !failed.has(d)).length;
  return {
    ...metric(scope, {
      metric: 'changeFailRate',
      version: 1,
      ...own,
      unit: 'ratio',
      statistic: 'share',
      n: counted.length,
      also: [{ reason: 'ROLLED_BACK_ALONG', count: along }],
      partial: silence(counted.length, scope.delivery.toldOfFailure),
    }),
    variants: {
      excludingCanaryCaught: share(
        failures.filter((f) => !isCanaryCaught(f, scope.delivery.policy)).length,
        counted.length,
      ),
      customerImpacting: share(
        failures.filter(({ incidents }) => incidents.length > 0).length,
        counted.length,
      ),
    },
    grounds: tally(failures.flatMap(({ grounds }) => [...new Set(grounds.map(({ ground }) => ground))])).map(
      ({ reason, count }) => ({ ground: reason, count }),
    ),
  };
}

/** Unplanned deployments made because of an incident or defect among counted ones (formulas 4.2.6). */
export function deploymentReworkRate(scope: Scope): DeploymentReworkRate {
  const own = share(reworkOf(scope).length, scope.counted.length);
  return metric(scope, {
    metric: 'deploymentReworkRate',
    version: 1,
    ...own,
    unit: 'ratio',
    statistic: 'share',
    n: scope.counted.length,
    partial: silence(scope.counted.length, scope.delivery.toldOfFailure),
  });
}

/** A share of 0 because nobody reports trouble is not a good one, and says so. */
export function silence(deployments: number, toldOfFailure: boolean): string | undefined {
  return deployments > 0 && !toldOfFailure ? 'partial (no failure or incident ever reported)' : undefined;
}

/** The deployments of the numerator: hotfixes, and those that mend something and were asked for after it. */
export function reworkOf({ counted, delivery }: Scope): Counted[] {
  const after = wasAskedForAfter(delivery);
  return counted.filter(
    (d) => d.kind === 'HOTFIX' || (d.remediates ?? []).some((target) => after(d, target)),
  );
}

/** The change fail rate of each group of deployments, such as each kind, strategy, band or hour of the week. */
export function changeFailRateBy(
  scope: Scope,
  groupOf: (d: Counted) => string | undefined,
): Map<string, Share> {
  const groups = new Map<string, { failed: number; all: number }>();
  const failed = new Set(scope.failures.map(({ deployment }) => deployment));
  for (const d of scope.counted) {
    const name = groupOf(d) ?? 'unknown';
    const group = groups.get(name) ?? { failed: 0, all: 0 };
    groups.set(name, { failed: group.failed + Number(failed.has(d)), all: group.all + 1 });
  }
  return new Map(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, g]) => [name, share(g.failed, g.all)]),
  );
}

export function share(numerator: number, denominator: number): Share {
  const value = denominator === 0 ? null : numerator / denominator;
  return { value, numerator, denominator, interval: wilson(numerator, denominator) };
}

function isCanaryCaught(
  { deployment, grounds, incidents }: Failure,
  { canaryTrafficPercent }: Delivery['policy'],
): boolean {
  const { automatic, trafficPercent } = deployment;
  const only = grounds.every(({ ground }) => ground === 'ROLLED_BACK') && incidents.length === 0;
  return only && automatic && trafficPercent <= canaryTrafficPercent;
}

/** Whether a deployment was asked for after what it mends began; a target that nobody knows is taken at its word. */
function wasAskedForAfter({ named, incidents }: Delivery) {
  const starts = new Map<string, number>();
  for (const { ids, episodes } of incidents)
    for (const id of ids) if (episodes[0]) starts.set(id, episodes[0].startedAt);
  return (d: Counted, target: string): boolean => {
    const asked = d.requestedAt ?? startOf(d);
    if (target === d.deploymentId) return false;
    const began = [...(starts.has(target) ? [starts.get(target)!] : []), ...named(target).map(startOf)];
    return began.length === 0 || began.some((at) => asked > at);
  };
}
