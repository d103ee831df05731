import { HOUR, MINUTE } from '../delivery/instant.js';
import type { Counted } from '../delivery/population.js';
import { reworkOf } from './instability.js';
import type { MetricName } from './metric.js';
import { restoredIn } from './recoveryTime.js';
import type { Scope } from './scope.js';

/** One thing behind a number. */
export interface EvidenceItem {
  /** A deployment, a commit or an incident, by the metric. */
  readonly id: string;
  readonly service: string | null;
  /** Its own value in the unit of the metric, where it has one. */
  readonly value?: number;
  /** The deployment that delivered a commit. */
  readonly deploymentId?: string;
  /** Why it is in the numerator. */
  readonly because?: readonly string[];
  /** Ids of the events that told it. */
  readonly events: readonly string[];
}

/** The ids behind a number; they recount to it. */
export interface Evidence {
  readonly metric: MetricName;
  /** Ids of the numerator, or of the values that a median or mean is made of. */
  readonly ids: readonly string[];
  readonly items: readonly EvidenceItem[];
  /** Ids of the counted deployments of the window, which rates are shares of. */
  readonly population: readonly string[];
  readonly excluded: readonly { readonly id: string; readonly reason: string }[];
}

/** Answers which deployments, commits or incidents a metric is made of (MET-11.7). */
export function evidenceOf(scope: Scope, metric: MetricName): Evidence {
  const items = ITEMS[metric](scope);
  return {
    metric,
    ids: items.map(({ id }) => id),
    items,
    population: scope.counted.map(({ deploymentId }) => deploymentId),
    excluded: scope.excluded.map(({ id, reason }) => ({ id, reason })),
  };
}

const ITEMS: Readonly<Record<MetricName, (scope: Scope) => EvidenceItem[]>> = {
  deploymentFrequency: ({ counted }) => counted.map(itemOf),
  changeLeadTime: ({ credits }) =>
    credits.flatMap(({ commit, deployment, change, leadTime, flags, basis }) =>
      change && leadTime !== undefined
        ? {
            id: commit,
            service: deployment.service,
            value: leadTime / HOUR,
            deploymentId: deployment.deploymentId,
            because: [basis, ...flags],
            events: [change.event, ...(change.more ?? []), ...deployment.events].sort(),
          }
        : [],
    ),
  changeFailRate: ({ failures }) =>
    failures.map(({ deployment, grounds, incidents }) => ({
      ...itemOf(deployment),
      because: grounds.map(({ ground, by }) => (by === undefined ? ground : `${ground} ${by}`)),
      events: [...deployment.events, ...incidents.flatMap(({ events }) => events)].sort(),
    })),
  failedDeploymentRecoveryTime: ({ recoveries }) =>
    recoveries.flatMap(({ deployment, failureStart, restoredAt, fault }) =>
      fault || restoredAt === undefined
        ? []
        : { ...itemOf(deployment), value: (restoredAt - failureStart) / MINUTE },
    ),
  deploymentReworkRate: (scope) =>
    reworkOf(scope).map((d) => ({ ...itemOf(d), because: [d.kind, ...(d.remediates ?? [])] })),
  timeToRestore: (scope) =>
    restoredIn(scope).map(({ incident, episode }) => ({
      id: incident.incidentId,
      service: scope.service ?? null,
      value: (episode.restoredAt! - episode.startedAt) / MINUTE,
      events: incident.events,
    })),
};

export const METRICS = Object.keys(ITEMS) as readonly MetricName[];

function itemOf({ deploymentId, service, events }: Counted): EvidenceItem {
  return { id: deploymentId, service, events };
}
