import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import {
  type ApprovalRule,
  checkVote,
  criticalApproval,
  decide,
  emergencyApproval,
  offHoursApproval,
  type Round,
  satisfiable,
  singleApproval,
  type Vote,
} from './quorum.js';

const h1 = `sha256:${'1'.repeat(64)}`;
const minute = (n: number) => new Date(Date.UTC(2027, 2, 1, 9, n)).toISOString();
const late = new Date(minute(59));

const groups = (of: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(of).map(([group, members]) => [group, { members }]));
const round = (
  rule: ApprovalRule | null,
  of: Record<string, string[]>,
  more: Partial<Round> = {},
): Round => ({
  rule,
  planHash: h1,
  openedAt: minute(0),
  expiresAt: new Date(Date.UTC(2027, 2, 4, 9)).toISOString(),
  electorate: { groups: groups(of) },
  duties: { environmentClass: 'PROD', tier: 2, regulated: false, acts: [] },
  ...more,
});
const vote = (account: string, decision: Vote['decision'] = 'approve', more: Partial<Vote> = {}): Vote => ({
  account,
  decision,
  comment: 'because',
  planHash: h1,
  at: minute(10),
  ...more,
});
const rule = (...steps: ApprovalRule['steps']): ApprovalRule => ({ id: 'r', version: '1', steps });
const refusals = (given: Round, votes: Vote[]) =>
  decide(given, votes, late).refusals.map(({ violations }) => violations.map(({ code }) => code).join('+'));
const refused = (given: Round, votes: Vote[], next: Vote) =>
  checkVote(given, votes, next).map(({ code }) => code);

describe('one approver (the rule a new installation starts with)', () => {
  const single = round(
    singleApproval(),
    { approver: ['ana', 'ben'] },
    {
      duties: {
        environmentClass: 'PROD',
        tier: 2,
        regulated: false,
        acts: [
          { duty: 'requester', account: 'rita', evidence: 'request' },
          { duty: 'author', account: 'ben', evidence: 'commit c1' },
        ],
      },
    },
  );

  test('is pending until somebody approves', () => {
    expect(decide(single, [], late)).toMatchObject({
      state: 'PENDING',
      decidedAt: null,
      steps: [
        { name: 'approval', state: 'OPEN', approvals: 0, needed: 1, remaining: 1, reason: 'Needs 1 more.' },
      ],
    });
  });

  test('is granted by one who is neither author nor requester', () => {
    expect(decide(single, [vote('ana')], late)).toMatchObject({
      state: 'GRANTED',
      reason: 'QUORUM_REACHED',
      decidedAt: minute(10),
      planHash: h1,
      steps: [{ state: 'COMPLETE', approvals: 1, approvers: ['ana'], needed: 0 }],
      refusals: [],
    });
  });

  test('takes no vote from the author, the requester or a stranger', () => {
    expect(refused(single, [], vote('ben'))).toEqual(['SOD_AUTHOR_APPROVER']);
    expect(refused(single, [], vote('rita'))).toEqual(['NOT_ELIGIBLE', 'SOD_REQUESTER_APPROVER']);
    expect(refused(single, [], vote('stranger'))).toEqual(['NOT_ELIGIBLE']);
    expect(refused(single, [], vote('ana'))).toEqual([]);
  });

  test('works with an open group, which never runs out of voters', () => {
    const open = { ...single, electorate: { groups: { approver: { members: ['ana'], open: true } } } };
    expect(decide(open, [vote('ana', 'reject')], late)).toMatchObject({
      state: 'PENDING',
      steps: [{ remaining: null }],
    });
    expect(decide(open, [vote('ana')], late).state).toBe('GRANTED');
  });
});

