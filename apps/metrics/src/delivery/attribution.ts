import type { AttributionFact, Ground } from '../fact.js';
import type { MetricsPolicy } from '../policy.js';
import type { Named } from './byDeploymentId.js';
import { deliveredAt } from './credit.js';
import type { Incident } from './incident.js';
import { compare, DAY, HOUR, instant, later } from './instant.js';
import type { Counted } from './population.js';

const IN_SCOPE = new Set(['SEV1', 'SEV2', 'SEV3']);

/** One reason for which a deployment counts as failed, known since `since`, and what says so. */
export interface Failing {
  readonly ground: Ground;
  readonly since: number;
  readonly by?: string;
}

/** A failed deployment: once, however many grounds there are (4.2.4). */
export interface Failure {
  readonly deployment: Counted;
  readonly grounds: readonly Failing[];
  /** The incidents that it is a confirmed cause of. */
  readonly incidents: readonly Incident[];
  /** The hotfixes that name it and were live within 7 days (`hotfixDays` of the policy). */
  readonly hotfixes: readonly Counted[];
}

/** SEV1 to SEV3; a severity that nobody gave counts, because the unknown is never taken as harmless. */
export function inScope({ severity, fault }: Incident): boolean {
  return (
    (fault === undefined || fault === 'INCONSISTENT_TIMES') &&
    (severity === undefined || IN_SCOPE.has(severity))
  );
}

/** What speaks of failure, and the figures that say how far it reaches. */
export interface Testimony {
  readonly named: Named<Counted>;
  readonly incidents: readonly Incident[];
  readonly words: readonly AttributionFact[];
  readonly policy: Required<MetricsPolicy>;
}

/** Finds the failed ones among counted deployments by the four rules of 4.2.4 and people's words. Linear. */
export function failuresOf(
  counted: readonly Counted[],
  { named, incidents, words, policy }: Testimony,
): Failure[] {
  const hotfixes = new Map<Counted, Counted[]>();
  for (const hotfix of counted)
    if (hotfix.kind === 'HOTFIX')
      for (const target of hotfix.remediates ?? [])
        for (const d of named(target)) if (mends(hotfix, d, policy)) push(hotfixes, d, hotfix);
  const caused = new Map<Counted, { incident: Incident; since: number }[]>();
  for (const incident of incidents.filter(inScope))
    for (const { deploymentId, service, confirmedAt, extension } of incident.causes)
      for (const d of named(deploymentId, service))
        if (inTime(incident, d, extension === undefined ? policy.attributionHours : Infinity))
          push(caused, d, { incident, since: confirmedAt });
  const said = wordsByDeployment(words, named);
  return counted.flatMap((deployment) => {
    const own = { hotfixes: hotfixes.get(deployment) ?? [], caused: caused.get(deployment) ?? [] };
    const grounds = withdrawn(groundsOf(deployment, own), said.get(deployment) ?? []);
    if (grounds.length === 0) return [];
    const left = new Set(grounds.map(({ ground, by }) => `${ground} ${by}`));
    return {
      deployment,
      grounds,
      incidents: own.caused
        .map(({ incident }) => incident)
        .filter((i) => left.has(`INCIDENT ${i.incidentId}`)),
      hotfixes: own.hotfixes.filter((h) => left.has(`HOTFIX ${h.deploymentId}`)),
    };
  });
}

function groundsOf(
  d: Counted,
  {
    hotfixes,
    caused,
  }: { hotfixes: readonly Counted[]; caused: readonly { incident: Incident; since: number }[] },
): Failing[] {
  const grounds: Failing[] = [];
  if (d.undone?.charged) grounds.push({ ground: 'ROLLED_BACK', since: d.undone.at, by: d.undone.by });
  for (const { deploymentId, liveAt } of hotfixes)
    grounds.push({ ground: 'HOTFIX', since: liveAt!, by: deploymentId });
  for (const { incident, since } of caused)
    grounds.push({ ground: 'INCIDENT', since, by: incident.incidentId });
  if (d.outcome === 'FAILED') grounds.push({ ground: 'FAILED', since: d.failedAt! });
  return grounds;
}

/** Live, in all of its regions, after the deployment it names began, and within 7 days of its live time. */
function mends(hotfix: Counted, d: Counted, { hotfixDays }: Required<MetricsPolicy>): boolean {
  const liveAt = deliveredAt(hotfix);
  if (liveAt === undefined || hotfix === d) return false;
  return liveAt >= startOf(d) && liveAt <= (deliveredAt(d) ?? d.endedAt) + hotfixDays * DAY;
}

/** When it began as far as we know; an outcome alone (as CDEvents give) stands for its beginning. */
export function startOf({ startedAt, exposedAt, endedAt }: Counted): number {
  return startedAt ?? exposedAt ?? endedAt;
}

/** Started in [start(d), live(d) + 72 h], as every incident in scope has started; an extension moves the end, but nothing is caused before it began. */
function inTime({ episodes }: Incident, d: Counted, hours: number): boolean {
  const start = episodes[0]!.startedAt;
  return start >= startOf(d) && start <= (deliveredAt(d) ?? d.endedAt) + hours * HOUR;
}

type Word = { readonly fact: AttributionFact; readonly at: number };

function wordsByDeployment(words: readonly AttributionFact[], named: Named<Counted>) {
  const said = new Map<Counted, Word[]>();
  for (const fact of words) {
    const at = instant(fact.at, `${fact.kind}.at`);
    for (const d of named(fact.deploymentId, fact.service)) push(said, d, { fact, at });
  }
  for (const own of said.values()) own.sort((a, b) => a.at - b.at || compare(a.fact.id, b.fact.id));
  return said;
}

/** A withdrawal takes back what was established by then; what is established later stands. */
function withdrawn(derived: readonly Failing[], words: readonly Word[]): Failing[] {
  const grounds = [...derived];
  const until = new Map<Ground | undefined, number>();
  for (const { fact, at } of words) {
    if (fact.kind === 'failureAttributed') grounds.push({ ground: 'ATTRIBUTED', since: at, by: fact.id });
    else until.set(fact.ground, later(until.get(fact.ground), at));
  }
  const taken = (ground: Ground | undefined) => until.get(ground) ?? -Infinity;
  return grounds.filter(({ ground, since }) => since > taken(ground) && since > taken(undefined));
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
