import { describe, expect, test } from 'vitest';
import { type ApprovalRule, type Round, satisfiable } from './quorum.js';

const at = '2027-03-01T09:00:00Z';
const step = {
  name: 'approval',
  groups: ['team', 'security'],
  quorum: 1,
  veto: ['security'],
  awaitVeto: true,
};
const ask = (
  groups: Record<string, { members: string[]; open?: boolean }>,
  change: object = {},
  operatorGroups: string[] = [],
  duties: Partial<Round['duties']> = {},
) =>
  satisfiable({
    rule: { id: 'r', version: '1', steps: [{ ...step, ...change }] } as ApprovalRule,
    electorate: { groups },
    duties: { environmentClass: 'PROD', tier: 2, regulated: false, acts: [], ...duties },
    at,
    operatorGroups,
  });
const team = { members: ['ana', 'ben'] };

describe('a rule that waits for a word from a group', () => {
  test('can be satisfied while somebody there may speak', () => {
    expect(ask({ team, security: { members: ['ana'] } })).toMatchObject({
      satisfiable: true,
      reason: 'Enough different persons can approve.',
    });
  });

  test('cannot be once nobody there may vote, and says so', () => {
    expect(ask({ team, security: { members: [] } })).toMatchObject({
      satisfiable: false,
      reason: 'Step approval waits for a word from security, of whom nobody may vote.',
    });
  });

  test('tells what else is missing too', () => {
    expect(ask({ team, security: { members: [] } }, { quorum: 3 })).toMatchObject({
      satisfiable: false,
      reason:
        'Step approval waits for a word from security, of whom nobody may vote. ' +
        'Step approval needs 3 persons and has 2.',
    });
  });

  test('can be if that group is open, or silence there is no matter', () => {
    expect(ask({ team, security: { members: [], open: true } })).toMatchObject({ satisfiable: true });
    expect(ask({ team, security: { members: [] } }, { awaitVeto: false })).toMatchObject({
      satisfiable: true,
    });
  });
});

describe('what is told of a rule that cannot be satisfied', () => {
  test('is each group that nobody can speak for, and no other', () => {
    const groups = { team, security: { members: ['sam'] }, legal: { members: [] } };
    const all = { groups: Object.keys(groups), veto: Object.keys(groups) };
    const silent = 'Step approval waits for a word from legal, of whom nobody may vote.';
    expect(ask(groups, all).reason).toBe(silent);
    expect(ask({ ...groups, security: { members: [], open: true } }, all)).toEqual({
      satisfiable: false,
      reason: silent,
      steps: [{ name: 'approval', quorum: 1, eligible: null }],
      operator: null,
    });
    expect(ask(groups, { ...all, quorum: 4, awaitVeto: false }).reason).toBe(
      'Step approval needs 4 persons and has 3.',
    );
    expect(ask(groups, { ...all, veto: ['team', 'security'], quorum: 4 }).reason).toBe(
      'Step approval needs 4 persons and has 3.',
    );
  });

  test('is nothing at all if it does not fit', () =>
    expect(() => ask({ team }, { quorum: 0 })).toThrow(
      expect.objectContaining({
        violations: [
          {
            code: 'INVALID_INPUT',
            message: 'rule.steps.0.quorum: Too small: expected number to be >=1.',
            ref: 'APR-04.1',
          },
        ],
      }),
    ));
});

describe('somebody else to start it', () => {
  const plain = { groups: ['team'], veto: [], awaitVeto: false };

  test('is named when there is one', () => {
    expect(ask({ team, ops: { members: ['ana', 'oli'] } }, { ...plain, quorum: 2 }, ['ops'])).toMatchObject({
      satisfiable: true,
      operator: 'oli',
      reason: 'Enough different persons can approve, and another can start it.',
    });
  });

  test('is missed when all are needed to approve', () => {
    const ops = { members: ['ana', 'ben'] };
    expect(
      ask({ team, ops, night: { members: [] } }, { ...plain, quorum: 2 }, ['ops', 'night']),
    ).toMatchObject({
      satisfiable: false,
      operator: null,
      reason: 'Everybody of ops, night is needed to approve or may not start it.',
    });
  });

  test('is looked for among those who are not needed to approve', () => {
    const ops = { members: ['ana', 'ben', 'oli'] };
    expect(ask({ team: { members: ['ana'] }, ops }, plain, ['ops']).operator).toBe('ben');
    expect(ask({ team: { members: ['ana'] }, ops: { members: ['ana'] } }, plain, ['ops'])).toMatchObject({
      satisfiable: false,
      operator: null,
    });
  });

  test('may be one whom an open group does not list', () => {
    const all = { ...plain, quorum: 2 };
    const ops = { members: ['ana'], open: true };
    expect(ask({ team, ops, night: { members: ['ben'] } }, all, ['night', 'ops'])).toMatchObject({
      satisfiable: true,
      operator: null,
      reason: 'Enough different persons can approve, and another can start it.',
    });
    expect(ask({ team, ops: { ...ops, members: ['oli'] } }, all, ['ops']).operator).toBe('oli');
  });

  test('may start it as far as duties go', () => {
    const ops = { members: ['oli', 'pat', 'ana'] };
    const acts = [{ duty: 'author' as const, account: 'oli', evidence: 'commit 1' }];
    expect(ask({ team, ops }, plain, ['ops'], { acts }).operator).toBe('oli');
    expect(ask({ team, ops }, plain, ['ops'], { acts, tier: 1, regulated: true }).operator).toBe('pat');
  });
});