describe('APR-04 S1: quorum 2 of 3 and a vetoing security member', () => {
  const withVeto = round(
    rule({ name: 'review', groups: ['peers', 'security'], quorum: 2, veto: ['security'] }),
    {
      peers: ['ana', 'ben'],
      security: ['sam'],
    },
  );
  const [ana, ben] = [vote('ana'), vote('ben', 'approve', { at: minute(11) })];
  const veto = vote('sam', 'reject', { at: minute(12) });

  test('when two approve and security rejects, then rejected', () => {
    expect(decide(withVeto, [ana, ben, veto], late)).toMatchObject({
      state: 'REJECTED',
      reason: 'VETO',
      decidedAt: minute(12),
    });
  });

  test('in whatever order', () => {
    expect(decide(withVeto, [veto, ana, ben], late)).toMatchObject({ state: 'REJECTED', reason: 'VETO' });
  });

  test('is not granted before security has spoken, since silence is never consent', () => {
    expect(decide(withVeto, [ana, ben], late)).toMatchObject({
      state: 'PENDING',
      steps: [{ approvals: 2, needed: 0, reason: 'Waits for a word from security, who may veto.' }],
    });
    expect(decide(withVeto, [ana, ben, vote('sam', 'abstain', { at: minute(12) })], late).state).toBe(
      'GRANTED',
    );
  });

  test('is granted without a word from security where the rule does not wait', () => {
    const step = { ...withVeto.rule!.steps[0]!, awaitVeto: false };
    expect(decide({ ...withVeto, rule: rule(step) }, [ana, ben], late).state).toBe('GRANTED');
  });

  test('can never be granted when security stands aside', () => {
    const recused = { ...withVeto.electorate, recusals: [{ account: 'sam' }] };
    expect(decide({ ...withVeto, electorate: recused }, [ana, ben], late)).toMatchObject({
      state: 'REJECTED',
      reason: 'QUORUM_IMPOSSIBLE',
    });
  });

  test('a rejection by somebody without a veto is only a missing approval', () => {
    const votes = [vote('ana', 'reject'), ben, vote('sam', 'approve', { at: minute(12) })];
    expect(decide(withVeto, votes, late).state).toBe('GRANTED');
  });
});

describe('votes', () => {
  const two = round(rule({ name: 'review', groups: ['peers'], quorum: 2 }), {
    peers: ['ana', 'ben', 'cleo'],
  });

  test('the last of a person counts', () => {
    const votes = [vote('ana'), vote('ana', 'reject'), vote('ben')];
    expect(decide(two, votes, late)).toMatchObject({
      state: 'PENDING',
      steps: [{ approvals: 1, remaining: 1 }],
    });
    expect(decide(two, [...votes, vote('ana')], late).state).toBe('GRANTED');
  });

  test('nobody counts twice', () => {
    expect(decide(two, [vote('ana'), vote('ana'), vote('ana')], late)).toMatchObject({
      steps: [{ approvals: 1 }],
    });
  });

  test('quorum impossible: fewer may still vote than are needed', () => {
    expect(decide(two, [vote('ana', 'reject')], late).state).toBe('PENDING');
    expect(decide(two, [vote('ana', 'reject'), vote('ben', 'reject')], late)).toMatchObject({
      state: 'REJECTED',
      reason: 'QUORUM_IMPOSSIBLE',
      steps: [{ reason: 'Needs 2 more, of 1 who may still vote.' }],
    });
  });

  test('if all abstain it is not an approval', () => {
    const votes = ['ana', 'ben', 'cleo'].map((who) => vote(who, 'abstain'));
    expect(decide(two, votes, late).state).toBe('REJECTED');
  });

  test('an abstention is refused where the step takes none', () => {
    const firm = round(offHoursApproval(), { approver: ['ana', 'ben'] });
    expect(refused(firm, [], vote('ana', 'abstain'))).toEqual(['ABSTENTION_NOT_ALLOWED']);
  });

  test.each(['reject', 'approve-with-conditions'] as const)('%s needs a comment', (decision) => {
    expect(refused(two, [], vote('ana', decision, { comment: '  ' }))).toEqual(['COMMENT_REQUIRED']);
    expect(refused(two, [], vote('ana', decision, { comment: undefined }))).toEqual(['COMMENT_REQUIRED']);
    expect(refused(two, [], vote('ana', decision))).toEqual([]);
  });

  test('conditions approve and are handed on as obligations', () => {
    const votes = [vote('ana', 'approve-with-conditions', { comment: 'watch the queue' }), vote('ben')];
    expect(decide(two, votes, late)).toMatchObject({
      state: 'GRANTED',
      conditions: [{ id: 'review/ana', person: 'ana', text: 'watch the queue' }],
    });
  });

  test('count in the time of the round only', () => {
    expect(refused(two, [], vote('ana', 'approve', { at: two.expiresAt }))).toEqual(['APPROVAL_EXPIRED']);
    expect(refused(two, [], vote('ana', 'approve', { at: '2027-03-01T08:59:59.999Z' }))).toEqual([
      'APPROVAL_NOT_OPEN',
    ]);
    expect(refused(two, [], vote('ana', 'approve', { at: two.openedAt }))).toEqual([]);
  });

  test('cast later than the instant asked about are not known yet', () => {
    const votes = [vote('ana'), vote('ben', 'approve', { at: minute(20) })];
    expect(decide(two, votes, new Date(Date.parse(minute(20)) - 1)).state).toBe('PENDING');
    expect(decide(two, votes, new Date(minute(20))).state).toBe('GRANTED');
  });

  test('after the decision are refused', () => {
    expect(refusals(two, [vote('ana'), vote('ben'), vote('cleo', 'reject')])).toEqual(['APPROVAL_DECIDED']);
  });

  test('every reason is given at once', () => {
    const bad = vote('stranger', 'reject', { planHash: 'sha256:other', comment: '', at: two.expiresAt });
    expect(refused(two, [], bad)).toEqual([
      'APPROVAL_EXPIRED',
      'APPROVAL_SUPERSEDED',
      'COMMENT_REQUIRED',
      'NOT_ELIGIBLE',
    ]);
  });

  test('name their step where the rule has several', () => {
    const several = round(criticalApproval(), { approver: ['ana', 'ben'], executive: ['eve'] });
    expect(refused(several, [], vote('ana'))).toEqual(['STEP_UNKNOWN']);
    expect(refused(several, [], vote('ana', 'approve', { step: 'approval' }))).toEqual([]);
    expect(refused(two, [], vote('ana', 'approve', { step: 'other' }))).toEqual(['STEP_UNKNOWN']);
  });
});

