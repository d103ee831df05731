import type { Deployment } from '../delivery/deployment.js';
import { compare } from '../delivery/instant.js';
import type { Incident } from '../delivery/incident.js';
import type { Scope } from '../dora/scope.js';

/** A metric as another system computes it. */
export interface PeerFigure {
  readonly value: number | null;
  readonly unit: string;
  readonly statistic: string;
  readonly n: number;
  readonly numerator?: number;
  readonly denominator?: number;
  /** What of the rule our facts cannot give, or how it differs. */
  readonly note?: string;
}

/** The metrics of a peer; `null` for one that it does not have. */
export interface PeerFigures {
  readonly deploymentFrequency: PeerFigure;
  readonly changeLeadTime: PeerFigure;
  readonly changeFailRate: PeerFigure;
  readonly failedDeploymentRecoveryTime: PeerFigure;
  readonly deploymentReworkRate: PeerFigure | null;
}

/** A deployment that succeeded in production in all of its regions, of whatever kind: peers know no kinds. */
export type Success = Deployment & { readonly liveAt: number };

/** All successes of the scope's service or services, in the order they went live. */
export function successesOf({ delivery, service }: Scope): Success[] {
  return delivery.all
    .filter((d): d is Success => d.liveAt !== undefined && d.outcome !== 'FAILED')
    .filter(({ production, dryRun }) => production === true && !dryRun)
    .filter((d) => service === undefined || d.service === service)
    .sort((a, b) => a.liveAt - b.liveAt || compare(a.deploymentId, b.deploymentId));
}

/** Those of them that went live within the window. */
export function within<T>(scope: Scope, all: readonly T[], timeOf: (one: T) => number): T[] {
  const { from, to } = scope.window;
  return all.filter((one) => timeOf(one) >= from && timeOf(one) < to);
}

/** One incident with its times; peers take every severity. */
export interface Trouble {
  readonly incident: Incident;
  readonly startedAt: number;
  readonly restoredAt?: number;
}

/** The incidents of the scope that are no false alarm, in the order they began. */
export function troublesOf({ delivery, service }: Scope): Trouble[] {
  return delivery.incidents.flatMap((incident) => {
    const { services, fault, episodes } = incident;
    const mine = service === undefined || services.length === 0 || services.includes(service);
    const [first] = episodes;
    return mine && !fault && first
      ? [{ incident, startedAt: first.startedAt, restoredAt: episodes.at(-1)!.restoredAt }]
      : [];
  });
}

/** The changes that each success is the first to deliver, rolled back or not, and whether it is the first of its service. */
export function firstDeliveries(scope: Scope, successes: readonly Success[]) {
  const { artifacts, change } = scope.delivery.sources;
  const seen = new Set<string>();
  const begun = new Set<string>();
  return successes.flatMap((deployment) => {
    const isFirst = !begun.has(deployment.service);
    begun.add(deployment.service);
    const listed = (deployment.artifacts ?? []).flatMap((name) => artifacts.get(name)?.commits ?? []);
    const fresh = listed.filter((commit) => !seen.has(key(deployment, commit)));
    for (const commit of fresh) seen.add(key(deployment, commit));
    return [...new Set(fresh)].flatMap((commit) => {
      const found = change(deployment.service, commit);
      return found ? [{ deployment, change: found, isFirst }] : [];
    });
  });
}

const key = ({ service }: Success, commit: string): string => `${service} ${commit}`;

/** The middle of a sample, the lower one of two: `percent_rank` up to one half. */
export function lowerMedian(values: readonly number[]): number | null {
  return values.length === 0 ? null : [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

export function ratio(numerator: number, denominator: number, note?: string): PeerFigure {
  const value = denominator === 0 ? null : numerator / denominator;
  return {
    value,
    unit: 'ratio',
    statistic: 'share',
    n: denominator,
    numerator,
    denominator,
    ...(note && { note }),
  };
}
