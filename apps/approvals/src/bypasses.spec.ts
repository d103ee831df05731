import { describe, expect, test } from 'vitest';
import { actsIn } from './authors.js';
import { checkDelegation } from './delegation.js';
import type { Act } from './duties.js';
import { checkEmergency, checkOverride } from './override.js';
import {
  checkVote,
  decide,
  emergencyApproval,
  offHoursApproval,
  type Round,
  singleApproval,
  stricter,
  type Vote,
} from './quorum.js';
import { checkStandard } from './standardChange.js';
import { checkStart } from './startCheck.js';

/*
 * The sixteen ways round segregation of duties of reliability.md 4.2, as far as pure code decides them. The rest:
 * B10 (another path)    that every path executes the same decision: test/change.e2e.spec.ts
 * B11 (race)            that one of two racing writers wins: test/storeContract.ts; the merged log is judged here
 * B13 (freeze clock)    that the database clock judges: the start check of the scheduler; the exemption is judged here
 * B15 (hostile link)    authentication of a request, nothing of it is pure: the tests of libs/service
 * B16 (edited database) the verifier and the witness: the tests of apps/audit
 */

const [h1, h2] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const minute = (n: number) => new Date(Date.UTC(2027, 2, 1, 9, n)).toISOString();
const late = new Date(minute(59));
const act = (duty: Act['duty'], account: string, evidence: string = duty): Act => ({
  duty,
  account,
  evidence,
});

const round = (
  acts: Act[],
  electorate: Partial<Round['electorate']> = {},
  more: Partial<Round> = {},
): Round => ({
  rule: singleApproval(),
  planHash: h1,
  openedAt: minute(0),
  expiresAt: new Date(Date.UTC(2027, 2, 4, 9)).toISOString(),
  electorate: { groups: { approver: { members: ['ana', 'ben', 'cleo'] } }, ...electorate },
  duties: { environmentClass: 'PROD', tier: 1, regulated: false, acts },
  ...more,
});
const vote = (account: string, more: Partial<Vote> = {}): Vote => ({
  account,
  decision: 'approve',
  planHash: h1,
  at: minute(10),
  ...more,
});
const refused = (given: Round, next: Vote, votes: Vote[] = []) =>
  checkVote(given, votes, next).map(({ code }) => code);
const start = (given: Round, votes: Vote[], more: Partial<Parameters<typeof checkStart>[0]> = {}) =>
  checkStart({ round: given, votes, operator: 'omar', planHash: h1, at: minute(30), ...more }).map(
    ({ code }) => code,
  );

test('B1 approving one’s own request is refused', () => {
  const mine = round([act('requester', 'ana')]);
  expect(refused(mine, vote('ana'))).toEqual(['SOD_REQUESTER_APPROVER']);
  expect(decide(mine, [vote('ana')], late).state).toBe('PENDING');
});

describe('B2 approving through a second account of the same person is refused', () => {
  test.each([
    ['linked identities', { merged: [['ana', 'rita'] as [string, string]] }],
    [
      'the same subject at two issuers',
      {
        accounts: [
          { id: 'ana', subject: '7' },
          { id: 'rita', subject: '7' },
        ],
      },
    ],
    [
      'an e-mail alias',
      {
        accounts: [
          { id: 'ana', emails: ['ana@corp.example'] },
          { id: 'rita', emails: ['ana+2@corp.example'] },
        ],
      },
    ],
  ])('%s', (_, directory) => {
    const mine = round([act('requester', 'rita')], { directory });
    expect(refused(mine, vote('ana'))).toEqual(['SOD_REQUESTER_APPROVER']);
  });

  test('also to reach a quorum of two', () => {
    const two = round([], { directory: { merged: [['ana', 'ben']] } }, { rule: offHoursApproval() });
    expect(refused(two, vote('ben'), [vote('ana')])).toEqual(['DUAL_APPROVAL_SAME_PERSON']);
    expect(decide(two, [vote('ana'), vote('ben')], late).state).toBe('PENDING');
  });
});