describe('time', () => {
  const due = round(singleApproval(), { approver: ['ana', 'ben'] }, { due: { approval: minute(30) } });

  test('silence until the due time escalates, until the expiry expires', () => {
    expect(decide(due, [], new Date(Date.parse(minute(30)) - 1)).state).toBe('PENDING');
    expect(decide(due, [], new Date(minute(30)))).toMatchObject({
      state: 'ESCALATED',
      reason: 'STEP_OVERDUE',
    });
    expect(decide(due, [], new Date(Date.parse(due.expiresAt) - 1)).state).toBe('ESCALATED');
    expect(decide(due, [], new Date(due.expiresAt))).toMatchObject({
      state: 'EXPIRED',
      decidedAt: due.expiresAt,
    });
  });

  test('a decision taken in time stands', () => {
    expect(decide(due, [vote('ana')], new Date(due.expiresAt)).state).toBe('GRANTED');
  });

  test('an escalated round can still be granted', () => {
    expect(decide(due, [vote('ana', 'approve', { at: minute(40) })], late).state).toBe('GRANTED');
  });
});

describe('steps', () => {
  const critical = round(criticalApproval(), { approver: ['ana', 'ben', 'eve'], executive: ['eve', 'max'] });
  const [ana, ben] = ['ana', 'ben'].map((who) => vote(who, 'approve', { step: 'approval' })) as [Vote, Vote];
  const executive = (who: string) => vote(who, 'approve', { step: 'executive', at: minute(20) });

  test('of one stage wait for the stage before', () => {
    expect(refused(critical, [ana], executive('max'))).toEqual(['STEP_NOT_OPEN']);
    expect(decide(critical, [ana], late).steps.map(({ state }) => state)).toEqual(['OPEN', 'WAITING']);
    expect(decide(critical, [ana, ben], late).steps.map(({ state }) => state)).toEqual(['COMPLETE', 'OPEN']);
    expect(decide(critical, [ana, ben, executive('max')], late).state).toBe('GRANTED');
  });

  test('a complete stage is closed', () => {
    expect(
      refused(critical, [ana, ben], vote('ana', 'reject', { step: 'approval', at: minute(15) })),
    ).toEqual(['STEP_NOT_OPEN']);
  });

  test('one person serves one distinct step only', () => {
    const eve = vote('eve', 'approve', { step: 'approval' });
    const votes = [ana, eve, executive('eve')];
    expect(decide(critical, votes, late)).toMatchObject({
      state: 'PENDING',
      steps: [{ approvals: 2 }, { approvals: 0, needed: 1 }],
    });
    expect(decide(critical, [...votes, executive('max')], late).state).toBe('GRANTED');
  });

  test('a person of two groups serves both steps where the rule does not ask for distinct persons', () => {
    const lax = rule(
      { name: 'approval', groups: ['approver'], quorum: 1, distinct: false },
      { name: 'executive', groups: ['executive'], quorum: 1, distinct: false },
    );
    const votes = ['approval', 'executive'].map((step) => vote('eve', 'approve', { step }));
    expect(decide({ ...critical, rule: lax }, votes, late).state).toBe('GRANTED');
    const strict = rule(...lax.steps.map((step) => ({ ...step, distinct: true })));
    expect(decide({ ...critical, rule: strict }, votes, late).state).toBe('PENDING');
  });

  test('two parallel steps never block each other over a person of both groups', () => {
    const parallel = rule(
      { name: 'one', groups: ['a', 'b'], quorum: 1 },
      { name: 'two', groups: ['a'], quorum: 1 },
    );
    const shared = round(parallel, { a: ['ana'], b: ['ben'] });
    const first = vote('ana', 'approve', { step: 'one' });
    expect(decide(shared, [first], late).state).toBe('PENDING');
    const second = vote('ana', 'approve', { step: 'two' });
    expect(decide(shared, [first, second, vote('ben', 'approve', { step: 'one' })], late)).toMatchObject({
      state: 'GRANTED',
      steps: [{ approvers: ['ben'] }, { approvers: ['ana'] }],
    });
  });

  test('a stage does not use up the only person whom a later one can take', () => {
    const serial = rule(
      { name: 'one', groups: ['a', 'b'], quorum: 1, stage: 1 },
      { name: 'two', groups: ['a'], quorum: 1, stage: 2 },
    );
    const shared = round(serial, { a: ['ana'], b: ['ben'] });
    const first = vote('ana', 'approve', { step: 'one' });
    expect(decide(shared, [first], late)).toMatchObject({
      state: 'PENDING',
      steps: [
        {
          state: 'OPEN',
          reason: 'Enough persons approved; another step of the rule needs one of them or is not complete.',
        },
        { state: 'WAITING' },
      ],
    });
    const votes = [first, vote('ben', 'approve', { step: 'one' }), vote('ana', 'approve', { step: 'two' })];
    expect(decide(shared, votes, late).state).toBe('GRANTED');
  });

  test('a veto in a step that is not open yet does not exist', () => {
    const withVeto = rule(
      { name: 'one', groups: ['a'], quorum: 1 },
      { name: 'two', groups: ['b'], quorum: 1, stage: 2, veto: ['b'] },
    );
    const serial = round(withVeto, { a: ['ana'], b: ['ben'] });
    expect(refusals(serial, [vote('ben', 'reject', { step: 'two' })])).toEqual(['STEP_NOT_OPEN']);
    const votes = [vote('ana', 'approve', { step: 'one' }), vote('ben', 'reject', { step: 'two' })];
    expect(decide(serial, votes, late)).toMatchObject({ state: 'REJECTED', reason: 'VETO' });
  });

  test('an emergency takes the owner on call and a manager, two persons (APR-08.1)', () => {
    const emergency = round(emergencyApproval(), {
      oncall_service_owner: ['ana'],
      duty_manager: ['ana', 'dan'],
    });
    const votes = [
      vote('ana', 'approve', { step: 'service owner' }),
      vote('ana', 'approve', { step: 'manager' }),
    ];
    expect(decide(emergency, votes, late).state).toBe('PENDING');
    expect(decide(emergency, [...votes, vote('dan', 'approve', { step: 'manager' })], late).state).toBe(
      'GRANTED',
    );
    expect(emergencyApproval(100).validHours).toBe(24);
  });
});

