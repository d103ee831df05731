import { describe, expect, test } from 'vitest';
import { checkVote, decide, type Round } from './quorum.js';

const minute = (n: number) => new Date(Date.UTC(2027, 2, 1, 9, n)).toISOString();
const instant = (n: number) => new Date(minute(n));
const justBefore = (n: number) => new Date(instant(n).getTime() - 1);
const round = (
  members: string[],
  electorate: Partial<Round['electorate']> = {},
  duties: Partial<Round['duties']> = {},
): Round => ({
  rule: { id: 'r', version: '1', steps: [{ name: 's', groups: ['g'], quorum: 1 }] },
  planHash: 'plan 1',
  openedAt: minute(0),
  expiresAt: minute(50),
  electorate: { groups: { g: { members } }, ...electorate },
  duties: { environmentClass: 'TEST', regulated: false, ...duties },
});
const mayVote = (given: Round, at: Date) => decide(given, [], at).steps[0]!.mayVote;
const lend = (from: string, to: string, end: number, steps?: string[]) => ({
  from,
  to,
  start: minute(0),
  end: minute(end),
  ...(steps && { steps }),
});

describe('who may vote', () => {
  test('are the natural persons of the groups, each once, by name', () => {
    const directory = {
      accounts: [
        { id: 'robot', kind: 'service' as const, owner: 'zoe' },
        { id: 'crew', kind: 'group' as const },
      ],
      merged: [['ana', 'ana-admin'] as [string, string]],
    };
    expect(mayVote(round(['robot', 'ben', 'ana-admin', 'crew', 'ana'], { directory }), instant(1))).toEqual([
      'ana',
      'ben',
    ]);
  });

  test('are not told of where one of the groups is open', () => {
    const groups = { g: { members: ['ana'] }, h: { members: ['ben'], open: true } };
    const either = round([], { groups });
    either.rule!.steps[0]!.groups = ['g', 'h'];
    expect(decide(either, [], instant(1)).steps).toMatchObject([
      { remaining: null, mayVote: null, reason: 'Needs 1 more.' },
    ]);
  });
});

describe('a right that is lent', () => {
  const lent = (...delegations: ReturnType<typeof lend>[]) => round(['ana'], { delegations });

  test('may be used by either until the loan ends, and by its holder from then on', () => {
    const given = lent(lend('ana', 'dee', 15), lend('ana', 'fay', 20));
    expect(mayVote(given, justBefore(15))).toEqual(['ana', 'dee', 'fay']);
    expect(mayVote(given, instant(15))).toEqual(['ana', 'fay']);
    expect(mayVote(given, justBefore(20))).toEqual(['ana', 'fay']);
    expect(mayVote(given, instant(20))).toEqual(['ana']);
  });

  test('is used by either of two borrowers, from the start of the loan to its end', () => {
    const given = lent({ ...lend('ana', 'dee', 15), start: minute(5) }, lend('ana', 'fay', 20));
    const refused = (account: string, at: string) =>
      checkVote(given, [], {
        account,
        onBehalfOf: 'ana',
        decision: 'approve',
        planHash: 'plan 1',
        at,
      }).map(({ code }) => code);
    expect(refused('dee', minute(4))).toEqual(['DELEGATION_MISSING']);
    for (const account of ['dee', 'fay'])
      for (const at of [minute(5), justBefore(15).toISOString()]) expect(refused(account, at)).toEqual([]);
    expect(refused('dee', minute(15))).toEqual(['DELEGATION_MISSING']);
    expect(refused('gus', minute(5))).toEqual(['DELEGATION_MISSING']);
  });

  test('is lent for its steps, to somebody who may serve there', () => {
    expect(mayVote(lent(lend('ana', 'dee', 15, ['s'])), instant(1))).toEqual(['ana', 'dee']);
    expect(mayVote(lent(lend('ana', 'dee', 15, ['t'])), instant(1))).toEqual(['ana']);
    const delegations = [lend('ana', 'dee', 15), lend('ana', 'rita', 15), lend('ana', 'rosa', 15)];
    const acts = [{ duty: 'requester' as const, account: 'rita', evidence: 'request' }];
    const recusals = [{ account: 'rosa' }];
    expect(mayVote(round(['ana'], { delegations, recusals }, { acts }), instant(1))).toEqual(['ana', 'dee']);
  });

  test('is never lent to or by a machine, not even for its owner', () => {
    const directory = { accounts: [{ id: 'robot', kind: 'service' as const, owner: 'zoe' }] };
    const members = ['ana', 'zoe'];
    const delegations = [lend('ana', 'robot', 15), lend('robot', 'fay', 15)];
    expect(mayVote(round(members, { directory, delegations }), instant(1))).toEqual(['ana', 'zoe']);
    expect(decide(round(['ana'], { directory, delegations }), [], instant(1)).steps).toMatchObject([
      { remaining: 1, mayVote: ['ana'] },
    ]);
  });
});

describe('a person who is excepted from a duty rule', () => {
  const acts = ['ana', 'ben'].map((account) => ({ duty: 'author' as const, account, evidence: 'commit 1' }));
  const except = (account: string, until: number) => ({
    rule: 'SOD_AUTHOR_APPROVER',
    account,
    control: 'second review',
    until: minute(until),
  });
  const given = round(
    ['ana', 'ben', 'cleo'],
    {},
    { acts, exceptions: [except('ana', 10), except('ben', 20)] },
  );

  test('may vote until the exception ends', () => {
    expect(mayVote(given, justBefore(10))).toEqual(['ana', 'ben', 'cleo']);
    expect(mayVote(given, instant(10))).toEqual(['ben', 'cleo']);
    expect(mayVote(given, justBefore(20))).toEqual(['ben', 'cleo']);
    expect(mayVote(given, instant(20))).toEqual(['cleo']);
  });

  test('takes the last hope of a quorum with it when nobody else is left', () => {
    const alone = round(['ana'], {}, { acts, exceptions: [except('ana', 10)] });
    expect(decide(alone, [], justBefore(10))).toMatchObject({ state: 'PENDING', decidedAt: null });
    expect(decide(alone, [], instant(10))).toMatchObject({
      state: 'REJECTED',
      reason: 'QUORUM_IMPOSSIBLE',
      decidedAt: minute(10),
    });
  });

  test('does not change how a round that has expired ended', () => {
    const alone = round(['ana'], {}, { acts, exceptions: [except('ana', 50)] });
    expect(decide(alone, [], justBefore(50)).state).toBe('PENDING');
    expect(decide(alone, [], instant(50))).toMatchObject({
      state: 'EXPIRED',
      reason: 'SILENCE',
      decidedAt: minute(50),
    });
  });
});
