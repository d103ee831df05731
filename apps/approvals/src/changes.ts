import { changeEvents, type KnownEvent, type Projection } from '#events';
import type { ApprovalStatus, ChangeEvent, Outcome } from './change.js';

/** A change as lists and the inbox show it. */
export interface ChangeRow {
  readonly id: string;
  readonly deployment_id: string;
  readonly change_type: string;
  readonly approval: ApprovalStatus;
  readonly plan_hash: string | null;
  readonly services: readonly string[];
  readonly environment: string;
  readonly environment_class: string | null;
  readonly requested_by: string;
  readonly score: number | null;
  readonly band: string | null;
  readonly expires_at: string | null;
  readonly votes: number;
  readonly quorum: number | null;
  readonly outcome: Outcome | null;
  readonly outcome_at: string | null;
  readonly revision: number;
  readonly position: number;
  readonly updated_at: string;
}

const APPROVAL: Partial<Record<ChangeEvent['type'], ApprovalStatus>> = {
  ApprovalGranted: 'GRANTED',
  ApprovalRejected: 'REJECTED',
  ApprovalExpired: 'EXPIRED',
  ApprovalSuperseded: 'SUPERSEDED',
};
const OUTCOME: Partial<Record<ChangeEvent['type'], Outcome>> = {
  ChangeImplemented: 'IMPLEMENTED',
  ChangeFailed: 'FAILED',
  ChangeBackedOut: 'BACKED_OUT',
  ChangeCancelled: 'CANCELLED',
};

export const changes: Projection<ChangeRow, ChangeEvent & KnownEvent> = {
  table: 'change',
  from: changeEvents,
  id: ({ data }) => data.changeId,
  evolve(before, { type, data, revision, position, recordedAt: updated_at }) {
    const at = { revision, position, updated_at };
    if (type === 'ChangeRequested')
      return {
        id: data.changeId,
        deployment_id: data.deploymentId,
        change_type: data.changeType,
        approval: 'PENDING',
        plan_hash: null,
        services: data.services,
        environment: data.environment,
        environment_class: null,
        requested_by: data.requestedBy,
        score: null,
        band: null,
        expires_at: null,
        votes: 0,
        quorum: null,
        outcome: null,
        outcome_at: null,
        ...at,
      };
    if (before === undefined) return undefined;
    if (type === 'ApprovalRequested') {
      const { planHash: plan_hash, environmentClass: environment_class, expiresAt: expires_at } = data;
      const { quorum, score, band, requestedBy: requested_by } = data;
      const round = { plan_hash, environment_class, expires_at, quorum, score, band, requested_by, votes: 0 };
      return { ...before, approval: 'PENDING', ...round, ...at };
    }
    const votes = before.votes + (type === 'ApprovalVoteCast' ? 1 : 0);
    const approval = APPROVAL[type] ?? before.approval;
    const outcome = OUTCOME[type];
    return { ...before, votes, approval, ...(outcome && { outcome, outcome_at: updated_at }), ...at };
  },
};