test('B3 a group does not vote, and a person of many groups counts once', () => {
  const groups = { approver: { members: ['ana', 'team'] }, security: { members: ['ana', 'ben'] } };
  const steps = [{ name: 'approval', groups: ['approver', 'security'], quorum: 2 }];
  const directory = { accounts: [{ id: 'team', kind: 'group' as const }] };
  const both = round([], { groups, directory }, { rule: { id: 'r', version: '1', steps } });
  expect(refused(both, vote('team'))).toEqual(['VOTER_NOT_A_PERSON']);
  expect(decide(both, [vote('ana'), vote('ana')], late)).toMatchObject({
    state: 'PENDING',
    steps: [{ approvals: 1 }],
  });
});

describe('B4 delegation goes round nothing', () => {
  const lend = (from: string, to: string) => ({ from, to, start: minute(0), end: minute(50) });
  const requested = [act('requester', 'rita')];

  test('to the requester: refused when lent and when used', () => {
    expect(checkDelegation(lend('ana', 'rita'), round(requested)).map(({ code }) => code)).toEqual([
      'SOD_REQUESTER_APPROVER',
    ]);
    const lent = round(requested, { delegations: [lend('ana', 'rita')] });
    expect(refused(lent, vote('rita', { onBehalfOf: 'ana' }))).toEqual(['SOD_REQUESTER_APPROVER']);
  });

  test('from the requester to a friend: refused when lent and when used', () => {
    const own = { groups: { approver: { members: ['rita', 'ana'] } } };
    expect(checkDelegation(lend('rita', 'fay'), round(requested, own)).map(({ code }) => code)).toEqual([
      'SOD_REQUESTER_APPROVER',
    ]);
    const lent = round(requested, { ...own, delegations: [lend('rita', 'fay')] });
    expect(refused(lent, vote('fay', { onBehalfOf: 'rita' }))).toEqual(['SOD_REQUESTER_APPROVER']);
  });

  test('in chains and cycles: refused when lent, one hop when used', () => {
    const chained = round([], { delegations: [lend('ana', 'dee')] });
    expect(checkDelegation(lend('dee', 'fay'), chained).map(({ code }) => code)).toEqual([
      'DELEGATION_NOT_OWN_RIGHT',
      'DELEGATION_CHAIN',
    ]);
    expect(checkDelegation(lend('ben', 'ana'), chained).map(({ code }) => code)).toEqual([
      'DELEGATION_CHAIN',
    ]);
    const cycle = round(
      [],
      { delegations: [lend('ana', 'ben'), lend('ben', 'ana')] },
      { rule: offHoursApproval() },
    );
    const votes = [vote('ben', { onBehalfOf: 'ana' }), vote('ben')];
    expect(decide(cycle, votes, late)).toMatchObject({ state: 'PENDING', steps: [{ approvals: 1 }] });
  });

  test('to oneself, or to a machine: refused', () => {
    const directory = {
      merged: [['ana', 'a.silva'] as [string, string]],
      accounts: [{ id: 'bot', kind: 'service' as const, owner: 'zoe' }],
    };
    expect(checkDelegation(lend('ana', 'a.silva'), round([], { directory })).map(({ code }) => code)).toEqual(
      ['DELEGATION_TO_SELF'],
    );
    expect(checkDelegation(lend('ana', 'bot'), round([], { directory })).map(({ code }) => code)).toEqual([
      'DELEGATION_TO_MACHINE',
    ]);
  });
});

