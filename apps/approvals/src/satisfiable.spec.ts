import { describe, expect, test } from 'vitest';
import { type ApprovalRule, satisfiable } from './quorum.js';

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
) =>
  satisfiable({
    rule: { id: 'r', version: '1', steps: [{ ...step, ...change }] } as ApprovalRule,
    electorate: { groups },
    duties: { environmentClass: 'PROD', tier: 2, regulated: false, acts: [] },
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
});
