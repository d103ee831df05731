import { describe, expect, test } from 'vitest';
import { checkVote, decide, type Round, type Vote } from './quorum.js';

const minute = (n: number) => new Date(Date.UTC(2027, 2, 1, 9, n)).toISOString();
const round: Round = {
  rule: {
    id: 'r',
    version: '1',
    steps: [
      { name: 'team', groups: ['team', 'security'], quorum: 1, veto: ['security'], allowAbstain: false },
      { name: 'board', groups: ['board'], quorum: 1, stage: 2 },
    ],
  },
  planHash: 'plan 1',
  openedAt: minute(0),
  expiresAt: minute(50),
  electorate: {
    groups: {
      team: { members: ['ana', 'ben', 'robot', 'crew', 'rosa'] },
      security: { members: ['sam'] },
      board: { members: ['cleo'] },
    },
    directory: {
      accounts: [
        { id: 'robot', kind: 'service', owner: 'zoe' },
        { id: 'crew', kind: 'group' },
      ],
      merged: [['ana', 'ana-admin']],
    },
    recusals: [{ account: 'rosa', step: 'team' }],
  },
  duties: { environmentClass: 'TEST', regulated: false },
};
const vote = (account: string, more: Partial<Vote> = {}): Vote => ({
  step: 'team',
  account,
  decision: 'approve',
  planHash: 'plan 1',
  at: minute(10),
  ...more,
});
const violation = (code: string, message: string, ref: string) => ({ code, message, ref });

describe('a vote is refused with a sentence and its place', () => {
  const notOpen = violation('STEP_NOT_OPEN', 'Step board is not open for votes.', 'APR-04.1');
  const machine = (account: string, kind: string) =>
    violation(
      'VOTER_NOT_A_PERSON',
      `${account} is a ${kind} account; only natural persons vote, each for themselves.`,
      'reliability 4.2 B3, B5',
    );

  test.each([
    [
      'before the round',
      vote('ana', { at: '2027-03-01T08:59:59.999Z' }),
      'APPROVAL_NOT_OPEN',
      `The round opens at ${minute(0)}.`,
      '3.4',
    ],
    [
      'as the round ends',
      vote('ana', { at: minute(50) }),
      'APPROVAL_EXPIRED',
      `The round expired at ${minute(50)}.`,
      'APR-04.5',
    ],
    [
      'on another plan',
      vote('ana', { planHash: 'plan 0' }),
      'APPROVAL_SUPERSEDED',
      'The plan changed: vote on plan 1.',
      'APR-04.3',
    ],
    [
      'in a step that is not there',
      vote('ana', { step: 'bored' }),
      'STEP_UNKNOWN',
      'Name one of the steps team, board.',
      'APR-04.1',
    ],
    [
      'as an abstention',
      vote('ana', { decision: 'abstain' }),
      'ABSTENTION_NOT_ALLOWED',
      'Step team takes approvals and rejections.',
      'APR-04.2',
    ],
    [
      'as a bare rejection',
      vote('ana', { decision: 'reject' }),
      'COMMENT_REQUIRED',
      'To reject say why in a comment.',
      'APR-04.2',
    ],
    [
      'as bare conditions',
      vote('ana', { decision: 'approve-with-conditions' }),
      'COMMENT_REQUIRED',
      'To approve-with-conditions say why in a comment.',
      'APR-04.2',
    ],
    ['from outside', vote('cleo'), 'NOT_ELIGIBLE', 'Step team is for members of team, security.', 'APR-04.1'],
    [
      'with a right that is not lent',
      vote('dee', { onBehalfOf: 'ana' }),
      'DELEGATION_MISSING',
      `ana has not delegated to dee at ${minute(10)}.`,
      'APR-04.6',
    ],
    ['from whom stands aside', vote('rosa'), 'RECUSED', 'rosa stands aside from step team.', 'APR-05.4'],
  ])('%s', (_, next, code, message, ref) =>
    expect(checkVote(round, [], next)).toEqual([violation(code, message, ref)]),
  );

  test('from a machine or a group', () => {
    expect(checkVote(round, [], vote('robot'))).toEqual([machine('robot', 'service')]);
    expect(checkVote(round, [], vote('crew'))).toEqual([machine('crew', 'group')]);
  });

  test('before its stage, and once there is a decision', () => {
    const cleo = vote('cleo', { step: 'board', at: minute(30) });
    expect(checkVote(round, [vote('ana')], cleo)).toEqual([notOpen]);
    const votes = [vote('ana'), vote('sam'), cleo];
    expect(checkVote(round, votes, { ...cleo, at: minute(31) })).toEqual([
      violation('APPROVAL_DECIDED', `The round was GRANTED at ${minute(30)}.`, '3.4'),
    ]);
  });

  test('from a second account of one who has voted in the step', () => {
    const second = vote('ana-admin', { at: minute(11) });
    expect(checkVote(round, [vote('ben'), vote('ana')], second)).toEqual([
      violation(
        'DUAL_APPROVAL_SAME_PERSON',
        'ana-admin and ana are one person, who has voted. Another person may vote.',
        'APR-08.3',
      ),
    ]);
    expect(checkVote(round, [vote('ben')], second)).toEqual([]);
  });

  test('while no rule is in force', () =>
    expect(checkVote({ ...round, rule: null }, [], vote('ana'))).toEqual([
      violation(
        'APPROVAL_RULE_MISSING',
        'No approval rule is in force for this change, so nothing can be granted. Restore or write one.',
        'reliability 4.2 B9',
      ),
    ]));

  test('that does not fit, by its field', () => {
    const said = (message: string) =>
      expect.objectContaining({ violations: [violation('INVALID_INPUT', message, 'APR-04')] });
    const maybe = 'Invalid option: expected one of "approve"|"approve-with-conditions"|"reject"|"abstain".';
    const bad = vote('ana', { decision: 'maybe' as 'approve' });
    expect(() => checkVote(round, [], bad)).toThrow(said(`vote.decision: ${maybe}`));
    expect(() => decide(round, [bad], new Date(minute(20)))).toThrow(said(`votes.0.decision: ${maybe}`));
  });
});