test('B5 a service account of the requester does not approve, and what it does is its owner’s', () => {
  const directory = { accounts: [{ id: 'deploy-key', kind: 'service' as const, owner: 'rita' }] };
  const groups = { approver: { members: ['deploy-key', 'ana', 'rita'] } };
  const machine = round([act('requester', 'rita')], { directory, groups });
  expect(refused(machine, vote('deploy-key'))).toEqual(['VOTER_NOT_A_PERSON']);
  const pushed = round([act('author', 'deploy-key', 'commit c1')], { directory, groups });
  expect(refused(pushed, vote('rita'))).toEqual(['SOD_AUTHOR_APPROVER']);
  const addressed = { accounts: [{ id: 'bot@ci.example', kind: 'service' as const, owner: 'ana' }] };
  expect(refused(round([], { directory: addressed }), vote('Bot+1@ci.example'))).toEqual([
    'VOTER_NOT_A_PERSON',
  ]);
});

describe('B6 whoever made the artifact does not approve it', () => {
  const directory = { accounts: [{ id: 'ana', emails: ['ana@corp.example'] }] };

  test.each([
    ['the author', { author: 'ana' }],
    ['the committer', { author: 'zed', committer: 'ana' }],
    ['the pusher', { author: 'zed', pusher: 'ana' }],
    ['a co-author', { author: 'zed', message: 'Fix\n\nCo-authored-by: Ana <Ana@corp.example>' }],
  ])('%s', (_, commit) => {
    const made = round([...actsIn({ commits: [{ id: 'c1', ...commit }] })], { directory });
    expect(refused(made, vote('ana'))).toEqual(['SOD_AUTHOR_APPROVER']);
    expect(refused(made, vote('ben'))).toEqual([]);
  });
});

describe('B7 what changes after the approval was not approved (APR-04 S2)', () => {
  test('a vote on the plan before does not count', () => {
    expect(refused(round([]), vote('ana', { planHash: h2 }))).toEqual(['APPROVAL_SUPERSEDED']);
    expect(decide(round([], {}, { planHash: h2 }), [vote('ana')], late).state).toBe('PENDING');
  });

  test('a grant on h1 does not start h2', () => {
    expect(start(round([]), [vote('ana')])).toEqual([]);
    expect(start(round([]), [vote('ana')], { planHash: h2 })).toEqual(['APPROVAL_SUPERSEDED']);
  });
});

describe('B8 becoming an approver after the fact', () => {
  test('the stricter of the rules at submission and now decides', () => {
    const two = { ...singleApproval(), steps: [{ name: 'approval', groups: ['approver'], quorum: 2 }] };
    const [submitted, now] = [round([], {}, { rule: two }), round([])].map((each) =>
      decide(each, [vote('ana')], late),
    );
    expect([submitted!.state, now!.state]).toEqual(['PENDING', 'GRANTED']);
    expect(stricter(submitted!, now!).state).toBe('PENDING');
    expect(stricter(now!, submitted!).state).toBe('PENDING');
  });

  test('whoever lost the role since has not approved', () => {
    const left = round([], { groups: { approver: { members: ['ben'] } } });
    expect(start(left, [vote('ana')])).toEqual(['APPROVAL_NOT_GRANTED']);
  });

  test('whoever edited the rule or the team while the change was open is barred from it', () => {
    const edited = round([act('rule_editor', 'ana', 'added ana to approver')]);
    expect(refused(edited, vote('ana'))).toEqual(['SOD_RULE_EDITOR_APPROVER']);
  });
});

describe('B9 a rule, team or policy that is gone denies', () => {
  test.each<[string, Round, string]>([
    ['the rule', round([], {}, { rule: null }), 'APPROVAL_RULE_MISSING'],
    ['the team', round([], { groups: {} }), 'QUORUM_IMPOSSIBLE'],
    ['its members', round([], { groups: { approver: { members: [] } } }), 'QUORUM_IMPOSSIBLE'],
    [
      'the duty rules',
      round([], {}, { duties: { environmentClass: 'PROD', tier: 1, regulated: false, rules: null } }),
      'QUORUM_IMPOSSIBLE',
    ],
  ])('%s', (_, gone, reason) => {
    expect(decide(gone, [vote('ana')], late)).toMatchObject({ state: 'REJECTED', reason });
    expect(refused(gone, vote('ana'))).not.toEqual([]);
    expect(start(gone, [vote('ana')])).toContain('APPROVAL_NOT_GRANTED');
  });

  test('a quorum of 0 cannot be written', () => {
    const none = { ...singleApproval(), steps: [{ name: 'approval', groups: ['approver'], quorum: 0 }] };
    expect(() => decide(round([], {}, { rule: none }), [], late)).toThrow('round.rule.steps.0.quorum');
  });
});

