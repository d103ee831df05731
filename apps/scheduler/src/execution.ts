import {
  DeploymentFailed,
  DeploymentProgressed,
  DeploymentRolledBack,
  DeploymentScheduled,
  DeploymentSucceeded,
  ConflictDetected,
  type EventOf,
  Rejected,
  RollbackTriggered,
  type Running,
} from '#events';
import type { Conflict } from './conflict/finding.js';
import type { Decide } from './deployment.js';
import { taking } from './transitions.js';
import { broughtBy } from './plan.js';

/** How long after its planned start a deployment may still start (`startGrace`, section 5 of the specification). */
export const START_GRACE_MINUTES = 30;

/** Puts an approved deployment into its slot, or records the blockers that keep it out. */
export function schedule(planHash: string, conflicts: readonly Conflict[]): Decide {
  return (deployment) => {
    if (deployment.status !== 'APPROVED' || deployment.planHash !== planHash) return [];
    const { deploymentId, plan } = deployment;
    const blockers = conflicts.filter(({ severity }) => severity === 'BLOCKER');
    if (blockers.length > 0)
      return [
        ConflictDetected({
          deploymentId,
          planHash,
          conflicts: blockers.map((conflict) => ({ ...conflict })),
        }),
      ];
    const { services, environment, start, end } = plan;
    const graceUntil = new Date(Date.parse(start) + START_GRACE_MINUTES * 60_000).toISOString();
    return [DeploymentScheduled({ deploymentId, planHash, services, environment, start, end, graceUntil })];
  };
}

type Report = Omit<EventOf<typeof DeploymentProgressed>['data'], 'deploymentId'>;

/** The executor reports on a target. Reports are numbered; one that came before is not counted again. */
export function report(progress: Report): Decide {
  return (deployment) => {
    const { deploymentId, sequence } = taking('report', deployment);
    if (progress.sequence <= sequence) return [];
    if (progress.sequence > sequence + 1)
      throw new Rejected(
        'SEQUENCE_GAP',
        `sequence must be ${sequence + 1}, the next one; ${progress.sequence} would leave out a report.`,
        'EXE-01.1',
      );
    return [DeploymentProgressed({ deploymentId, ...progress })];
  };
}

/** All targets are live at full traffic. */
export function succeed(now: Date): Decide {
  return (deployment) => {
    if (deployment.status === 'SUCCEEDED') return [];
    const { deploymentId, planHash, plan } = taking('succeed', deployment);
    return [DeploymentSucceeded({ deploymentId, planHash, ...broughtBy(plan), liveAt: now.toISOString() })];
  };
}

/** It ended badly and stays where it is. */
export function fail(reason: string, now: Date): Decide {
  return (deployment) => {
    if (deployment.status === 'FAILED') return [];
    const { deploymentId, planHash, plan, applied, trafficPercent } = taking('fail', deployment);
    const failedAt = now.toISOString();
    const effect = applied || trafficPercent > 0;
    return [
      DeploymentFailed({ deploymentId, planHash, ...broughtBy(plan), failedAt, applied: effect, reason }),
    ];
  };
}

/** Going back is always allowed; no freeze, window or incident stands in its way (decisions 6). */
export function triggerRollback(
  why: { triggeredBy: string; automatic: boolean; reason: string },
  now: Date,
): Decide {
  return (deployment) => {
    if (deployment.status === 'ROLLING_BACK') return [];
    const { deploymentId, planHash } = taking('rollback', deployment);
    return [RollbackTriggered({ deploymentId, planHash, triggeredAt: now.toISOString(), ...why })];
  };
}

/** Every target runs again what it ran before, which is `restored` where the executor names it. */
export function confirmRollback(now: Date, restored?: readonly Running[]): Decide {
  return (deployment) => {
    if (deployment.status === 'ROLLED_BACK') return [];
    const { deploymentId, planHash, plan, rollback, trafficPercent } = taking('rolled-back', deployment);
    return [
      DeploymentRolledBack({
        deploymentId,
        planHash,
        ...broughtBy(plan),
        ...(restored && { restored: [...restored] }),
        restoredAt: now.toISOString(),
        automatic: rollback?.automatic ?? false,
        highestTrafficPercent: trafficPercent,
      }),
    ];
  };
}
