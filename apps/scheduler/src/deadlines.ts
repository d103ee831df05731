import {
  DeploymentApprovalInvalidated,
  DeploymentCancelled,
  DeploymentScheduled,
  DeploymentStarted,
  DeploymentStartMissed,
  type EventOf,
  type Projection,
  type TimerRow,
} from '#events';

const events = [
  DeploymentScheduled,
  DeploymentApprovalInvalidated,
  DeploymentStarted,
  DeploymentStartMissed,
  DeploymentCancelled,
] as const;

/** How long a slot stays held for a plan that must be approved again (`holdTtl`, section 5 of the specification). */
const HOLD_HOURS = 24;

/** The one deadline a deployment has: to start before its grace ends, or to be approved again while its slot is held. */
export const deadlines: Projection<TimerRow, EventOf<(typeof events)[number]>> = {
  table: 'timer',
  from: events,
  id: ({ data }) => `deployment:${data.deploymentId}`,
  evolve(_, { type, data, recordedAt }) {
    const { deploymentId } = data;
    const timer = { id: `deployment:${deploymentId}`, data: { deploymentId }, fired_at: null };
    switch (type) {
      case 'DeploymentScheduled':
        return { ...timer, due_at: data.graceUntil, command: 'miss-start' };
      case 'DeploymentApprovalInvalidated':
        return { ...timer, due_at: hoursAfter(recordedAt, HOLD_HOURS), command: 'release-hold' };
      case 'DeploymentStarted':
      case 'DeploymentStartMissed':
      case 'DeploymentCancelled':
        return undefined;
    }
  },
};

const hoursAfter = (instant: string, hours: number) =>
  new Date(Date.parse(instant) + hours * 3_600_000).toISOString();