test('B10 a replayed or forged message is judged like any other', () => {
  const two = round([act('requester', 'rita')], {}, { rule: offHoursApproval() });
  const replayed = [vote('ana'), vote('ana'), vote('ana')];
  expect(decide(two, replayed, late)).toMatchObject({ state: 'PENDING', steps: [{ approvals: 1 }] });
  const forged = [vote('ana'), vote('rita', { onBehalfOf: 'ben' }), vote('mallory', { onBehalfOf: 'ben' })];
  expect(decide(two, forged, late)).toMatchObject({ state: 'PENDING', steps: [{ approvals: 1 }] });
});

describe('B11 of two that race one wins, never both', () => {
  test('two approvals of one person at the same instant count once', () => {
    const two = round([], { directory: { merged: [['ana', 'cleo']] } }, { rule: offHoursApproval() });
    for (const votes of [
      [vote('ana'), vote('cleo')],
      [vote('cleo'), vote('ana')],
    ]) {
      expect(decide(two, votes, late)).toMatchObject({ state: 'PENDING', steps: [{ approvals: 1 }] });
    }
  });

  test('an approval that loses against an edit of the plan is void', () => {
    expect(start(round([], {}, { planHash: h2 }), [vote('ana')], { planHash: h2 })).toEqual([
      'APPROVAL_NOT_GRANTED',
    ]);
  });

  test('a withdrawn vote before the grant grants nothing, after it changes nothing', () => {
    const two = round(
      [],
      {},
      { rule: { ...offHoursApproval(), steps: [{ name: 'off-hours', groups: ['approver'], quorum: 2 }] } },
    );
    const withdraw = vote('ana', { decision: 'abstain' });
    expect(decide(two, [vote('ana'), withdraw, vote('ben')], late).state).toBe('PENDING');
    expect(decide(two, [vote('ana'), vote('ben'), withdraw], late).state).toBe('GRANTED');
  });
});

describe('B12 the emergency path', () => {
  const people = {
    groups: { oncall_service_owner: { members: ['ana'] }, duty_manager: { members: ['ana', 'dan'] } },
  };
  const emergency = round([], people, { rule: emergencyApproval(), openedAt: '2027-03-01T21:55:00Z' });
  const at = '2027-03-01T22:00:00Z';
  const votes = [vote('ana', { step: 'service owner', at }), vote('dan', { step: 'manager', at })];
  const owed = (dueAt: string, doneAt: string | null = null) => ({ id: `review of ${dueAt}`, dueAt, doneAt });
  const codes = (owes: ReturnType<typeof owed>[], reference?: string) =>
    checkEmergency({ reference, at, owed: owes }).map(({ code }) => code);

  test('takes two different people', () => {
    expect(decide(emergency, [votes[0]!, vote('ana', { step: 'manager', at })], new Date(at)).state).toBe(
      'PENDING',
    );
    expect(decide(emergency, votes, new Date(at)).state).toBe('GRANTED');
  });

  test('ends by itself: authorised at 22:00 for 4 h, a start at 02:00:00.000 is refused (APR-08 S1)', () => {
    expect(start(emergency, votes, { at: '2027-03-02T01:59:59.999Z' })).toEqual([]);
    expect(start(emergency, votes, { at: '2027-03-02T02:00:00.000Z' })).toEqual(['APPROVAL_LAPSED']);
  });

  test('needs a reason that has a number', () => expect(codes([])).toEqual(['EMERGENCY_REFERENCE_MISSING']));

  test('is blocked while a review is over 72 h late', () => {
    expect(codes([owed('2027-02-26T22:00:00Z')], 'INC-1')).toEqual([]);
    expect(codes([owed('2027-02-26T21:59:59Z')], 'INC-1')).toEqual(['EMERGENCY_PATH_SUSPENDED']);
    expect(codes([owed('2027-02-26T21:59:59Z', '2027-03-01T21:00:00Z')], 'INC-1')).toEqual([]);
  });

  test('is suspended after 2 overdue', () => {
    expect(codes([owed(at), owed('2027-03-01T21:59:00Z')], 'INC-1')).toEqual(['EMERGENCY_PATH_SUSPENDED']);
    expect(codes([owed('2027-03-01T22:00:01Z'), owed('2027-03-01T21:59:00Z')], 'INC-1')).toEqual([]);
  });
});

