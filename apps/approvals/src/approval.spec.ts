import {
  ApprovalExpired,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalSuperseded,
  ApprovalVoteCast,
  ChangeBackedOut,
  ChangeImplemented,
} from '#events';
import { given } from '#events/spec';
import { describe, expect, test } from 'vitest';
import { type Ask, expire, open, type Voice, vote } from './approval.js';
import { change, type Change, type ChangeEvent, conclude } from './change.js';
import { assess } from './risk.js';

const NOW = new Date('2027-01-10T12:00:00Z');
const of = { changeId: 'd1', deploymentId: 'd1', planHash: 'h1' };
const ask = (planHash = 'h1', more: Partial<Ask> = {}): Ask => ({
  deploymentId: 'd1',
  planHash,
  services: ['ledger'],
  environment: 'production',
  environmentClass: 'PROD',
  reason: 'release',
  requestedBy: 'ana',
  authors: ['carl'],
  ...more,
});
const risk = assess({});
/** Facts as the log gives them back: with the time of recording, which opens a round. */
const recorded = (events: readonly ChangeEvent[]): ChangeEvent[] =>
  events.map((event) => ({ ...event, recordedAt: NOW.toISOString() }));
const after = (...events: readonly ChangeEvent[]): Change =>
  events.reduce(change.evolve, change.initialState);
const opened = recorded(open(ask(), risk, NOW)(change.initialState));
const voice = (person: string, more: Partial<Voice> = {}): Voice => ({
  person,
  planHash: 'h1',
  vote: 'approve',
  ...more,
});
const granted = [
  ApprovalVoteCast({ ...of, person: 'ben', vote: 'approve' }),
  ApprovalGranted({ ...of, approvers: ['ben'] }),
];

describe('a round of approval', () => {
  test('opens with the change, scored, bound to the plan, for 72 hours', () => {
    expect(opened).toMatchObject([
      { type: 'ChangeRequested', data: { changeType: 'NORMAL', requestedBy: 'ana' } },
      { type: 'ChangeRiskAssessed', data: { planHash: 'h1', score: risk.score, band: risk.band } },
      {
        type: 'ApprovalRequested',
        data: { planHash: 'h1', quorum: 1, expiresAt: '2027-01-13T12:00:00.000Z' },
      },
    ]);
    given(change, ...opened)
      .when(open(ask(), risk, NOW))
      .doesNothing();
  });

  test('is granted by one person who neither asked nor wrote', () =>
    given(change, ...opened)
      .when(vote(voice('ben'), NOW))
      .emits(...granted));

  test('takes the same vote twice without noticing, and none after it is decided', () => {
    given(change, ...opened, ...granted)
      .when(vote(voice('ben'), NOW))
      .doesNothing();
    given(change, ...opened, ...recorded(granted))
      .when(vote(voice('dora'), NOW))
      .isRejected('APPROVAL_DECIDED');
  });

  test.each([
    ['ana', 'SOD_REQUESTER_APPROVER'],
    ['carl', 'SOD_AUTHOR_APPROVER'],
  ])('records that %s may not approve, and says %s', (person, code) => {
    const blocked = vote(voice(person), NOW)(after(...opened));
    expect(blocked).toMatchObject([
      { type: 'SodViolationBlocked', data: { person, action: 'vote', violations: [{ code }] } },
    ]);
    given(change, ...opened, ...blocked)
      .when(vote(voice(person), NOW))
      .isRejected(code);
  });

  test('takes no vote on another plan than its own', () =>
    given(change, ...opened)
      .when(vote(voice('ben', { planHash: 'h0' }), NOW))
      .isRejected('APPROVAL_SUPERSEDED'));

  test('is rejected by a rejection, which needs a reason', () => {
    given(change, ...opened)
      .when(vote(voice('ben', { vote: 'reject' }), NOW))
      .isRejected('COMMENT_REQUIRED');
    const no = { vote: 'reject', comment: 'not on a Friday' } as const;
    const events = vote(voice('ben', no), NOW)(after(...opened));
    expect(events.map(({ type }) => type)).toContain('ApprovalVoteCast');
    expect(events.map(({ type }) => type)).not.toContain('ApprovalGranted');
  });

  test('expires unanswered, once; LIB-06 S2: a grant and an expiry have one winner', () => {
    const expired = ApprovalExpired({ ...of, lateBySeconds: 7 });
    given(change, ...opened)
      .when(expire('h1', 7))
      .emits(expired);
    given(change, ...opened, expired)
      .when(expire('h1', 7))
      .doesNothing();
    given(change, ...opened, ...granted)
      .when(expire('h1', 7))
      .doesNothing();
    given(change, ...opened)
      .when(expire('h0', 7))
      .doesNothing();
  });

  test('takes no vote when its time is up, even before the timer has fired', () =>
    given(change, ...opened)
      .when(vote(voice('ben'), new Date('2027-01-13T12:00:00.000Z')))
      .isRejected('APPROVAL_EXPIRED'));

  test('APR-04 S2: is superseded by another plan, granted or not', () => {
    for (const history of [opened, [...opened, ...granted]]) {
      const events = open(ask('h2'), risk, NOW)(after(...history));
      expect(events[0]).toEqual(ApprovalSuperseded({ ...of, by: 'h2' }));
      expect(events.map(({ type }) => type).slice(1)).toEqual(['ChangeRiskAssessed', 'ApprovalRequested']);
    }
  });

  test('bars whoever asked for an earlier plan of the change', () => {
    const changed = recorded(open(ask('h2', { requestedBy: 'eve' }), risk, NOW)(after(...opened)));
    const events = vote(voice('ana', { planHash: 'h2' }), NOW)(after(...opened, ...changed));
    expect(events).toMatchObject([
      { type: 'SodViolationBlocked', data: { violations: [{ code: 'SOD_AUTHOR_APPROVER' }] } },
    ]);
  });

  test('is not there to vote on before it was asked for', () =>
    given(change)
      .when(vote(voice('ben'), NOW))
      .isRejected('NOT_FOUND'));
});

describe('a change', () => {
  test('has the outcome of its deployment, once', () => {
    const done = { changeId: 'd1', deploymentId: 'd1' };
    given(change, ...opened)
      .when(conclude('IMPLEMENTED'))
      .emits(ChangeImplemented(done));
    given(change, ...opened, ChangeImplemented(done))
      .when(conclude('IMPLEMENTED'))
      .doesNothing();
    given(change, ...opened, ChangeImplemented(done))
      .when(conclude('BACKED_OUT'))
      .emits(ChangeBackedOut(done));
    given(change).when(conclude('FAILED', 'disk')).doesNothing();
  });

  test('ends when its approval is refused', () =>
    expect(after(...opened, ApprovalRejected({ ...of, reason: 'VETO' }))).toMatchObject({
      status: 'REJECTED',
    }));
});