describe('APR-08 S2: the two off-hours votes come from one person’s two accounts', () => {
  const offHours = round(
    offHoursApproval(),
    { approver: ['ana', 'a.silva', 'ben'] },
    {
      electorate: {
        groups: groups({ approver: ['ana', 'a.silva', 'ben'] }),
        directory: { merged: [['ana', 'a.silva']] },
      },
    },
  );

  test('then refused DUAL_APPROVAL_SAME_PERSON', () => {
    expect(refused(offHours, [vote('ana')], vote('a.silva'))).toEqual(['DUAL_APPROVAL_SAME_PERSON']);
    expect(refused(offHours, [vote('ana')], vote('ana'))).toEqual([]);
    expect(refused(offHours, [vote('ana')], vote('ben'))).toEqual([]);
  });

  test('and they would count once even if recorded', () => {
    expect(decide(offHours, [vote('ana'), vote('a.silva')], late)).toMatchObject({
      state: 'PENDING',
      steps: [{ approvals: 1, needed: 1, remaining: 1 }],
    });
  });
});

describe('APR-07 S3: accounts ana and a.silva are merged as one person after approval', () => {
  const before = round(
    singleApproval(),
    { approver: ['a.silva', 'ben'] },
    {
      duties: {
        environmentClass: 'PROD',
        tier: 1,
        regulated: true,
        acts: [{ duty: 'author', account: 'ana', evidence: 'commit c1' }],
      },
    },
  );
  const after = {
    ...before,
    electorate: { ...before.electorate, directory: { merged: [['ana', 'a.silva']] as [string, string][] } },
  };

  test('then the approval no longer stands, and the refusal cites the commit', () => {
    expect(decide(before, [vote('a.silva')], late).state).toBe('GRANTED');
    const decision = decide(after, [vote('a.silva')], late);
    expect(decision.state).toBe('PENDING');
    expect(decision.refusals).toMatchObject([
      { violations: [{ code: 'SOD_AUTHOR_APPROVER', acts: [{ evidence: 'commit c1' }] }] },
    ]);
  });
});

