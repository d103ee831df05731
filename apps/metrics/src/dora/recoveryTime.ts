import { inScope } from '../delivery/attribution.js';
import type { Incident } from '../delivery/incident.js';
import { MINUTE } from '../delivery/instant.js';
import type { Outage, Recovery } from '../delivery/recovery.js';
import { type Metric, metric, tally } from './metric.js';
import { ascending, mean, median, quantile } from './quantile.js';
import type { Scope } from './scope.js';

interface Times {
  readonly mean: number | null;
  readonly p90: number | null;
  /** Cases not over, left out of the figures. */
  readonly open: number;
  readonly oldestOpenMinutes: number | null;
}

export interface FailedDeploymentRecoveryTime extends Metric, Times {
  /** Cases whose beginning nobody told; the time of going live stands for it. */
  readonly approximate?: { readonly count: number; readonly of: number };
  /** Median minutes of the parts, over the cases that tell them. */
  readonly parts: {
    readonly detect: number | null;
    readonly acknowledge: number | null;
    readonly decide: number | null;
    readonly restore: number | null;
  };
}

export interface TimeToRestore extends Metric, Times {
  readonly median: number | null;
  /** Median minutes of impact, without the quiet before a reopening. */
  readonly impact: number | null;
}

/**
 * From the start of the failure to restored service, minutes, over the failed deployments of the window; the median
 * is the headline (formulas 4.2.5, MET-05). Open cases are shown with their age and left out.
 */
export function failedDeploymentRecoveryTime(scope: Scope): FailedDeploymentRecoveryTime {
  const sound = scope.recoveries.filter(({ fault }) => !fault);
  const over = sound.filter(({ restoredAt }) => restoredAt !== undefined);
  const minutes = over.map(({ failureStart, restoredAt }) => (restoredAt! - failureStart) / MINUTE);
  const open = sound
    .filter(({ restoredAt }) => restoredAt === undefined)
    .map(({ failureStart }) => failureStart);
  const approximate = over.filter((recovery) => recovery.approximate).length;
  return {
    ...metric(scope, {
      metric: 'failedDeploymentRecoveryTime',
      version: 1,
      value: median(minutes),
      unit: 'minutes',
      statistic: 'median',
      numerator: over.length,
      denominator: scope.recoveries.length,
      n: over.length,
      also: tally(scope.recoveries.flatMap(({ fault }) => fault ?? [])),
    }),
    ...timesOf(minutes, open, scope),
    ...(approximate > 0 && { approximate: { count: approximate, of: over.length } }),
    parts: partsOf(over),
  };
}

/**
 * MTTR: from start to final restore of incidents SEV1 to SEV3 of any cause that were restored in the window, minutes
 * (formulas 4.2.5). The mean is the headline, as in its name. An incident of several services is one for
 * the organisation and one for each of them.
 */
export function timeToRestore(scope: Scope): TimeToRestore {
  const { window, delivery } = scope;
  const mine = outagesIn(scope);
  const over = restoredIn(scope);
  const minutes = over.map(({ episode }) => (episode.restoredAt! - episode.startedAt) / MINUTE);
  const open = mine.filter(
    ({ episode }) => episode.restoredAt === undefined && episode.startedAt < window.to,
  );
  const hurts = hurting(scope);
  const faults = delivery.incidents
    .filter((incident) => hurts(incident) && begins(incident, scope))
    .flatMap((incident) => incident.fault ?? (inScope(incident) ? [] : 'SEVERITY_OUT_OF_SCOPE'));
  const own = metric(scope, {
    metric: 'timeToRestore',
    version: 1,
    value: mean(minutes),
    unit: 'minutes',
    statistic: 'mean',
    numerator: over.length,
    denominator: over.length + open.length,
    n: over.length,
  });
  return {
    ...own,
    exclusions: tally(faults),
    ...timesOf(
      minutes,
      open.map(({ episode }) => episode.startedAt),
      scope,
    ),
    median: median(minutes),
    impact: median(over.map(({ episode }) => episode.impact / MINUTE)),
  };
}

/** The cases that MTTR is made of: stretches of sound incidents of the service, restored in the window. */
export function restoredIn(scope: Scope): Outage[] {
  const { from, to } = scope.window;
  return outagesIn(scope).filter(
    ({ episode: { restoredAt } }) => restoredAt !== undefined && restoredAt >= from && restoredAt < to,
  );
}

function outagesIn(scope: Scope): Outage[] {
  const hurts = hurting(scope);
  return scope.delivery.outages.filter(({ incident }) => !incident.fault && hurts(incident));
}

/** Whether an incident hurt the service; one that names none is of the services whose deployments caused it. */
function hurting({ service, delivery }: Scope): (incident: Incident) => boolean {
  if (service === undefined) return () => true;
  return ({ services, causes }) =>
    services.length > 0
      ? services.includes(service)
      : causes.some(({ deploymentId }) => delivery.named(deploymentId, service).length > 0);
}

function begins({ episodes }: Incident, { window }: Scope): boolean {
  const start = episodes[0]?.startedAt;
  return start === undefined || (start >= window.from && start < window.to);
}

function timesOf(minutes: readonly number[], openSince: readonly number[], { delivery }: Scope): Times {
  const oldest = openSince.reduce((first, at) => Math.min(first, at), Infinity);
  return {
    mean: mean(minutes),
    p90: quantile(ascending(minutes), 0.9),
    open: openSince.length,
    oldestOpenMinutes: openSince.length === 0 ? null : (delivery.asOf - oldest) / MINUTE,
  };
}

function partsOf(over: readonly Recovery[]): FailedDeploymentRecoveryTime['parts'] {
  const part = (name: keyof Recovery['parts']) =>
    median(over.flatMap(({ parts }) => (parts[name] === undefined ? [] : parts[name] / MINUTE)));
  return {
    detect: part('detect'),
    acknowledge: part('acknowledge'),
    decide: part('decide'),
    restore: part('restore'),
  };
}