describe('B13 an exemption from a freeze', () => {
  const exemption = {
    id: 'x1',
    kind: 'freeze' as const,
    names: 'f1',
    planHash: h1,
    start: minute(0),
    end: minute(30),
  };
  const use = { kind: 'freeze' as const, names: 'f1', planHash: h1, deploymentId: 'd1', at: minute(10) };
  const codes = (override: object, more: object) =>
    checkOverride({ ...exemption, ...override }, { ...use, ...more }).map(({ code }) => code);

  test('covers what it names, to the millisecond', () => {
    expect(codes({}, {})).toEqual([]);
    expect(codes({}, { at: '2027-03-01T09:29:59.999Z' })).toEqual([]);
    expect(codes({}, { at: minute(30) })).toEqual(['OVERRIDE_EXPIRED']);
    expect(codes({}, { at: '2027-03-01T08:59:59.999Z' })).toEqual(['OVERRIDE_NOT_ACTIVE']);
    expect(codes({}, { names: 'f2' })).toEqual(['OVERRIDE_OUT_OF_SCOPE']);
    expect(codes({}, { kind: 'gate' })).toEqual(['OVERRIDE_OUT_OF_SCOPE']);
  });

  test('written in another zone is the same instant', () => {
    expect(codes({ end: '2027-03-01T18:30:00+09:00' }, { at: '2027-03-01T10:29:59+01:00' })).toEqual([]);
    expect(codes({ end: '2027-03-01T18:30:00+09:00' }, { at: '2027-03-01T10:30:00+01:00' })).toEqual([
      'OVERRIDE_EXPIRED',
    ]);
  });

  test('is bound to the content and used once', () => {
    expect(codes({}, { planHash: h2 })).toEqual(['OVERRIDE_OTHER_CONTENT']);
    expect(codes({ usedBy: 'd1' }, {})).toEqual([]);
    expect(codes({ usedBy: 'd0' }, {})).toEqual(['OVERRIDE_CONSUMED']);
  });
});

describe('B14 a standard change', () => {
  const claim = { model: 'm1', templateDigest: h1, score: 12, band: 'LOW' as const };
  const model = { id: 'm1', state: 'ACTIVE' as const, approvedDigest: h1 };
  const codes = (given: Parameters<typeof checkStandard>[1], more = {}) =>
    checkStandard({ ...claim, ...more }, given).map(({ code }) => code);

  test('has an approved template that was not edited since', () => {
    expect(codes(model)).toEqual([]);
    expect(codes(null)).toEqual(['STANDARD_MODEL_MISSING']);
    expect(codes({ ...model, id: 'm2' })).toEqual(['STANDARD_MODEL_MISSING']);
    expect(codes(model, { templateDigest: h2 })).toEqual(['STANDARD_MODEL_CHANGED']);
    expect(codes({ ...model, state: 'SUSPENDED' })).toEqual(['STANDARD_MODEL_NOT_ACTIVE']);
  });

  test('is NORMAL at a risk of 34.0, with the reason (APR-01 S1)', () => {
    expect(codes(model, { score: 34, band: 'MODERATE' })).toEqual(['RISK_ABOVE_STANDARD']);
  });
});
