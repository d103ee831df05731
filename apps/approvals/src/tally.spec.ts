import { describe, expect, test } from 'vitest';
import { type ApprovalRule, decide, type Round, type Vote } from './quorum.js';

const minute = (n: number) => new Date(Date.UTC(2027, 2, 1, 9, n)).toISOString();
type Step = ApprovalRule['steps'][number];
const step = (name: string, more: Partial<Step> = {}): Step => ({ name, groups: [name], quorum: 1, ...more });
const lend = (from: string, to: string, steps?: string[], end = 50) => ({
  from,
  to,
  start: minute(0),
  end: minute(end),
  ...(steps && { steps }),
});
type Lending = ReturnType<typeof lend>;
const round = (of: Record<string, string[]>, steps: Step[], delegations: Lending[] = []): Round => ({
  rule: { id: 'r', version: '1', steps },
  planHash: 'plan 1',
  openedAt: minute(0),
  expiresAt: minute(50),
  electorate: {
    groups: Object.fromEntries(Object.entries(of).map(([group, members]) => [group, { members }])),
    delegations,
  },
  duties: { environmentClass: 'TEST', regulated: false },
});
/** A vote written `account step`, or `account step for` whose right is used. */
const vote = (said: string, decision: Vote['decision'] = 'approve', at = 10): Vote => {
  const [account, name, onBehalfOf] = said.split(' ') as [string, string, string?];
  return {
    step: name,
    account,
    ...(onBehalfOf && { onBehalfOf }),
    decision,
    comment: 'because',
    planHash: 'plan 1',
    at: minute(at),
  };
};
const at = new Date(minute(20));
const outcome = (given: Round, ...votes: Vote[]) => {
  const { state, reason } = decide(given, votes, at);
  return `${state} ${reason}`;
};

const [PENDING, GRANTED] = ['PENDING VOTES_MISSING', 'GRANTED QUORUM_REACHED'];
const [VETOED, IMPOSSIBLE] = ['REJECTED VETO', 'REJECTED QUORUM_IMPOSSIBLE'];

test('a decision tells the whole round, its names sorted', () => {
  const given = round({ a: ['cleo', 'ben', 'ana', 'dee', 'eve'] }, [step('a', { quorum: 3 })]);
  const conditions = { ...vote('cleo a', 'approve-with-conditions'), comment: 'watch the queue' };
  const stranger = vote('fay a');
  expect(decide(given, [conditions, vote('ana a'), vote('ben a', 'reject'), stranger], at)).toEqual({
    state: 'PENDING',
    reason: 'VOTES_MISSING',
    decidedAt: null,
    planHash: 'plan 1',
    steps: [
      {
        name: 'a',
        state: 'OPEN',
        approvals: 2,
        approvers: ['cleo', 'ana'],
        needed: 1,
        remaining: 2,
        mayVote: ['dee', 'eve'],
        reason: 'Needs 1 more.',
      },
    ],
    approvers: ['ana', 'cleo'],
    conditions: [{ id: 'a/cleo', person: 'cleo', text: 'watch the queue' }],
    refusals: [
      {
        vote: stranger,
        violations: [{ code: 'NOT_ELIGIBLE', message: 'Step a is for members of a.', ref: 'APR-04.1' }],
      },
    ],
  });
});

describe('stages', () => {
  test('open in their order, whatever the order of the steps, and keep whom they took', () => {
    const late = step('late', { groups: ['a'], stage: 7 });
    const given = round({ a: ['ana', 'ben'] }, [late, step('early', { groups: ['a'], stage: 3 })]);
    expect(decide(given, [vote('ana early'), vote('ana late')], at)).toMatchObject({
      state: 'PENDING',
      steps: [
        { name: 'late', state: 'OPEN', approvals: 0, needed: 1, mayVote: ['ben'] },
        { name: 'early', state: 'COMPLETE', approvals: 1, approvers: ['ana'], needed: 0 },
      ],
    });
    expect(outcome(given, vote('ana early'), vote('ana late'), vote('ben late'))).toBe(GRANTED);
  });

  test('that are complete give nobody back', () => {
    const given = round({ a: ['ana', 'ben'], b: ['ana', 'cleo'] }, [step('a'), step('b', { stage: 2 })]);
    expect(outcome(given, vote('ana a'))).toBe(PENDING);
    expect(outcome(given, vote('ana a'), vote('cleo b', 'reject'))).toBe(IMPOSSIBLE);
    expect(outcome(given, vote('ben a'), vote('cleo b', 'reject'))).toBe(PENDING);
  });

  test('are all looked at from the start: one in which nobody can speak for a veto is lost', () => {
    const board = step('b', { groups: ['b', 'mute'], stage: 2, veto: ['mute'] });
    expect(outcome(round({ a: ['ana'], b: ['ben'], mute: [] }, [step('a'), board]))).toBe(IMPOSSIBLE);
    expect(outcome(round({ a: ['ana'], b: ['ben'], mute: ['mo'] }, [step('a'), board]))).toBe(PENDING);
  });
});

