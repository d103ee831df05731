import {
  type CommandContext,
  type Database,
  DeploymentApprovalInvalidated,
  DeploymentCancelled,
  DeploymentFailed,
  DeploymentRequested,
  DeploymentRolledBack,
  DeploymentSucceeded,
  type Due,
  type EventOf,
  type EventStore,
  execute,
  type Reaction,
} from '#events';
import { type Ask, expire, open } from './approval.js';
import { change, conclude } from './change.js';
import { riskOf } from './changeRisk.js';

/** A deployment was asked for, or changed: its change is opened, scored and put to approval. */
export const requests = (store: EventStore, db: Database): Reaction => ({
  name: 'approvals-requests',
  on: [DeploymentRequested, DeploymentApprovalInvalidated],
  async react({ type, data, recordedAt }, context) {
    if (type !== 'DeploymentRequested' && type !== 'DeploymentApprovalInvalidated') return;
    const now = new Date(recordedAt);
    const risk = await riskOf(db, data.plan, now);
    await execute(store, change, data.deploymentId, open(askOf(data), risk, now), context);
  },
});

function askOf({
  deploymentId,
  planHash,
  plan,
  requestedBy,
  authors,
}: EventOf<typeof DeploymentRequested>['data']): Ask {
  const { services, environment, environmentClass, reason } = plan;
  return { deploymentId, planHash, services, environment, environmentClass, reason, requestedBy, authors };
}

/** What came of the deployment is written into its change. */
export const outcomes = (store: EventStore): Reaction => ({
  name: 'approvals-outcomes',
  on: [DeploymentSucceeded, DeploymentFailed, DeploymentRolledBack, DeploymentCancelled],
  async react({ type, data }, context) {
    switch (type) {
      case 'DeploymentSucceeded':
        return execute(store, change, data.deploymentId, conclude('IMPLEMENTED'), context);
      case 'DeploymentFailed':
        return execute(store, change, data.deploymentId, conclude('FAILED', data.reason), context);
      case 'DeploymentRolledBack':
        return execute(store, change, data.deploymentId, conclude('BACKED_OUT'), context);
      case 'DeploymentCancelled':
        return execute(store, change, data.deploymentId, conclude('CANCELLED', data.reason), context);
    }
  },
});

/** What happens when a round's time is up. */
export const fire =
  (store: EventStore) =>
  async ({ id, data, dueAt, lateBySeconds }: Due): Promise<void> => {
    const context: CommandContext = {
      actor: { id: 'slipway:timer', kind: 'service', roles: [] },
      commandId: `timer:${id}:${dueAt.toISOString()}`,
    };
    await execute(store, change, data['changeId']!, expire(data['planHash']!, lateBySeconds), context);
  };
