import { Rejected } from '#events';
import type { DeploymentDetails, DeploymentFact, DeploymentKind } from '../fact.js';
import { type LiveTime, type Outcome, outcomeOf, record, terminalAt, type Times } from './deploymentTimes.js';
import { compare, later } from './instant.js';

/** One deployment of one service as the facts tell it. Times in milliseconds. */
export interface Deployment extends DeploymentDetails {
  readonly deploymentId: string;
  readonly service: string;
  /** The version that is compared with what was live; `undefined` where nothing says. */
  readonly identity?: string;
  readonly requestedAt?: number;
  readonly approvedAt?: number;
  readonly startedAt?: number;
  readonly exposedAt?: number;
  readonly liveAt?: number;
  readonly failedAt?: number;
  readonly rolledBackAt?: number;
  readonly detectedAt?: number;
  readonly decidedAt?: number;
  /** When the outcome came: live time if it ever was live, else the terminal time (4.2.1). */
  readonly endedAt?: number;
  readonly outcome: Outcome;
  /** Something was applied or some traffic shifted. */
  readonly effect: boolean;
  readonly automatic: boolean;
  readonly trafficPercent: number;
  /** The events that told it, sorted. */
  readonly events: readonly string[];
}

/**
 * Folds the facts of deployments into one record each (deployment, service), whatever their order. A fact without a
 * service speaks for every service that another fact of the same deployment names.
 * @throws Rejected `INVALID_FACT` or `INVALID_TIME`, naming the field.
 */
export function deploymentsOf(facts: readonly DeploymentFact[], live: LiveTime = 'last'): Deployment[] {
  const groups = new Map<string, DeploymentFact[]>();
  for (const fact of facts) {
    const group = groups.get(fact.deploymentId);
    if (group) group.push(fact);
    else groups.set(named(fact.deploymentId), [fact]);
  }
  const all: Deployment[] = [];
  for (const group of groups.values())
    for (const [service, own] of perService(group)) all.push(fold(service, own, live));
  return all.sort((a, b) => compare(a.deploymentId, b.deploymentId) || compare(a.service, b.service));
}

function perService(group: readonly DeploymentFact[]): Map<string, DeploymentFact[]> {
  const services = new Map<string, DeploymentFact[]>();
  for (const fact of group) if (fact.service !== undefined) services.set(fact.service, []);
  if (services.size === 1) {
    for (const service of services.keys()) services.set(service, [...group]);
    return services;
  }
  const shared = group.filter(({ service }) => service === undefined);
  for (const fact of group) if (fact.service !== undefined) services.get(fact.service)!.push(fact);
  for (const own of services.values()) own.push(...shared);
  return services;
}

function fold(service: string, facts: DeploymentFact[], live: LiveTime): Deployment {
  const { deploymentId } = facts[0]!;
  const times: Times = {};
  for (const fact of facts) record(times, fact, live);
  const { cancelledAt, ...kept } = times;
  const details = detailsOf(facts);
  const outcome = outcomeOf(times);
  return {
    deploymentId,
    service,
    ...details,
    identity: identityOf(details),
    ...kept,
    endedAt: outcome === 'IN_PROGRESS' ? undefined : (times.liveAt ?? terminalAt(times)),
    outcome,
    ...reachOf(facts, times),
    events: facts.map(({ id }) => id).sort(),
  };
}

function reachOf(facts: readonly DeploymentFact[], { liveAt, exposedAt }: Times) {
  let effect = liveAt !== undefined || exposedAt !== undefined;
  let automatic = false;
  let traffic: number | undefined;
  for (const fact of facts) {
    if (fact.kind === 'deploymentFailed') effect ||= fact.effect;
    if (fact.kind === 'deploymentRolledBack') {
      effect ||= fact.effect ?? true;
      automatic ||= fact.automatic ?? false;
    }
    if (fact.kind === 'deploymentRolledBack' || fact.kind === 'deploymentExposed')
      if (fact.trafficPercent !== undefined) traffic = later(traffic, percent(fact.trafficPercent));
  }
  return { effect, automatic, trafficPercent: liveAt === undefined ? (traffic ?? 100) : 100 };
}

/** Where facts differ on a detail, the one said last stands; equal times go by event id. */
function detailsOf(facts: DeploymentFact[]): DeploymentDetails {
  const ordered = facts.length === 1 ? facts : [...facts].sort(bySaid);
  const details: Record<string, unknown> = {};
  const remediates = new Set<string>();
  for (const fact of ordered) {
    for (const name of DETAILS) if (fact[name] !== undefined) details[name] = fact[name];
    for (const target of fact.remediates ?? []) remediates.add(target);
  }
  return { ...details, remediates: [...remediates].sort() };
}

const DETAILS = [
  'environment',
  'production',
  'deploymentKind',
  'artifacts',
  'version',
  'configDigest',
  'migrationDigest',
  'planDigest',
  'strategy',
  'band',
  'team',
  'dryRun',
] as const satisfies readonly (keyof DeploymentDetails)[];

function bySaid(a: DeploymentFact, b: DeploymentFact): number {
  return Date.parse(a.at) - Date.parse(b.at) || compare(a.id, b.id) || compare(a.kind, b.kind);
}

function identityOf({ artifacts, version }: DeploymentDetails): string | undefined {
  if (artifacts?.length) return JSON.stringify([...artifacts].sort());
  return version === undefined ? undefined : JSON.stringify(version);
}

/** Whether the kind is one that can count: what restores or repeats is never a deployment (4.2.1). */
export function counts(kind: DeploymentKind): boolean {
  return kind !== 'ROLLBACK' && kind !== 'REDEPLOY';
}

function named(deploymentId: unknown): string {
  if (typeof deploymentId === 'string' && deploymentId !== '') return deploymentId;
  throw new Rejected('INVALID_FACT', "A deployment fact's deploymentId must be a text that is not empty.");
}

function percent(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  throw new Rejected('INVALID_FACT', "A deployment fact's trafficPercent must be a number from 0 to 100.");
}