describe('delegation', () => {
  const lent = (more: object = {}, members = ['ana', 'ben']) =>
    round(
      singleApproval(),
      {},
      {
        electorate: {
          groups: groups({ approver: members }),
          delegations: [{ from: 'ana', to: 'dee', start: minute(5), end: minute(15), ...more }],
        },
      },
    );
  const forAna = (at = minute(10), account = 'dee') => vote(account, 'approve', { onBehalfOf: 'ana', at });

  test('lets another person use the right for a time', () => {
    expect(decide(lent(), [forAna()], late)).toMatchObject({
      state: 'GRANTED',
      steps: [{ approvers: ['dee'] }],
    });
    expect(refused(lent(), [], forAna(minute(5)))).toEqual([]);
    expect(refused(lent(), [], forAna(minute(4)))).toEqual(['DELEGATION_MISSING']);
    expect(refused(lent(), [], forAna(minute(15)))).toEqual(['DELEGATION_MISSING']);
  });

  test('is for the steps it names', () => {
    expect(refused(lent({ steps: ['other'] }), [], forAna())).toEqual(['DELEGATION_MISSING']);
    expect(refused(lent({ steps: ['approval'] }), [], forAna())).toEqual([]);
  });

  test('must be claimed: the delegate has no right of their own', () => {
    expect(refused(lent(), [], vote('dee'))).toEqual(['NOT_ELIGIBLE']);
  });

  test('lends one right, used once: the later of lender and delegate counts', () => {
    const two = { ...lent(), rule: rule({ name: 'approval', groups: ['approver'], quorum: 2 }) };
    expect(decide(two, [forAna(), vote('ana', 'approve', { at: minute(12) })], late)).toMatchObject({
      state: 'PENDING',
      steps: [{ approvals: 1, approvers: ['ana'], remaining: 1 }],
    });
  });

  test('gives nobody two votes', () => {
    const two = { ...lent({ to: 'ben' }), rule: rule({ name: 'approval', groups: ['approver'], quorum: 2 }) };
    const votes = [forAna(minute(10), 'ben'), vote('ben', 'approve', { at: minute(11) })];
    expect(decide(two, votes, late)).toMatchObject({ state: 'PENDING', steps: [{ approvals: 1 }] });
    expect(decide(two, [...votes, vote('ana', 'approve', { at: minute(12) })], late).state).toBe('GRANTED');
  });

  test('is not lent on', () => {
    const chain = lent();
    chain.electorate.delegations!.push({ from: 'dee', to: 'fay', start: minute(5), end: minute(15) });
    expect(refused(chain, [], forAna(minute(10), 'fay'))).toEqual(['DELEGATION_MISSING']);
    expect(refused(chain, [], vote('fay', 'approve', { onBehalfOf: 'dee' }))).toEqual(['NOT_ELIGIBLE']);
  });

  test('does not pass on a right that its lender may not use', () => {
    const acts = [{ duty: 'author' as const, account: 'ana', evidence: 'commit c1' }];
    const barred = { ...lent(), duties: { environmentClass: 'PROD' as const, acts } };
    expect(refused(barred, [], forAna())).toEqual(['SOD_AUTHOR_APPROVER']);
  });

  test('an unused right that only a delegate may use keeps the round possible until it ends', () => {
    const only = lent({}, ['ana']);
    expect(decide(only, [forAna()], late).state).toBe('GRANTED');
  });
});

