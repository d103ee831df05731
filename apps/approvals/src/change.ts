import {
  ChangeBackedOut,
  ChangeCancelled,
  type changeEvents,
  ChangeFailed,
  ChangeImplemented,
  type ApprovalRequested,
  type ApprovalVoteCast,
  type ChangeRequested,
  type ChangeRiskAssessed,
  type Decision,
  type Entity,
  type EventOf,
  type Recorded,
  type SodViolationBlocked,
} from '#events';

export type ChangeEvent = EventOf<(typeof changeEvents)[number]>;
export type Decide = Decision<Change, ChangeEvent>;
export type Opened = EventOf<typeof ApprovalRequested>['data'];
export type Cast = EventOf<typeof ApprovalVoteCast>['data'] & { readonly at: string };

/** Where the present round of approval stands. */
export type ApprovalStatus = 'PENDING' | 'GRANTED' | 'REJECTED' | 'EXPIRED' | 'SUPERSEDED';
/** Where the change stands, as far as it follows its deployment. */
export type Outcome = 'IMPLEMENTED' | 'FAILED' | 'BACKED_OUT' | 'CANCELLED';

/** A change: the plan it is about, its present round of approval, and what came of it. */
export interface Known {
  readonly status: ApprovalStatus;
  readonly request: EventOf<typeof ChangeRequested>['data'];
  readonly round?: Opened & { readonly openedAt: string };
  readonly votes: readonly Cast[];
  readonly risk?: EventOf<typeof ChangeRiskAssessed>['data'];
  readonly outcome?: Outcome;
  readonly refusal?: EventOf<typeof SodViolationBlocked>['data'];
}
export type Change = Known | { readonly status: 'UNKNOWN' };

/** What came of the deployment is what came of the change. */
export function conclude(outcome: Outcome, reason = ''): Decide {
  return (change) => {
    if (change.status === 'UNKNOWN' || change.outcome === outcome) return [];
    const { changeId, deploymentId } = change.request;
    const of = { changeId, deploymentId };
    switch (outcome) {
      case 'IMPLEMENTED':
        return [ChangeImplemented(of)];
      case 'FAILED':
        return [ChangeFailed({ ...of, reason })];
      case 'BACKED_OUT':
        return [ChangeBackedOut(of)];
      case 'CANCELLED':
        return [ChangeCancelled({ ...of, reason })];
    }
  };
}

function evolve(before: Change, { type, data }: ChangeEvent, recordedAt: string): Change {
  if (type === 'ChangeRequested') return { status: 'PENDING', request: data, votes: [] };
  if (before.status === 'UNKNOWN') return before;
  switch (type) {
    case 'ChangeRiskAssessed':
      return { ...before, risk: data };
    case 'ApprovalRequested':
      return {
        ...before,
        status: 'PENDING',
        round: { ...data, openedAt: recordedAt },
        votes: [],
        outcome: undefined,
      };
    case 'ApprovalVoteCast':
      return { ...before, votes: [...before.votes, { ...data, at: recordedAt }], refusal: undefined };
    case 'SodViolationBlocked':
      return { ...before, refusal: data };
    case 'ApprovalGranted':
      return { ...before, status: 'GRANTED' };
    case 'ApprovalRejected':
      return { ...before, status: 'REJECTED' };
    case 'ApprovalExpired':
      return { ...before, status: 'EXPIRED' };
    case 'ApprovalSuperseded':
      return { ...before, status: 'SUPERSEDED' };
    case 'ChangeImplemented':
      return { ...before, outcome: 'IMPLEMENTED' };
    case 'ChangeFailed':
      return { ...before, outcome: 'FAILED' };
    case 'ChangeBackedOut':
      return { ...before, outcome: 'BACKED_OUT' };
    case 'ChangeCancelled':
      return { ...before, outcome: 'CANCELLED' };
  }
}

export const change: Entity<Change, ChangeEvent> = {
  category: 'change',
  initialState: { status: 'UNKNOWN' },
  evolve: (before, event) => evolve(before, event, (event as Partial<Recorded>).recordedAt ?? ''),
};
