import { describe, expect, test } from 'vitest';
import { type ApprovalState, decide, type Round, stricter, type Vote } from './quorum.js';

const minute = (n: number) => new Date(Date.UTC(2027, 2, 1, 9, n)).toISOString();
const group = (...members: string[]) => ({ members });
const round = (steps: NonNullable<Round['rule']>['steps'], more: Partial<Round> = {}): Round => ({
  rule: { id: 'r', version: '1', steps },
  planHash: 'plan 1',
  openedAt: minute(0),
  expiresAt: minute(50),
  electorate: { groups: { team: group('ana', 'ben'), board: group('cleo') } },
  duties: { environmentClass: 'PROD', tier: 2, regulated: false, acts: [] },
  ...more,
});
const vote = (account: string, more: Partial<Vote> = {}): Vote => ({
  account,
  decision: 'approve',
  comment: 'because',
  planHash: 'plan 1',
  at: minute(10),
  ...more,
});
const team = { name: 'team', groups: ['team'], quorum: 2 };
const board = { name: 'board', groups: ['board'], quorum: 1 };
const staged = [
  { ...team, stage: 1 },
  { ...board, stage: 2 },
];

describe('a decision', () => {
  test('without a rule grants nothing, and says so', () => {
    expect(decide(round([team], { rule: null }), [], new Date(minute(20)))).toEqual({
      state: 'REJECTED',
      reason: 'APPROVAL_RULE_MISSING',
      decidedAt: null,
      planHash: 'plan 1',
      steps: [],
      approvers: [],
      conditions: [],
      refusals: [],
    });
  });

  test('says of every step how far it is, and what it waits for', () => {
    const told = (votes: Vote[]) =>
      decide(round(staged), votes, new Date(minute(20))).steps.map(({ state, reason }) => [state, reason]);
    expect(told([])).toEqual([
      ['OPEN', 'Needs 2 more.'],
      ['WAITING', 'An earlier stage is not complete.'],
    ]);
    expect(told([vote('ana', { step: 'team' })])[0]).toEqual(['OPEN', 'Needs 1 more.']);
    expect(told([vote('ana', { step: 'team' }), vote('ben', { step: 'team' })])).toEqual([
      ['COMPLETE', 'Enough persons approved.'],
      ['OPEN', 'Needs 1 more.'],
    ]);
  });

  test('waits until it is overdue or expired, to the millisecond', () => {
    const state = (at: string, due: Record<string, string>) => {
      const { state, reason, decidedAt } = decide(round(staged, { due }), [], new Date(at));
      return [state, reason, decidedAt];
    };
    const late = { team: minute(30) };
    expect(state('2027-03-01T09:29:59.999Z', late)).toEqual(['PENDING', 'VOTES_MISSING', null]);
    expect(state(minute(30), late)).toEqual(['ESCALATED', 'STEP_OVERDUE', null]);
    expect(state(minute(30), {})).toEqual(['PENDING', 'VOTES_MISSING', null]);
    expect(state(minute(30), { board: minute(20) })).toEqual(['PENDING', 'VOTES_MISSING', null]);
    expect(state('2027-03-01T09:49:59.999Z', late)).toEqual(['ESCALATED', 'STEP_OVERDUE', null]);
    expect(state(minute(50), late)).toEqual(['EXPIRED', 'SILENCE', minute(50)]);
  });

  test('of two, the stricter decides, and the first of equal ones', () => {
    const pending = decide(round([team]), [], new Date(minute(20)));
    const states: ApprovalState[] = ['GRANTED', 'PENDING', 'ESCALATED', 'EXPIRED', 'REJECTED'];
    for (const [i, mild] of states.entries())
      for (const strict of states.slice(i)) {
        const [one, other] = [
          { ...pending, state: mild },
          { ...pending, state: strict },
        ];
        expect(stricter(one, other)).toBe(mild === strict ? one : other);
        expect(stricter(other, one)).toBe(other);
      }
  });
});
