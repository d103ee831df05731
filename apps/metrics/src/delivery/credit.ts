import type { Change, Sources } from './change.js';
import { DAY, later } from './instant.js';
import type { Counted } from './population.js';

export type Basis = 'listed' | 'carried' | 'time';
export type CreditFlag = 'NEGATIVE_CLAMPED' | 'OVER_365_DAYS';

/** A change and the deployment that first delivered it and was not rolled back (4.2.3). Times in milliseconds. */
export interface Credit {
  readonly commit: string;
  readonly deployment: Counted;
  readonly liveAt: number;
  /** `undefined` when the deployment lists a commit that nobody told us the time of. */
  readonly change?: Change;
  readonly builtAt?: number;
  /** Live minus committed, never below 0. */
  readonly leadTime?: number;
  readonly flags: readonly CreditFlag[];
  /** `listed` by its artifact; `carried` on from one that was rolled back; by `time`. The last two are approximate. */
  readonly basis: Basis;
}

/** Which deployment delivered what, and how many deployments we know that of. */
export interface Credits {
  readonly credits: ReadonlyMap<Counted, readonly Credit[]>;
  /** Standing deployments for which the changes they deliver are known, be it that there are none. */
  readonly covered: ReadonlySet<Counted>;
}

interface Delivery {
  readonly deployment: Counted;
  readonly liveAt: number;
  readonly builtAt: number | undefined;
  readonly lists: readonly (readonly string[])[];
}

/**
 * Credits each change once per service to the first deployment that keeps it live (4.2.3). A commit goes to the first
 * standing deployment whose artifact lists it. One that only rolled-back deployments list goes to the next standing
 * PLANNED one after the rollback. A deployment whose artifact has no list takes the unlisted commits of the service
 * merged since the standing deployment before it. Linear after sorting.
 */
export function creditsOf(counted: readonly Counted[], sources: Sources): Credits {
  const credits = new Map<Counted, Credit[]>();
  const covered = new Set<Counted>();
  for (const deliveries of byService(counted, sources).values())
    creditService(deliveries, sources, credits, covered);
  return { credits, covered };
}

function creditService(
  all: readonly Delivery[],
  sources: Sources,
  credits: Map<Counted, Credit[]>,
  covered: Set<Counted>,
): void {
  const { service } = all[0]!.deployment;
  const standing = all.filter(({ deployment }) => !deployment.undone);
  const isNew = firstTime(service);
  const give = (commit: string, to: Delivery, basis: Basis) => {
    const change = sources.change(service, commit);
    if (!isNew(commit, change)) return;
    const own = credits.get(to.deployment);
    if (own) own.push(creditOf(commit, to, basis, change));
    else credits.set(to.deployment, [creditOf(commit, to, basis, change)]);
  };
  for (const delivery of standing) {
    if (delivery.lists.length > 0) covered.add(delivery.deployment);
    for (const list of delivery.lists) for (const commit of list) give(commit, delivery, 'listed');
  }
  carry(all, standing, give);
  creditByTime(standing, all, sources, (commit, to) => {
    covered.add(to.deployment);
    give(commit, to, 'time');
  });
}

/** Whether a commit is seen for the first time. Those of the service itself are told by a bit each, the rest by name. */
function firstTime(service: string): (commit: string, change: Change | undefined) => boolean {
  const seen: boolean[] = [];
  const others = new Set<string>();
  return (commit, change) => {
    if (change?.service === service) return !seen[change.index] && (seen[change.index] = true);
    return !others.has(commit) && others.add(commit) !== undefined;
  };
}

/** Hands what rolled-back deployments list to the next standing planned one after each rollback. */
function carry(
  all: readonly Delivery[],
  standing: readonly Delivery[],
  give: (commit: string, to: Delivery, basis: Basis) => void,
): void {
  const planned = standing.filter(({ deployment }) => deployment.kind === 'PLANNED');
  const back = all
    .filter(({ deployment }) => deployment.undone)
    .sort((a, b) => a.deployment.undone!.at - b.deployment.undone!.at);
  let next = 0;
  for (const { deployment, lists } of back) {
    while (next < planned.length && planned[next]!.liveAt <= deployment.undone!.at) next++;
    const to = planned[next];
    if (to) for (const list of lists) for (const commit of list) give(commit, to, 'carried');
  }
}

function creditByTime(
  standing: readonly Delivery[],
  all: readonly Delivery[],
  sources: Sources,
  give: (commit: string, to: Delivery) => void,
): void {
  if (standing.every(({ lists }) => lists.length > 0)) return;
  const listed = new Set<string>();
  for (const { lists } of all) for (const list of lists) for (const commit of list) listed.add(commit);
  const changes = sources.changesOf(all[0]!.deployment.service);
  let next = 0;
  for (const delivery of standing)
    for (; next < changes.length && changes[next]!.mergedAt <= delivery.liveAt; next++)
      if (delivery.lists.length === 0 && !listed.has(changes[next]!.commit))
        give(changes[next]!.commit, delivery);
}

function creditOf(commit: string, to: Delivery, basis: Basis, change: Change | undefined): Credit {
  const { deployment, liveAt, builtAt } = to;
  const raw = change && liveAt - change.committedAt;
  const leadTime = raw && Math.max(0, raw);
  return { commit, deployment, liveAt, change, builtAt, leadTime, flags: flagsOf(raw), basis };
}

/** One list for each case, since there is a credit for every change. */
function flagsOf(raw: number | undefined): readonly CreditFlag[] {
  if (raw === undefined || (raw >= 0 && raw <= 365 * DAY)) return UNFLAGGED;
  return raw < 0 ? CLAMPED : OVERLONG;
}

const UNFLAGGED: readonly CreditFlag[] = [];
const CLAMPED: readonly CreditFlag[] = ['NEGATIVE_CLAMPED'];
const OVERLONG: readonly CreditFlag[] = ['OVER_365_DAYS'];

/** When all of it was live; one that failed delivers nothing, though some of its regions may have been. */
export function deliveredAt({ outcome, liveAt }: Counted): number | undefined {
  return outcome === 'FAILED' ? undefined : liveAt;
}

/** What each deployment delivers, in the order of going live; one that never was live delivers nothing. */
function byService(counted: readonly Counted[], { artifacts }: Sources): Map<string, Delivery[]> {
  const services = new Map<string, Delivery[]>();
  for (const deployment of counted) {
    const liveAt = deliveredAt(deployment) ?? (deployment.undone && deployment.endedAt);
    if (liveAt === undefined) continue;
    const found = (deployment.artifacts ?? []).flatMap((name) => artifacts.get(name) ?? []);
    const builtAt = found.reduce<number | undefined>(
      (last, artifact) => later(last, artifact.builtAt),
      undefined,
    );
    const delivery = {
      deployment,
      liveAt,
      builtAt,
      lists: found.flatMap(({ commits }) => (commits ? [commits] : [])),
    };
    const deliveries = services.get(deployment.service);
    if (deliveries) deliveries.push(delivery);
    else services.set(deployment.service, [delivery]);
  }
  return services;
}
