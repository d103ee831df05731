import type { DeploymentKind } from '../fact.js';
import type { Deployment } from './deployment.js';
import type { Reused } from './known.js';
import { compare, instant } from './instant.js';
import { type Lineage, type Undone } from './lineage.js';

export type ExclusionReason =
  | 'ROLLBACK'
  | 'REDEPLOY'
  | 'CANCELLED_BEFORE_TRAFFIC'
  | 'NOTHING_APPLIED'
  | 'DRY_RUN'
  | 'NOT_PRODUCTION'
  | 'ENVIRONMENT_UNKNOWN'
  | 'DUPLICATE';

/** A deployment that counts in every rate (4.2.1). */
export interface Counted extends Deployment {
  readonly kind: DeploymentKind;
  readonly endedAt: number;
  readonly undone?: Undone;
}

/** Something that looks like a deployment and does not count, with the reason. */
export interface Excluded {
  readonly reason: ExclusionReason;
  /** Deployment id; for DUPLICATE the event id. */
  readonly id: string;
  readonly service?: string;
  readonly at: number;
}

/** Splits deployments that ended into those that count, in the order they ended, and those that do not, and why. 4.2.1. Deployments come in the order of their ids. */
export function populationOf(
  deployments: readonly Deployment[],
  lineage: Lineage,
  reused: readonly Reused[],
): { counted: Counted[]; excluded: Excluded[] } {
  const counted: Counted[] = [];
  const excluded: Excluded[] = reused.map(({ id, at, service }) => ({
    reason: 'DUPLICATE',
    id,
    service,
    at: instant(at, 'at'),
  }));
  for (const deployment of deployments) {
    const { deploymentId: id, service, endedAt, rolledBackAt } = deployment;
    if (endedAt === undefined) continue;
    const kind = lineage.kinds.get(deployment)!;
    const reason = reasonAgainst(deployment, kind);
    if (reason) {
      excluded.push({ reason, id, service, at: endedAt });
      continue;
    }
    counted.push({ ...deployment, kind, endedAt, undone: lineage.undone.get(deployment) });
    if (rolledBackAt !== undefined && !lineage.announced.has(deployment))
      excluded.push({ reason: 'ROLLBACK', id, service, at: rolledBackAt });
  }
  return {
    counted: counted.sort((a, b) => a.endedAt - b.endedAt),
    excluded: excluded.sort((a, b) => a.at - b.at || compare(a.id, b.id) || compare(a.reason, b.reason)),
  };
}

function reasonAgainst(deployment: Deployment, kind: DeploymentKind): ExclusionReason | undefined {
  const { dryRun, production, outcome, effect } = deployment;
  if (dryRun) return 'DRY_RUN';
  if (production === undefined) return 'ENVIRONMENT_UNKNOWN';
  if (!production) return 'NOT_PRODUCTION';
  if (outcome === 'CANCELLED' && !effect) return 'CANCELLED_BEFORE_TRAFFIC';
  if (!effect) return 'NOTHING_APPLIED';
  return kind === 'ROLLBACK' || kind === 'REDEPLOY' ? kind : undefined;
}