describe('recusal', () => {
  const three = (recusals: { account: string; step?: string }[]) =>
    round(
      rule({ name: 'cab', groups: ['cab'], quorum: 2, duty: 'cab_voter' }),
      {},
      {
        electorate: { groups: groups({ cab: ['ana', 'ben', 'cleo'] }), recusals },
      },
    );

  test('takes a person out of the step and of its remaining voters', () => {
    expect(decide(three([{ account: 'ana' }]), [], late)).toMatchObject({
      state: 'PENDING',
      steps: [{ remaining: 2 }],
    });
    expect(refused(three([{ account: 'ana', step: 'cab' }]), [], vote('ana'))).toEqual(['RECUSED']);
    expect(refused(three([{ account: 'ana', step: 'other' }]), [], vote('ana'))).toEqual([]);
  });

  test('of too many makes the quorum impossible', () => {
    expect(decide(three([{ account: 'ana' }, { account: 'ben' }]), [], late)).toMatchObject({
      state: 'REJECTED',
      reason: 'QUORUM_IMPOSSIBLE',
    });
  });

  test('the requester is no CAB voter', () => {
    const duties = {
      environmentClass: 'TEST' as const,
      acts: [{ duty: 'requester' as const, account: 'ana', evidence: 'request' }],
    };
    expect(refused({ ...three([]), duties }, [], vote('ana'))).toEqual(['SOD_REQUESTER_CAB_VOTER']);
  });
});

