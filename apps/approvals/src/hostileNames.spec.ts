import { describe, expect, test } from 'vitest';
import { checkSod } from './duties.js';
import { decide, type Round, satisfiable, type Vote } from './quorum.js';
import { toxicCombinations } from './toxicRoles.js';

const at = '2027-03-01T10:00:00Z';
const duties = { environmentClass: 'TEST' as const, regulated: false };
const round = (members: string[]): Round => ({
  rule: { id: 'r', version: '1', steps: [{ name: 's', groups: ['g'], quorum: 1 }] },
  planHash: 'h1',
  openedAt: '2027-03-01T09:00:00Z',
  expiresAt: '2027-03-02T09:00:00Z',
  electorate: { groups: { g: { members } } },
  duties,
});
const vote = (account: string): Vote => ({ account, decision: 'approve', planHash: 'h1', at });

describe('a name that nobody could read', () => {
  test.each(['', 'a\0', 'a\nb', '\ud800', 'ana\udc00', '\u0085', 'x'.repeat(201)])(
    '%j is refused by field',
    (name) => {
      const said = /^INVALID_INPUT: .*Expected 1 to 200 printable characters/;
      expect(() => decide(round(['ana', name]), [], new Date(at))).toThrow(said);
      expect(() => decide(round(['ana']), [vote(name)], new Date(at))).toThrow('votes.0.account');
      expect(() => checkSod({ duty: 'operator', account: name, at, facts: duties })).toThrow('account');
      expect(() => toxicCombinations({ grants: [{ account: name, role: 'r', start: at }] })).toThrow(said);
    },
  );

  test.each(['x'.repeat(200), 'Ana Núñez', 'a😀', 'ana@example.org', 'constructor', 'toString'])(
    '%j is a name like any other',
    (name) => {
      expect(decide(round([name]), [vote(name)], new Date(at))).toMatchObject({
        state: 'GRANTED',
        approvers: [name],
      });
    },
  );

  test('__proto__ as a group grants nothing', () => {
    const groups = JSON.parse('{"__proto__":{"members":["ana"]}}') as Round['electorate']['groups'];
    const { rule } = round([]);
    const steps = [{ name: 's', groups: ['__proto__'], quorum: 1 }];
    const answer = satisfiable({ rule: { ...rule!, steps }, electorate: { groups }, duties, at });
    expect(answer).toMatchObject({ satisfiable: false, reason: 'Step s needs 1 persons and has 0.' });
  });
});
