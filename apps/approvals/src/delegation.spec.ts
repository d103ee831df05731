import { describe, expect, test } from 'vitest';
import { checkDelegation } from './delegation.js';
import type { Delegation, Round } from './round.js';

const hour = (n: number) => new Date(Date.UTC(2027, 2, 1, n)).toISOString();
const lend = (from: string, to: string, more: Partial<Delegation> = {}): Delegation => ({
  from,
  to,
  start: hour(9),
  end: hour(12),
  ...more,
});
const step = (name: string, group: string) => ({ name, groups: [group], quorum: 1 });
const round = (delegations: Delegation[] = []): Round => ({
  rule: {
    id: 'two steps',
    version: '1',
    steps: [step('team', 'team'), step('board', 'board')],
  },
  planHash: 'plan 1',
  openedAt: hour(0),
  expiresAt: hour(23),
  electorate: {
    groups: { team: { members: ['ana', 'ben', 'robot'] }, board: { members: ['cleo'] } },
    directory: {
      accounts: [
        { id: 'robot', kind: 'service', owner: 'zoe' },
        { id: 'ana-admin', kind: 'human' },
      ],
      merged: [['ana', 'ana-admin']],
    },
    delegations,
  },
  duties: { environmentClass: 'PROD', tier: 2, regulated: false, acts: [] },
});
const refused = (code: string, message: string) => ({ code, message, ref: 'APR-04.6' });
const chain = (from: string, to: string) =>
  refused('DELEGATION_CHAIN', `${from} delegates to ${to} at that time; a right is lent once.`);

describe('a delegation', () => {
  test('lends a right of one’s own to another person', () => {
    expect(checkDelegation(lend('ana', 'dee'), round())).toEqual([]);
    expect(checkDelegation(lend('ana', 'dee', { steps: ['board', 'team'] }), round())).toEqual([]);
  });

  test('goes to somebody else', () => {
    expect(checkDelegation(lend('ana', 'ana-admin'), round())).toEqual([
      refused('DELEGATION_TO_SELF', 'ana-admin is the same person.'),
    ]);
  });

  test('is between persons', () => {
    const violation = refused(
      'DELEGATION_TO_MACHINE',
      'robot is a service account; persons delegate to persons.',
    );
    expect(checkDelegation(lend('ana', 'robot'), round())).toContainEqual(violation);
    expect(checkDelegation(lend('robot', 'dee'), round())).toContainEqual(violation);
  });

  test('needs a right in the steps that it names, and a rule', () => {
    const none = refused('DELEGATION_NOT_OWN_RIGHT', 'ana has no right of their own in these steps to lend.');
    expect(checkDelegation(lend('ana', 'dee', { steps: ['board'] }), round())).toEqual([none]);
    expect(checkDelegation(lend('ana', 'dee'), { ...round(), rule: null })).toEqual([none]);
  });

  test('is judged by the duty of each step in which it lends a right', () => {
    const acts = [
      { duty: 'author' as const, account: 'dee', evidence: 'commit 1' },
      { duty: 'break_glass_user' as const, account: 'eve', evidence: 'session 1' },
    ];
    const base = round();
    const rule = {
      ...base.rule!,
      steps: [
        step('team', 'team'),
        { ...step('review', 'team'), duty: 'retrospective_approver' as const },
        { ...step('board', 'board'), duty: 'cab_voter' as const },
      ],
    };
    const codes = (delegation: Delegation) =>
      checkDelegation(delegation, { ...base, rule, duties: { ...base.duties, acts } }).map(
        ({ code }) => code,
      );
    expect(codes(lend('ana', 'dee'))).toEqual(['SOD_AUTHOR_APPROVER']);
    expect(codes(lend('ana', 'dee', { steps: ['review'] }))).toEqual([]);
    expect(codes(lend('ana', 'eve'))).toEqual(['SOD_BREAK_GLASS_RETROSPECTIVE']);
    expect(codes(lend('ana', 'eve', { steps: ['team'] }))).toEqual([]);
    expect(codes(lend('cleo', 'dee'))).toEqual([]);
  });

  test('fits its fields, as does the round', () => {
    const said = (message: string) =>
      expect.objectContaining({ violations: [refused('INVALID_INPUT', message)] });
    expect(() => checkDelegation(lend('ana', 'dee', { end: hour(9) }), round())).toThrow(
      said('end: Expected an instant after start.'),
    );
    expect(() => checkDelegation(lend('ana', 'dee'), { ...round(), expiresAt: hour(0) })).toThrow(
      said('expiresAt: Expected an instant after openedAt.'),
    );
  });

  describe('is not lent on', () => {
    const asked = (other: Delegation, more: Partial<Delegation> = {}) =>
      checkDelegation(lend('ana', 'dee', more), round([other]));

    test('by who borrows, nor to who lends', () => {
      expect(asked(lend('dee', 'fay'))).toEqual([chain('dee', 'fay')]);
      expect(asked(lend('ben', 'ana'))).toEqual([chain('ben', 'ana')]);
      expect(asked(lend('ben', 'ana-admin'))).toEqual([chain('ben', 'ana-admin')]);
      expect(asked(lend('ben', 'fay'))).toEqual([]);
    });

    test.each([
      ['in the hours before, up to its start', 6, 9, 0],
      ['from its end on', 12, 15, 0],
      ['until it has begun', 6, 10, 1],
      ['since before it ends', 11, 15, 1],
      ['all the while', 6, 15, 1],
    ])('%s: %i to %i o’clock is a chain %i times', (_, start, end, count) => {
      const times = { start: hour(start), end: hour(end) };
      expect(asked(lend('dee', 'fay', times))).toEqual(count ? [chain('dee', 'fay')] : []);
    });

    test('within the same steps', () => {
      const other = lend('dee', 'fay', { steps: ['board'] });
      expect(asked(other)).toEqual([chain('dee', 'fay')]);
      expect(asked(other, { steps: ['team'] })).toEqual([]);
      expect(asked(other, { steps: ['team', 'board'] })).toEqual([chain('dee', 'fay')]);
      expect(asked(lend('dee', 'fay'), { steps: ['team'] })).toEqual([chain('dee', 'fay')]);
    });
  });
});
