import { describe, expect, test } from 'vitest';
import { Electorate, Round, Vote } from './quorum.js';
import { Delegation, DecideQuestion, SatisfiableQuestion } from './round.js';

const at = '2027-03-01T10:00:00+01:00';
const end = '2027-03-01T09:00:00.001Z';
const many = <T>(length: number, value: T): T[] => Array.from({ length }, () => value);

const delegation = (more: object = {}) => ({ from: 'ana', to: 'ben', start: at, end, ...more });
const electorate = (more: object = {}) => ({ groups: { g: { members: ['ana'] } }, ...more });
const vote = (more: object = {}) => ({ account: 'ana', decision: 'approve', planHash: 'p', at, ...more });
const rule = { id: 'r', version: '1', steps: [{ name: 's', groups: ['g'], quorum: 1 }] };
const round = (more: object = {}) => ({
  rule,
  planHash: 'p',
  openedAt: at,
  expiresAt: end,
  electorate: electorate(),
  duties: { environmentClass: 'TEST' },
  ...more,
});
const asked = (more: object = {}) => ({
  rule,
  electorate: electorate(),
  duties: { environmentClass: 'TEST' },
  at,
  ...more,
});

test('an electorate knows no accounts, loans and recusals but those it is told of', () =>
  expect(Electorate.parse(electorate())).toEqual({
    groups: { g: { members: ['ana'], open: false } },
    directory: { accounts: [], merged: [] },
    delegations: [],
    recusals: [],
  }));

describe('what a round is asked with', () => {
  test.each([
    ['a delegation of ten steps', Delegation, delegation({ steps: many(10, 's') })],
    [
      'as many members, loans and recusals as a bank has',
      Electorate,
      electorate({
        groups: { g: { members: many(2_000, 'ana') } },
        delegations: many(2_000, delegation()),
        recusals: many(2_000, { account: 'ana' }),
      }),
    ],
    ['a hash of 100 characters', Round, round({ planHash: 'p'.repeat(100) })],
    ['due instants', Round, round({ due: { s: at } })],
    ['no rule', Round, round({ rule: null })],
    ['a long comment', Vote, vote({ comment: 'x'.repeat(10_000) })],
    ['many votes', DecideQuestion, { round: round(), votes: many(5_000, vote()), at }],
    ['many groups of operators', SatisfiableQuestion, asked({ operatorGroups: many(50, 'g') })],
  ])('may be %s', (_, schema, given) => expect(schema.safeParse(given).error).toBeUndefined());

  test.each([
    ['steps', Delegation, delegation({ steps: [] })],
    ['steps', Delegation, delegation({ steps: many(11, 's') })],
    ['start', Delegation, delegation({ start: '2027-03-01' })],
    ['end', Delegation, delegation({ end: '2027-03-01T09:00:00Z' })],
    ['groups.g.members', Electorate, electorate({ groups: { g: { members: many(2_001, 'ana') } } })],
    ['delegations', Electorate, electorate({ delegations: many(2_001, delegation()) })],
    ['recusals', Electorate, electorate({ recusals: many(2_001, { account: 'ana' }) })],
    ['recusals.0.step', Electorate, electorate({ recusals: [{ account: 'ana', step: '' }] })],
    ['planHash', Round, round({ planHash: '' })],
    ['planHash', Round, round({ planHash: 'p'.repeat(101) })],
    ['due.s', Round, round({ due: { s: 'noon' } })],
    ['expiresAt', Round, round({ expiresAt: '2027-03-01T09:00:00Z' })],
    ['comment', Vote, vote({ comment: 'x'.repeat(10_001) })],
    ['decision', Vote, vote({ decision: '' })],
    ['votes', DecideQuestion, { round: round(), votes: many(5_001, vote()), at }],
    ['operatorGroups', SatisfiableQuestion, asked({ operatorGroups: many(51, 'g') })],
  ])('is refused by its field: %s (%#)', (field, schema, given) =>
    expect(schema.safeParse(given).error?.issues.map(({ path }) => path.join('.'))).toEqual([field]),
  );
});