describe('parallel steps', () => {
  const veto = { groups: ['b', 'c', 'd'], veto: ['c', 'd'] };
  const given = round({ a: ['ana'], b: ['ben'], c: ['cleo'], d: ['dee'] }, [step('a'), step('b', veto)]);

  test('end with a veto in one of them', () => expect(outcome(given, vote('dee b', 'reject'))).toBe(VETOED));

  test('wait for every group that may veto in one of them', () => {
    const votes = [vote('ana a'), vote('ben b')];
    expect(decide(given, votes, at)).toMatchObject({
      state: 'PENDING',
      steps: [
        { reason: 'Enough persons approved; another step of the rule needs one of them or is not complete.' },
        { reason: 'Waits for a word from c, d, who may veto.' },
      ],
    });
    votes.push(vote('cleo b', 'abstain'));
    expect(decide(given, votes, at).steps[1]!.reason).toBe('Waits for a word from d, who may veto.');
    expect(outcome(given, ...votes, vote('dee b'))).toBe(GRANTED);
  });
});

describe('a right', () => {
  const team = { a: ['ana', 'ben', 'cleo'] };
  const three = (...delegations: Lending[]) => round(team, [step('a', { quorum: 3 })], delegations);
  const seen = (given: Round, ...votes: Vote[]) => {
    const { approvers, steps } = decide(given, votes, at);
    return [approvers, steps[0]!.mayVote, steps[0]!.remaining];
  };

  test('is used by the last who used it, for the last whom they used it for', () => {
    const given = three(lend('ana', 'dee'), lend('ben', 'dee'));
    const [forAna, forBen] = [vote('dee a ana'), vote('dee a ben', 'approve', 11)];
    expect(seen(given)).toEqual([[], ['ana', 'ben', 'cleo', 'dee'], 3]);
    expect(seen(given, forAna)).toEqual([['ana', 'dee'], ['ben', 'cleo'], 2]);
    expect(seen(given, forAna, vote('ana a', 'approve', 11))).toEqual([['ana'], ['ben', 'cleo', 'dee'], 2]);
    expect(seen(given, forAna, forBen)).toEqual([['ben', 'dee'], ['ana', 'cleo'], 2]);
  });

  test('is of no use to somebody who used another’s', () =>
    expect(decide(three(lend('ana', 'ben')), [vote('ben a ana')], at)).toMatchObject({
      state: 'PENDING',
      approvers: ['ana', 'ben'],
      steps: [
        { needed: 2, remaining: 1, mayVote: ['cleo'], reason: 'Needs 2 more, of 1 who may still vote.' },
      ],
    }));
});

describe('a quorum is possible', () => {
  const [a, b] = [step('a'), step('b')];

  test('while one who approved can make room for a delegate', () => {
    const people = { a: ['ana'], b: ['ana'] };
    expect(outcome(round(people, [a, b], [lend('ana', 'dee', ['a'])]), vote('ana a'))).toBe(PENDING);
    expect(outcome(round(people, [a, b]))).toBe(IMPOSSIBLE);
  });

  test('while a delegate has approved, even after the loan ended', () => {
    const given = round({ a: ['ana'], b: ['ana'] }, [a, b], [lend('ana', 'dee', ['a'], 15)]);
    expect(outcome(given)).toBe(IMPOSSIBLE);
    expect(outcome(given, vote('dee a ana'))).toBe(PENDING);
    expect(outcome(given, vote('dee a ana'), vote('ana b', 'approve', 20))).toBe(GRANTED);
  });

  test('not with a right that was used to reject', () => {
    const given = round({ a: ['ana', 'ben'] }, [step('a', { quorum: 2 })], [lend('ana', 'dee')]);
    expect(outcome(given, vote('ben a'))).toBe(PENDING);
    expect(outcome(given, vote('ana a', 'reject'))).toBe(IMPOSSIBLE);
  });

  test('not by somebody who has abstained', () => {
    const loans = [lend('ana', 'dee', ['a']), lend('ben', 'dee', ['a'])];
    const given = round({ a: ['ana', 'ben'], b: ['ben'] }, [a, b], loans);
    expect(outcome(given, vote('ana a', 'abstain'))).toBe(PENDING);
    expect(outcome(given, vote('dee a ana', 'abstain'))).toBe(IMPOSSIBLE);
  });
});
