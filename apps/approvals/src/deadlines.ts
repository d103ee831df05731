import {
  ApprovalExpired,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalRequested,
  ChangeCancelled,
  type EventOf,
  type Projection,
  type TimerRow,
} from '#events';

const events = [
  ApprovalRequested,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalExpired,
  ChangeCancelled,
] as const;

/** The one deadline a change has: its round of approval expires unless it is decided before. */
export const deadlines: Projection<TimerRow, EventOf<(typeof events)[number]>> = {
  table: 'timer',
  from: events,
  id: ({ data }) => `change:${data.changeId}`,
  evolve(_, { type, data }) {
    if (type !== 'ApprovalRequested') return undefined;
    const { changeId, planHash, expiresAt } = data;
    return {
      id: `change:${changeId}`,
      due_at: expiresAt,
      command: 'expire-approval',
      data: { changeId, planHash },
      fired_at: null,
    };
  },
};
