import { expect, test } from 'vitest';
import { persons } from './persons.js';
import { decide, type Round, satisfiable, type Vote } from './quorum.js';
import { toxicCombinations } from './toxicRoles.js';

const planHash = `sha256:${'1'.repeat(64)}`;
const openedAt = '2027-03-01T09:00:00.000Z';
const at = new Date('2027-03-01T09:59:00Z');

const people = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);
const steps = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `s${i}`, groups: ['all'], quorum: 50 }));
const round = (members: readonly string[], more: Partial<Round>): Round => ({
  rule: { id: 'r', version: '1', steps: [{ name: 'approval', groups: ['all'], quorum: 1 }] },
  planHash,
  openedAt,
  expiresAt: '2027-03-04T09:00:00.000Z',
  electorate: { groups: { all: { members: [...members] } } },
  duties: { environmentClass: 'PROD' },
  ...more,
});
const approval = (account: string, step = 'approval'): Vote => ({
  step,
  account,
  decision: 'approve',
  planHash,
  at: openedAt,
});

test('the largest rule over the largest groups is decided', () => {
  const rule = { id: 'r', version: '1', steps: steps(10) };
  const votes = people(500).map((account, i) => approval(account, `s${i % 10}`));
  expect(decide(round(people(2_000), { rule }), votes, at).state).toBe('GRANTED');
  expect(decide(round(people(499), { rule }), votes, at)).toMatchObject({
    state: 'REJECTED',
    reason: 'QUORUM_IMPOSSIBLE',
  });
});

test('votes that would be matched for minutes are refused by name', () => {
  const rule = { id: 'r', version: '1', steps: steps(10) };
  const delegations = people(500).map((from, i) => ({
    from,
    to: `p${(i * 7 + 1) % 500}`,
    start: openedAt,
    end: '2027-03-04T09:00:00.000Z',
  }));
  const { electorate, ...rest } = round(people(500), { rule });
  const tight = { ...rest, electorate: { ...electorate, delegations } };
  const votes = people(500).map((account, i) => approval(account, `s${i % 10}`));
  expect(decide(tight, votes.slice(0, 2), at).state).toBe('PENDING');
  expect(() => decide(tight, votes, at)).toThrow(
    'QUESTION_TOO_LARGE: votes: too many for so many persons and seats; ask with fewer votes, or for smaller quorums.',
  );
});

test('many votes on ten steps are decided while each has voters of its own', () => {
  const own = steps(10).map((step) => ({ ...step, groups: [step.name], quorum: 30 }));
  const groups = Object.fromEntries(
    own.map(({ name }) => [name, { members: people(36).map((id) => `${name} ${id}`) }]),
  );
  const votes = people(30).flatMap((id) => own.map(({ name }) => approval(`${name} ${id}`, name)));
  const rule = { id: 'r', version: '1', steps: own };
  expect(decide(round([], { rule, electorate: { groups } }), votes, at).state).toBe('GRANTED');
});

test('many votes that collide with many acts cite twenty of them each', () => {
  const acts = Array.from({ length: 5_000 }, (_, i) => ({
    duty: 'author' as const,
    account: 'ana',
    evidence: `commit ${i}`,
  }));
  const many = round(['ana', 'ben'], { duties: { environmentClass: 'PROD', acts } });
  const votes = Array.from({ length: 500 }, () => approval('ana'));
  const { refusals } = decide(many, votes, at);
  expect(refusals).toHaveLength(500);
  expect(refusals[0]!.violations[0]).toMatchObject({ code: 'SOD_AUTHOR_APPROVER', acts: acts.slice(0, 20) });
});

test('a search for an operator that would never end is refused by name', () => {
  const { electorate, duties } = round(people(400), {});
  const asked = { rule: { id: 'r', version: '1', steps: steps(8) }, electorate, duties, at: openedAt };
  expect(satisfiable(asked)).toMatchObject({ satisfiable: true, operator: null });
  expect(() => satisfiable({ ...asked, operatorGroups: ['all'] })).toThrow(
    'QUESTION_TOO_LARGE: operatorGroups: after 8 persons nobody is found who could start it',
  );
});

test('twenty thousand accounts in one chain are one person', () => {
  const merged = Array.from({ length: 19_999 }, (_, i): [string, string] => [`p${i}`, `p${i + 1}`]);
  expect(persons({ merged }).of('p19999')).toBe('p0');
});

test('toxic roles are looked for among 10,000 grants of one person', () => {
  const roles = ['developer', 'approver', 'deployment_operator', 'auditor'];
  const second = (n: number) => new Date(Date.UTC(2027, 0, 1, 0, 0, n)).toISOString();
  const grants = Array.from({ length: 10_000 }, (_, n) => ({
    account: 'ana',
    role: roles[n % 4]!,
    start: second(n),
    end: second(n + 1),
  }));
  expect(toxicCombinations({ grants })).toEqual([]);
});
