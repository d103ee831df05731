import { describe, expect, test } from 'vitest';
import type { Act } from './duties.js';
import { decide, type Round, singleApproval, type Vote } from './quorum.js';
import { checkStart, type StartQuestion, validUntil } from './startCheck.js';

const planHash = `sha256:${'1'.repeat(64)}`;
const vote = (account: string, more: Partial<Vote> = {}): Vote => ({
  account,
  decision: 'approve',
  planHash,
  at: '2027-03-01T10:00:00Z',
  ...more,
});
const round = (acts: Act[], more: Partial<Round['duties']> = {}, directory = {}): Round => ({
  rule: singleApproval(),
  planHash,
  openedAt: '2027-03-01T09:00:00Z',
  expiresAt: '2027-03-04T09:00:00Z',
  electorate: { groups: { approver: { members: ['a.silva', 'ben'] } }, directory },
  duties: { environmentClass: 'PROD', tier: 1, regulated: true, acts, ...more },
});
const start = (given: Partial<StartQuestion>) =>
  checkStart({
    round: round([]),
    votes: [vote('ben')],
    operator: 'omar',
    planHash,
    at: '2027-03-01T12:00:00Z',
    ...given,
  });
const codes = (given: Partial<StartQuestion>) => start(given).map(({ code }) => code);

test('a granted plan starts', () => expect(codes({})).toEqual([]));

test('a plan without approval does not', () =>
  expect(codes({ votes: [] })).toEqual(['APPROVAL_NOT_GRANTED']));

describe('APR-07 S2: Ben approved and Ben starts', () => {
  test('in PROD it is refused', () => expect(codes({ operator: 'ben' })).toEqual(['SOD_APPROVER_OPERATOR']));
  test('in TEST it is allowed', () =>
    expect(codes({ operator: 'ben', round: round([], { environmentClass: 'TEST' }) })).toEqual([]));
});

test('APR-07 S3: a merge after the approval revokes it and the start is refused', () => {
  const acts: Act[] = [{ duty: 'author', account: 'ana', evidence: 'commit c1' }];
  const votes = [vote('a.silva')];
  expect(codes({ round: round(acts), votes })).toEqual([]);
  const merged = round(acts, {}, { merged: [['ana', 'a.silva']] });
  expect(codes({ round: merged, votes })).toEqual(['APPROVAL_NOT_GRANTED', 'SOD_AUTHOR_APPROVER']);
});

test('whoever lent or used a right approved, and does not operate', () => {
  const lent = round([]);
  lent.electorate.delegations = [{ from: 'ben', to: 'dee', start: lent.openedAt, end: lent.expiresAt }];
  const votes = [vote('dee', { onBehalfOf: 'ben' })];
  for (const operator of ['ben', 'dee'])
    expect(codes({ round: lent, votes, operator })).toEqual(['SOD_APPROVER_OPERATOR']);
  expect(codes({ round: lent, votes })).toEqual([]);
});

describe('conditions (APR-04.4)', () => {
  const votes = [vote('ben', { decision: 'approve-with-conditions', comment: 'watch the queue' })];

  test('must be satisfied before the start', () => {
    expect(codes({ votes })).toEqual(['APPROVAL_CONDITION_OPEN']);
    expect(codes({ votes, satisfiedConditions: ['approval/ben'] })).toEqual([]);
  });
});

describe('validity (APR-04.3)', () => {
  const granted = decide(round([]), [vote('ben')], new Date('2027-03-01T12:00:00Z'));

  test('is 14 days at most', () => {
    expect(validUntil(round([]), granted)).toEqual(new Date('2027-03-15T10:00:00Z'));
    expect(codes({ at: '2027-03-15T09:59:59.999Z' })).toEqual([]);
    expect(codes({ at: '2027-03-15T10:00:00.000Z' })).toEqual(['APPROVAL_LAPSED']);
  });

  test('ends with the schedule', () => {
    const scheduledEnd = '2027-03-02T22:00:00Z';
    expect(validUntil(round([]), granted, scheduledEnd)).toEqual(new Date(scheduledEnd));
    expect(codes({ at: '2027-03-02T21:59:59Z', scheduledEnd })).toEqual([]);
    expect(codes({ at: scheduledEnd, scheduledEnd })).toEqual(['APPROVAL_LAPSED']);
    expect(validUntil(round([]), granted, '2028-01-01T00:00:00Z')).toEqual(new Date('2027-03-15T10:00:00Z'));
  });

  test('is nothing where nothing was granted', () => {
    expect(validUntil(round([]), { state: 'PENDING', decidedAt: null })).toBeNull();
    expect(validUntil(round([]), { state: 'REJECTED', decidedAt: granted.decidedAt })).toBeNull();
    expect(validUntil(round([]), { state: 'GRANTED', decidedAt: null })).toBeNull();
    expect(validUntil({ rule: null }, granted)).toBeNull();
  });
});

test('all reasons are given at once', () => {
  expect(
    codes({
      votes: [],
      planHash: 'other',
      operator: 'rita',
      round: round([{ duty: 'requester', account: 'rita', evidence: 'request' }]),
    }),
  ).toEqual(['APPROVAL_NOT_GRANTED', 'APPROVAL_SUPERSEDED', 'SOD_REQUESTER_OPERATOR']);
});

describe('a refused start tells', () => {
  const conditions = [vote('ben', { decision: 'approve-with-conditions', comment: 'watch the queue' })];

  test.each<[string, Partial<StartQuestion>, string, string, string]>([
    [
      'how far the approval is',
      { votes: [] },
      'APPROVAL_NOT_GRANTED',
      'The approval is PENDING (VOTES_MISSING); it must be GRANTED.',
      'SCH-01.3',
    ],
    [
      'which plan was approved',
      { planHash: 'plan 2' },
      'APPROVAL_SUPERSEDED',
      `What was approved is ${planHash}, not plan 2. Ask for approval of the plan as it is now.`,
      'APR-04.3',
    ],
    [
      'when the approval expired',
      { scheduledEnd: '2027-03-01T12:30:00+01:00' },
      'APPROVAL_LAPSED',
      'The approval expired at 2027-03-01T11:30:00.000Z. Ask for a new one.',
      'APR-04.3',
    ],
    [
      'which condition is open',
      { votes: conditions, satisfiedConditions: ['approval/ana'] },
      'APPROVAL_CONDITION_OPEN',
      'Condition approval/ben is not satisfied: watch the queue',
      'APR-04.4',
    ],
  ])('%s', (_, given, code, message, ref) => expect(start(given)).toEqual([{ code, message, ref }]));

  test('which field does not fit', () =>
    expect(() => start({ at: 'noon' })).toThrow(
      expect.objectContaining({
        violations: [{ code: 'INVALID_INPUT', message: 'at: Invalid ISO datetime.', ref: 'SCH-01.3' }],
      }),
    ));
});
