import type { AttributionFact, DeploymentFact, Fact, IncidentCause } from './fact.js';

/**
 * How often facts speak of one service of a deployment: one that names no service speaks for each of them, and so does
 * one that names the deployment as what it mends, blames or clears. A record takes as much time and memory as this, not as
 * the number of facts, which may be the root of it. Linear.
 */
export function loadOf(facts: readonly Fact[]): number {
  const services = new Map<string, Set<string>>();
  for (const fact of facts) if (isOfDeployment(fact) && fact.service !== undefined) add(services, fact);
  const servicesOf = (deploymentId: string) => services.get(deploymentId)?.size ?? 0;
  return facts.reduce((sum, fact) => {
    if (isAbout(fact)) return sum + servicesOf(fact.deploymentId);
    if (!isOfDeployment(fact)) return sum + 1;
    const own = fact.service === undefined ? servicesOf(fact.deploymentId) : 1;
    const mended = (fact.remediates ?? []).reduce((all, target) => all + servicesOf(target), 0);
    return sum + own * (1 + mended);
  }, 0);
}

function add(services: Map<string, Set<string>>, { deploymentId, service }: DeploymentFact): void {
  const own = services.get(deploymentId);
  if (own) own.add(service!);
  else services.set(deploymentId, new Set([service!]));
}

const ABOUT: ReadonlySet<string> = new Set([
  'failureAttributed',
  'failureWithdrawn',
  'incidentCauseConfirmed',
  'incidentCauseRejected',
] satisfies Fact['kind'][]);

function isAbout(fact: Fact): fact is AttributionFact | IncidentCause {
  return ABOUT.has(fact.kind);
}

function isOfDeployment(fact: Fact): fact is DeploymentFact {
  return 'deploymentId' in fact && !isAbout(fact);
}
