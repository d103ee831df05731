import {
  ApprovalExpired,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalRequested,
  type CommandContext,
  type Database,
  DeploymentCancelled,
  DeploymentFailed,
  DeploymentRejected,
  DeploymentRolledBack,
  DeploymentStartMissed,
  DeploymentSucceeded,
  type Due,
  type EventStore,
  execute,
  load,
  type Reaction,
} from '#events';
import { approve, awaitApproval, deployment, endWithoutApproval } from './deployment.js';
import { missStart } from './start.js';
import { releaseAll, takeSlot } from './scheduling.js';

/** What approvals decided, carried over to the deployment; an approved one takes its slot at once. */
export const approvals = (store: EventStore, db: Database): Reaction => ({
  name: 'scheduler-approvals',
  on: [ApprovalRequested, ApprovalGranted, ApprovalRejected, ApprovalExpired],
  async react({ type, data, recordedAt }, context) {
    switch (type) {
      case 'ApprovalRequested':
        return execute(store, deployment, data.deploymentId, awaitApproval(data), context);
      case 'ApprovalGranted':
        await execute(store, deployment, data.deploymentId, approve(data), context);
        return takeSlot(store, db, data.deploymentId, next(context), new Date(recordedAt));
      case 'ApprovalRejected':
        return execute(
          store,
          deployment,
          data.deploymentId,
          endWithoutApproval(data.planHash, data.reason),
          context,
        );
      case 'ApprovalExpired':
        return execute(
          store,
          deployment,
          data.deploymentId,
          endWithoutApproval(data.planHash, 'expired'),
          context,
        );
    }
  },
});

/** A deployment that is over, or missed its start, gives its places back. */
export const releases = (store: EventStore): Reaction => ({
  name: 'scheduler-releases',
  on: [
    DeploymentSucceeded,
    DeploymentFailed,
    DeploymentRolledBack,
    DeploymentCancelled,
    DeploymentRejected,
    DeploymentStartMissed,
  ],
  async react({ type, data }, context) {
    const { state } = await load(store, deployment, (data as { deploymentId: string }).deploymentId);
    if (state.status !== 'UNKNOWN') await releaseAll(store, state, type, context);
  },
});

/** The second command of one event has an id of its own. */
const next = (context: CommandContext): CommandContext => ({
  ...context,
  commandId: `${context.commandId}:slot`,
});

/** What happens when a deadline comes. */
export const fire =
  (store: EventStore) =>
  async ({ id, command, data, now, dueAt }: Due): Promise<void> => {
    const deploymentId = data['deploymentId']!;
    const context: CommandContext = {
      actor: { id: 'slipway:timer', kind: 'service', roles: [] },
      commandId: `timer:${id}:${dueAt.toISOString()}`,
    };
    if (command === 'miss-start')
      return void (await execute(store, deployment, deploymentId, missStart(now), context));
    const { state } = await load(store, deployment, deploymentId);
    if (state.status === 'REQUESTED' || state.status === 'AWAITING_APPROVAL')
      await releaseAll(store, state, 'not approved again in time', context);
  };