describe('whether a rule can be satisfied is decided when it is written', () => {
  const ask = (
    of: Record<string, string[]>,
    steps: ApprovalRule['steps'],
    operatorGroups: string[] = [],
    acts: Round['duties']['acts'] = [],
  ) =>
    satisfiable({
      rule: rule(...steps),
      electorate: { groups: groups(of) },
      duties: { environmentClass: 'PROD', tier: 2, regulated: false, acts },
      at: minute(0),
      operatorGroups,
    });

  test('enough different persons', () => {
    expect(ask({ a: ['ana', 'ben'] }, [{ name: 'one', groups: ['a'], quorum: 2 }])).toMatchObject({
      satisfiable: true,
      steps: [{ name: 'one', quorum: 2, eligible: 2 }],
    });
  });

  test('a step with too few names what it has', () => {
    expect(ask({ a: ['ana'] }, [{ name: 'one', groups: ['a', 'gone'], quorum: 2 }])).toMatchObject({
      satisfiable: false,
      reason: 'Step one needs 2 persons and has 1.',
    });
  });

  test('two steps that each have enough, and together too few', () => {
    const steps = [
      { name: 'one', groups: ['a'], quorum: 1 },
      { name: 'two', groups: ['b'], quorum: 1 },
    ];
    expect(ask({ a: ['ana'], b: ['ana'] }, steps)).toMatchObject({
      satisfiable: false,
      reason: 'The steps need more different persons than their groups have between them.',
    });
    expect(ask({ a: ['ana'], b: ['ana', 'ben'] }, steps).satisfiable).toBe(true);
  });

  test('somebody must be left to start it in PROD', () => {
    const steps = [{ name: 'one', groups: ['a'], quorum: 2 }];
    expect(ask({ a: ['ana', 'ben'], ops: ['ben'] }, steps, ['ops'])).toMatchObject({
      satisfiable: false,
      operator: null,
    });
    expect(ask({ a: ['ana', 'ben', 'cleo'], ops: ['ben'] }, steps, ['ops'])).toMatchObject({
      satisfiable: true,
      operator: 'ben',
    });
    expect(ask({ a: ['ana', 'ben'], ops: ['ben', 'omar'] }, steps, ['ops'])).toMatchObject({
      operator: 'omar',
    });
    expect(ask({ a: ['ana', 'ben'], ops: [] }, steps, ['ops']).satisfiable).toBe(false);
  });

  test('whoever authored does not count', () => {
    const acts = [{ duty: 'author' as const, account: 'ana', evidence: 'commit c1' }];
    expect(
      ask({ a: ['ana', 'ben'] }, [{ name: 'one', groups: ['a'], quorum: 2 }], [], acts).satisfiable,
    ).toBe(false);
  });
});

describe('bad input is refused by name', () => {
  const good = round(singleApproval(), { approver: ['ana'] });
  const message = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      if (error instanceof Rejected) return error.message;
      throw error;
    }
    return 'accepted';
  };

  test.each<[unknown, string]>([
    [{ ...good, rule: rule({ name: 'x', groups: ['a'], quorum: 0 }) }, 'round.rule.steps.0.quorum'],
    [{ ...good, rule: rule({ name: 'x', groups: ['a'], quorum: NaN }) }, 'round.rule.steps.0.quorum'],
    [{ ...good, rule: rule() }, 'round.rule.steps'],
    [{ ...good, rule: rule({ name: 'x', groups: [], quorum: 1 }) }, 'round.rule.steps.0.groups'],
    [
      { ...good, rule: rule({ name: 'x', groups: ['a'], quorum: 1, veto: ['b'] }) },
      'round.rule.steps.0.veto',
    ],
    [
      { ...good, rule: rule(...[1, 2].map(() => ({ name: 'x', groups: ['a'], quorum: 1 }))) },
      'round.rule.steps',
    ],
    [{ ...good, expiresAt: good.openedAt }, 'round.expiresAt'],
    [{ ...good, openedAt: 'yesterday' }, 'round.openedAt'],
    [{ ...good, planHash: '' }, 'round.planHash'],
    [
      { ...good, electorate: { groups: { a: { members: Array.from({ length: 1_000_000 }, () => 'x') } } } },
      'round.electorate.groups.a.members',
    ],
    [
      {
        ...good,
        electorate: { groups: {}, delegations: [{ from: 'a', to: 'b', start: minute(5), end: minute(5) }] },
      },
      'round.electorate.delegations.0.end',
    ],
  ])('%#', (given, field) => {
    expect(message(() => decide(given as Round, [], late))).toMatch(`INVALID_INPUT: ${field}: `);
  });

  test('votes and instants', () => {
    expect(message(() => decide(good, [vote('ana', 'maybe' as 'approve')], late))).toMatch(
      'votes.0.decision: ',
    );
    expect(message(() => decide(good, [vote('ana', 'approve', { at: 'now' })], late))).toMatch(
      'votes.0.at: ',
    );
    expect(message(() => decide(good, [], new Date(NaN)))).toMatch('INVALID_INPUT: at: ');
    expect(message(() => checkVote(good, [], { ...vote('ana'), account: '' }))).toMatch('vote.account: ');
  });

  test('a group named like a built-in has no members', () => {
    const hostile = round(singleApproval('constructor'), { approver: ['ana'] });
    expect(decide(hostile, [vote('ana')], late)).toMatchObject({
      state: 'REJECTED',
      reason: 'QUORUM_IMPOSSIBLE',
    });
  });
});
