import { deploymentEvents, type KnownEvent, type Projection } from '#events';
import type { DeploymentEvent, Status } from './deployment.js';

/** What a deployment is and where it stands, for lists and the calendar. */
export interface DeploymentRow {
  readonly id: string;
  readonly status: Status;
  readonly services: readonly string[];
  readonly environment: string;
  readonly environment_class: string;
  readonly kind: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly plan_hash: string;
  readonly requested_by: string;
  readonly change_id: string | null;
  readonly score: number | null;
  readonly band: string | null;
  /** Whether it holds a place in the calendar. */
  readonly scheduled: boolean;
  readonly revision: number;
  readonly position: number;
  readonly updated_at: string;
}

const STATUS: Partial<Record<DeploymentEvent['type'], Status>> = {
  DeploymentRejected: 'REJECTED',
  DeploymentExpired: 'EXPIRED',
  DeploymentApproved: 'APPROVED',
  DeploymentScheduled: 'SCHEDULED',
  DeploymentStartMissed: 'APPROVED',
  DeploymentStarted: 'IN_PROGRESS',
  DeploymentSucceeded: 'SUCCEEDED',
  DeploymentFailed: 'FAILED',
  RollbackTriggered: 'ROLLING_BACK',
  DeploymentRolledBack: 'ROLLED_BACK',
  DeploymentCancelled: 'CANCELLED',
};

/** Those that take up a place: from the reservation until the end of the work. */
const OCCUPYING: readonly Status[] = ['SCHEDULED', 'IN_PROGRESS', 'ROLLING_BACK'];

export const deployments: Projection<DeploymentRow, DeploymentEvent & KnownEvent> = {
  table: 'deployment',
  from: deploymentEvents,
  id: ({ data }) => data.deploymentId,
  evolve(before, event) {
    const { type, data, revision, position, recordedAt: updated_at } = event;
    const at = { revision, position, updated_at };
    if (type === 'DeploymentRequested' || type === 'DeploymentApprovalInvalidated') {
      const { plan } = data;
      return {
        id: data.deploymentId,
        status: 'REQUESTED',
        services: plan.services,
        environment: plan.environment,
        environment_class: plan.environmentClass,
        kind: plan.kind,
        starts_at: plan.start,
        ends_at: plan.end,
        plan_hash: data.planHash,
        requested_by: data.requestedBy,
        change_id: before?.change_id ?? null,
        score: null,
        band: null,
        scheduled: false,
        ...at,
      };
    }
    if (before === undefined) return undefined;
    if (type === 'DeploymentAwaitingApproval') {
      const { changeId: change_id, score, band } = data;
      return { ...before, status: 'AWAITING_APPROVAL', change_id, score, band, ...at };
    }
    const status = STATUS[type] ?? before.status;
    return { ...before, status, scheduled: OCCUPYING.includes(status), ...at };
  },
};
