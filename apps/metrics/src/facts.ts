import {
  DeploymentApproved,
  DeploymentApprovalInvalidated,
  DeploymentCancelled,
  DeploymentFailed,
  DeploymentProgressed,
  DeploymentRequested,
  DeploymentRolledBack,
  DeploymentStarted,
  DeploymentSucceeded,
  ExternalFactAccepted,
  type EventOf,
  type Known,
  RollbackTriggered,
} from '#events';
import { type Cdevent, factsOfCdevent } from './cdevents.js';
import type { DeploymentFact, Fact } from './fact.js';

/** The events that say something about delivery. */
export const deliveryEvents = [
  DeploymentRequested,
  DeploymentApprovalInvalidated,
  DeploymentApproved,
  DeploymentStarted,
  DeploymentProgressed,
  DeploymentSucceeded,
  DeploymentFailed,
  RollbackTriggered,
  DeploymentRolledBack,
  DeploymentCancelled,
  ExternalFactAccepted,
] as const;
export type DeliveryEvent = EventOf<(typeof deliveryEvents)[number]>;

/** What one event says about delivery. */
export function factsOf(event: Known & DeliveryEvent): Fact[] {
  const { type, data, id, recordedAt, occurredAt } = event;
  if (type === 'ExternalFactAccepted')
    return factsOfCdevent(datedBy(occurredAt, data.cdevent as unknown as Cdevent), recordedAt, {
      eventId: id,
    });
  const of = { id, recordedAt, at: occurredAt, deploymentId: data.deploymentId };
  switch (type) {
    case 'DeploymentRequested':
    case 'DeploymentApprovalInvalidated':
      return requested(of, data);
    case 'DeploymentApproved':
      return [{ ...of, kind: 'deploymentApproved' }];
    case 'DeploymentStarted':
      return [{ ...of, at: data.startedAt, kind: 'deploymentStarted' }];
    case 'DeploymentProgressed':
      return progressed(of, data);
    case 'DeploymentSucceeded':
      return [{ ...of, at: data.liveAt, kind: 'deploymentSucceeded' }];
    case 'DeploymentFailed':
      return [{ ...of, at: data.failedAt, kind: 'deploymentFailed', effect: data.applied }];
    case 'RollbackTriggered':
      return [{ ...of, at: data.triggeredAt, kind: 'failureDetected' }];
    case 'DeploymentRolledBack':
      return [rolledBack(of, data)];
    case 'DeploymentCancelled':
      return [{ ...of, kind: 'deploymentCancelled' }];
  }
}

/** Its time as it was read on arrival, where leap seconds and small letters are taken too. */
function datedBy(timestamp: string, event: Cdevent): Cdevent {
  return { ...event, context: { ...event.context, timestamp } };
}

type Of = Pick<DeploymentFact, 'id' | 'recordedAt' | 'at' | 'deploymentId'>;

function requested(of: Of, { plan, planHash }: EventOf<typeof DeploymentRequested>['data']): Fact[] {
  const details = {
    environment: plan.environment,
    production: plan.environmentClass === 'PROD',
    deploymentKind: plan.kind,
    planDigest: planHash,
    strategy: plan.strategy,
    ...(plan.configuration && { configDigest: plan.configuration }),
    ...(plan.remediates && { remediates: [plan.remediates] }),
  };
  return plan.artifacts.flatMap(({ service, digest, version, commits }): Fact[] => [
    {
      ...of,
      ...details,
      kind: 'deploymentRequested',
      service,
      artifacts: [digest],
      ...(version && { version }),
    },
    {
      id: of.id,
      at: of.at,
      recordedAt: of.recordedAt,
      kind: 'artifactPackaged',
      service,
      artifact: digest,
      ...(commits && { commits: commits.map((commit) => commit.id) }),
    },
  ]);
}

function progressed(
  of: Of,
  { status, trafficPercent }: EventOf<typeof DeploymentProgressed>['data'],
): Fact[] {
  if (status !== 'applied' && status !== 'verified' && !trafficPercent) return [];
  return [{ ...of, kind: 'deploymentExposed', ...(trafficPercent !== undefined && { trafficPercent }) }];
}

function rolledBack(of: Of, data: EventOf<typeof DeploymentRolledBack>['data']): Fact {
  const { restoredAt, automatic, highestTrafficPercent: trafficPercent } = data;
  return { ...of, at: restoredAt, kind: 'deploymentRolledBack', automatic, trafficPercent };
}
