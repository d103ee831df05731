import {
  type deploymentEvents,
  DeploymentApproved,
  DeploymentApprovalInvalidated,
  DeploymentAwaitingApproval,
  DeploymentCancelled,
  DeploymentExpired,
  DeploymentRejected,
  DeploymentRequested,
  type Decision,
  type Entity,
  type EventOf,
  type Plan,
  Rejected,
  type Violation,
} from '#events';
import { changedFields, violationsOf } from './plan.js';
import { taking } from './transitions.js';

export type DeploymentEvent = EventOf<(typeof deploymentEvents)[number]>;
export type Decide = Decision<Deployment, DeploymentEvent>;

/** The states of 3.2 that a deployment can be in. */
export type Status =
  | 'REQUESTED'
  | 'AWAITING_APPROVAL'
  | 'APPROVED'
  | 'SCHEDULED'
  | 'IN_PROGRESS'
  | 'ROLLING_BACK'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'ROLLED_BACK'
  | 'REJECTED'
  | 'EXPIRED'
  | 'CANCELLED';

/** A deployment that was asked for, and how far it came. */
export interface Known {
  readonly status: Status;
  readonly deploymentId: string;
  readonly plan: Plan;
  readonly planHash: string;
  readonly requestedBy: string;
  readonly approval?: {
    readonly planHash: string;
    readonly changeId: string;
    readonly approvers: readonly string[];
  };
  readonly slot?: { readonly start: string; readonly end: string; readonly graceUntil: string };
  readonly startedBy?: string;
  /** The number of the executor's last report. */
  readonly sequence: number;
  readonly applied: boolean;
  readonly trafficPercent: number;
  readonly rollback?: { readonly automatic: boolean };
  /** The last start that was refused, until something else happens. */
  readonly refusal?: { readonly refusedTo: string; readonly violations: readonly Violation[] };
}
export type Deployment = Known | { readonly status: 'UNKNOWN' };

/** What a request says beside the plan: who asks, what the plan hashes to, and the conflicts known then. */
export type Request = Omit<EventOf<typeof DeploymentRequested>['data'], 'deploymentId'>;

/** Asks for a deployment, or for another plan of one that has not started: then its approval starts anew. */
export function request(deploymentId: string, asked: Request, now: Date): Decide {
  return (deployment) => {
    if (deployment.status !== 'UNKNOWN' && deployment.planHash === asked.planHash) return [];
    const violations = violationsOf(asked.plan, now);
    if (violations.length > 0) throw new Rejected(violations);
    if (deployment.status === 'UNKNOWN') return [DeploymentRequested({ deploymentId, ...asked })];
    const { planHash: was, plan: before } = taking('request', deployment);
    const changed = changedFields(before, asked.plan);
    return [DeploymentApprovalInvalidated({ deploymentId, ...asked, was, changed })];
  };
}

/** A round of approval was opened for this very plan. */
export function awaitApproval(round: {
  planHash: string;
  changeId: string;
  score: number;
  band: string;
}): Decide {
  return (deployment) => {
    if (deployment.status !== 'REQUESTED' || deployment.planHash !== round.planHash) return [];
    return [DeploymentAwaitingApproval({ deploymentId: deployment.deploymentId, ...round })];
  };
}

/** The approval was granted; it counts only for the plan it was given for. */
export function approve(grant: { planHash: string; changeId: string; approvers: readonly string[] }): Decide {
  return (deployment) => {
    const waits = deployment.status === 'REQUESTED' || deployment.status === 'AWAITING_APPROVAL';
    if (!waits || deployment.planHash !== grant.planHash) return [];
    return [
      DeploymentApproved({
        deploymentId: deployment.deploymentId,
        ...grant,
        approvers: [...grant.approvers],
      }),
    ];
  };
}

/** The approval was refused, or nobody answered in time. */
export function endWithoutApproval(planHash: string, reason: string): Decide {
  return (deployment) => {
    const waits = deployment.status === 'REQUESTED' || deployment.status === 'AWAITING_APPROVAL';
    if (!waits || deployment.planHash !== planHash) return [];
    const { deploymentId } = deployment;
    return [
      reason === 'expired'
        ? DeploymentExpired({ deploymentId, planHash })
        : DeploymentRejected({ deploymentId, planHash, reason }),
    ];
  };
}

/** Calls a deployment off before it has started. */
export function cancel(reason: string, cancelledBy: string): Decide {
  return (deployment) => {
    if (deployment.status === 'CANCELLED') return [];
    const { deploymentId, planHash } = taking('cancel', deployment);
    return [DeploymentCancelled({ deploymentId, planHash, reason, cancelledBy })];
  };
}

function evolve(before: Deployment, { type, data }: DeploymentEvent): Deployment {
  if (type === 'DeploymentRequested' || type === 'DeploymentApprovalInvalidated') {
    const { deploymentId, plan, planHash, requestedBy } = data;
    const fresh = { sequence: 0, applied: false, trafficPercent: 0 };
    return { status: 'REQUESTED', deploymentId, plan, planHash, requestedBy, ...fresh };
  }
  if (before.status === 'UNKNOWN') return before;
  switch (type) {
    case 'DeploymentAwaitingApproval':
      return { ...before, status: 'AWAITING_APPROVAL' };
    case 'DeploymentApproved':
      return { ...before, status: 'APPROVED', approval: data };
    case 'DeploymentRejected':
      return { ...before, status: 'REJECTED' };
    case 'DeploymentExpired':
      return { ...before, status: 'EXPIRED' };
    case 'DeploymentScheduled':
      return { ...before, status: 'SCHEDULED', slot: data, refusal: undefined };
    case 'ConflictDetected':
      return before;
    case 'DeploymentStartRefused':
      return { ...before, refusal: data };
    case 'DeploymentStartMissed':
      return { ...before, status: 'APPROVED', slot: undefined };
    case 'DeploymentStarted':
      return { ...before, status: 'IN_PROGRESS', startedBy: data.startedBy };
    case 'DeploymentProgressed':
      return {
        ...before,
        sequence: data.sequence,
        applied: before.applied || data.status === 'applied' || data.status === 'verified',
        trafficPercent: Math.max(before.trafficPercent, data.trafficPercent ?? 0),
      };
    case 'DeploymentSucceeded':
      return { ...before, status: 'SUCCEEDED' };
    case 'DeploymentFailed':
      return { ...before, status: 'FAILED' };
    case 'RollbackTriggered':
      return { ...before, status: 'ROLLING_BACK', rollback: data };
    case 'DeploymentRolledBack':
      return { ...before, status: 'ROLLED_BACK' };
    case 'DeploymentCancelled':
      return { ...before, status: 'CANCELLED' };
  }
}

export const deployment: Entity<Deployment, DeploymentEvent> = {
  category: 'deployment',
  initialState: { status: 'UNKNOWN' },
  evolve,
};
