import type { AttributionFact, ChangeFact, DeploymentFact, Fact, IncidentFact, ServiceFact } from './fact.js';
import { type Failure, failuresOf } from './delivery/attribution.js';
import { byDeploymentId, type Named } from './delivery/byDeploymentId.js';
import { type Sources, sourcesOf } from './delivery/change.js';
import { type Credit, creditsOf } from './delivery/credit.js';
import { type Deployment, deploymentsOf } from './delivery/deployment.js';
import type { LiveTime } from './delivery/deploymentTimes.js';
import { type Incident, incidentsOf } from './delivery/incident.js';
import { instant } from './delivery/instant.js';
import { known } from './delivery/known.js';
import { type Life, livesOf } from './delivery/life.js';
import { lineageOf } from './delivery/lineage.js';
import { type Counted, type Excluded, populationOf } from './delivery/population.js';
import { type MetricsPolicy, policyOf } from './policy.js';
import { type Outage, outagesOf, type Recovery, recoveriesOf } from './delivery/recovery.js';

export interface AssembleOptions {
  /** What was on record then: an RFC 3339 instant. */
  readonly asOf: string;
  /** When a rollout over several regions is live: with its `last` (default) or `first` region. */
  readonly live?: LiveTime;
  /** Figures that a company may change; `defaults` for the rest. */
  readonly policy?: MetricsPolicy;
}

/** Everything the metrics count, as known at `asOf` (milliseconds). */
export interface Delivery {
  readonly asOf: number;
  readonly policy: Required<MetricsPolicy>;
  /** Every deployment, counted or not, by id. */
  readonly all: readonly Deployment[];
  readonly sources: Sources;
  /** Those that count, in the order they ended. */
  readonly deployments: readonly Counted[];
  /** Those of an id, of one service or of all. */
  readonly named: Named<Counted>;
  readonly excluded: readonly Excluded[];
  /** The changes that each deployment delivered first and kept live. */
  readonly credits: ReadonlyMap<Counted, readonly Credit[]>;
  /** Standing deployments for which the changes they deliver are known. */
  readonly covered: ReadonlySet<Counted>;
  readonly failures: readonly Failure[];
  readonly recoveries: readonly Recovery[];
  readonly incidents: readonly Incident[];
  readonly outages: readonly Outage[];
  readonly lives: ReadonlyMap<string, Life>;
  /** Whether anything ever told of trouble: an incident, a failure, a rollback, a hotfix. Silence is not success. */
  readonly toldOfFailure: boolean;
}

/**
 * Builds the delivery record from facts in any order, repeated or late (formulas 4.2.1 to 4.2.5, MET-01). The result
 * depends on the set of facts recorded by `asOf` only. Linear but for sorting.
 * @throws Rejected `INVALID_FACT`, `INVALID_TIME` or `POLICY_INVALID`, naming the field.
 */
export function assemble(facts: Iterable<Fact>, { asOf, live, policy: given }: AssembleOptions): Delivery {
  const now = instant(asOf, 'asOf');
  const policy = policyOf(given);
  const { facts: all, reused } = known(facts, now);
  const family = byFamily(all);
  const deployments = deploymentsOf(family.deployments, live);
  const { counted, excluded } = populationOf(deployments, lineageOf(deployments), reused);
  const sources = sourcesOf(family.changes);
  const { credits, covered } = creditsOf(counted, sources);
  const incidents = incidentsOf(family.incidents, policy);
  const named = byDeploymentId(counted);
  const failures = failuresOf(counted, { named, incidents, words: family.words, policy });
  return {
    asOf: now,
    policy,
    all: deployments,
    sources,
    deployments: counted,
    named,
    excluded,
    credits,
    covered,
    failures,
    recoveries: recoveriesOf(failures),
    incidents,
    outages: outagesOf(incidents),
    lives: livesOf(family.services, sources.firstMerged, deployments),
    toldOfFailure:
      family.incidents.length + family.words.length + failures.length > 0 ||
      excluded.some(({ reason }) => reason === 'ROLLBACK' || reason === 'NOTHING_APPLIED') ||
      counted.some(({ kind }) => kind === 'HOTFIX'),
  };
}

interface Families {
  readonly changes: ChangeFact[];
  readonly deployments: DeploymentFact[];
  readonly incidents: IncidentFact[];
  readonly words: AttributionFact[];
  readonly services: ServiceFact[];
}

function byFamily(facts: readonly Fact[]): Families {
  const families: Families = { changes: [], deployments: [], incidents: [], words: [], services: [] };
  for (const fact of facts) sort(fact, families);
  return families;
}

/** What is no other kind goes to the deployments, which refuse a kind they do not know. */
function sort(fact: Fact, { changes, deployments, incidents, words, services }: Families): void {
  switch (fact.kind) {
    case 'changeMerged':
    case 'changeExposed':
    case 'artifactPackaged':
      changes.push(fact);
      return;
    case 'incidentOpened':
    case 'incidentResolved':
    case 'incidentAcknowledged':
    case 'incidentReopened':
    case 'incidentCancelled':
    case 'incidentMerged':
    case 'incidentSeverityChanged':
    case 'incidentCauseConfirmed':
    case 'incidentCauseRejected':
      incidents.push(fact);
      return;
    case 'failureAttributed':
    case 'failureWithdrawn':
      words.push(fact);
      return;
    case 'serviceRegistered':
    case 'serviceRetired':
      services.push(fact);
      return;
    default:
      deployments.push(fact);
  }
}
