import { describe, expect, test } from 'vitest';
import { actsIn } from './authors.js';
import { type Act, checkOperator, checkReviews, checkSod, type DutyFacts } from './duties.js';
import { Duty, initialDutyRules } from './dutyRules.js';
import { persons } from './persons.js';

const at = '2027-03-01T12:00:00Z';
const act = (duty: Duty, account: string, evidence = `${duty} evidence`): Act => ({
  duty,
  account,
  evidence,
});
const facts = (acts: Act[], more: Partial<DutyFacts> = {}): DutyFacts => ({
  environmentClass: 'PROD',
  tier: 2,
  regulated: false,
  acts,
  ...more,
});
const codes = (duty: Duty, account: string, given: DutyFacts, directory = {}) =>
  checkSod({ duty, account, at, facts: given, directory }).map(({ code }) => code);

describe('APR-07 S1: Ana authored 1 of 14 commits in the range', () => {
  const commits = Array.from({ length: 14 }, (_, i) => ({
    id: `c0ffee${i}`,
    author: i === 8 ? 'ana' : 'ben',
  }));
  const violations = checkSod({
    duty: 'approver',
    account: 'ana',
    at,
    facts: facts([...actsIn({ commits })]),
  });

  test('when Ana approves, SOD_AUTHOR_APPROVER cites that commit', () => {
    expect(violations).toMatchObject([
      { code: 'SOD_AUTHOR_APPROVER', ref: 'APR-07.1', person: 'ana', acts: [{ evidence: 'commit c0ffee8' }] },
    ]);
    expect(violations[0]?.message).toContain('commit c0ffee8');
  });

  test('somebody else may approve', () => {
    expect(codes('approver', 'cleo', facts([...actsIn({ commits })]))).toEqual([]);
  });
});

describe('APR-07 S2: Ben approved and Ben starts the deployment', () => {
  const start = (environmentClass: 'PROD' | 'TEST') =>
    checkOperator({ account: 'ben', at, approvers: ['ben'], facts: { environmentClass } });

  test('in PROD it is refused', () =>
    expect(start('PROD')).toEqual([
      {
        code: 'SOD_APPROVER_OPERATOR',
        message:
          'ben may not be operator: the same person is approver by approval (ben). Another person may.',
        ref: 'APR-07.1',
        person: 'ben',
        acts: [act('approver', 'ben', 'approval')],
      },
    ]));
  test('in TEST it is allowed', () => expect(start('TEST')).toEqual([]));
});

describe('APR-07.3: PROD tier 1 regulated takes three persons', () => {
  const strict = { tier: 1, regulated: true } as const;

  test.each<[string, Duty, Act, Partial<DutyFacts>, string[]]>([
    ['author ≠ approver', 'approver', act('author', 'ana'), strict, ['SOD_AUTHOR_APPROVER']],
    ['approver ≠ operator', 'operator', act('approver', 'ana'), strict, ['SOD_APPROVER_OPERATOR']],
    ['author ≠ operator', 'operator', act('author', 'ana'), strict, ['SOD_AUTHOR_OPERATOR']],
    ['requester ≠ operator', 'operator', act('requester', 'ana'), strict, ['SOD_REQUESTER_OPERATOR']],
    ['author may operate tier 2', 'operator', act('author', 'ana'), { tier: 2, regulated: true }, []],
    ['author may operate unregulated', 'operator', act('author', 'ana'), { tier: 1, regulated: false }, []],
    [
      'author may operate STAGING',
      'operator',
      act('author', 'ana'),
      { ...strict, environmentClass: 'STAGING' },
      [],
    ],
    ['requester may operate unregulated', 'operator', act('requester', 'ana'), { regulated: false }, []],
  ])('%s', (_, duty, before, more, expected) => {
    expect(codes(duty, 'ana', facts([before], more))).toEqual(expected);
  });

  test('an unknown tier and flag count as the strictest', () => {
    const { tier: _tier, regulated: _regulated, ...unknown } = facts([act('author', 'ana')]);
    expect(codes('operator', 'ana', unknown)).toEqual(['SOD_AUTHOR_OPERATOR']);
  });
});

test.each<[Duty, Duty, string]>([
  ['requester', 'approver', 'SOD_REQUESTER_APPROVER'],
  ['requester', 'cab_voter', 'SOD_REQUESTER_CAB_VOTER'],
  ['policy_author', 'policy_activator', 'AUTHOR_IS_ACTIVATOR'],
  ['exception_requester', 'exception_approver', 'SOD_EXCEPTION_REQUESTER_APPROVER'],
  ['break_glass_user', 'retrospective_approver', 'SOD_BREAK_GLASS_RETROSPECTIVE'],
  ['rule_editor', 'approver', 'SOD_RULE_EDITOR_APPROVER'],
])('%s ≠ %s, in either order and in every environment', (one, other, code) => {
  for (const environmentClass of ['DEV', 'TEST', 'STAGING', 'PROD'] as const) {
    expect(codes(other, 'ana', facts([act(one, 'ana')], { environmentClass }))).toEqual([code]);
    expect(codes(one, 'ana', facts([act(other, 'ana')], { environmentClass }))).toEqual([code]);
    expect(codes(other, 'ben', facts([act(one, 'ana')], { environmentClass }))).toEqual([]);
  }
});

test('all rules that collide are named at once', () => {
  const acts = [act('author', 'ana'), act('requester', 'ana'), act('rule_editor', 'ana')];
  expect(codes('approver', 'ana', facts(acts))).toEqual([
    'SOD_AUTHOR_APPROVER',
    'SOD_REQUESTER_APPROVER',
    'SOD_RULE_EDITOR_APPROVER',
  ]);
});

test.each([
  [3, ''],
  [4, ' and 1 more'],
  [9, ' and 6 more'],
])('of %i colliding facts three are cited, and all are handed over', (length, more) => {
  const acts = Array.from({ length }, (_, i) => act('author', 'ana', `commit ${i}`));
  const cited = 'author by commit 0 (ana), author by commit 1 (ana), author by commit 2 (ana)';
  expect(checkSod({ duty: 'approver', account: 'ana', at, facts: facts(acts) })).toEqual([
    {
      code: 'SOD_AUTHOR_APPROVER',
      message: `ana may not be approver: the same person is ${cited}${more}. Another person may.`,
      ref: 'APR-07.1',
      person: 'ana',
      acts,
    },
  ]);
});

describe('an exception', () => {
  const exceptions = [
    { rule: 'SOD_AUTHOR_APPROVER', account: 'a.silva', control: 'second review', until: at },
  ];
  const directory = { merged: [['ana', 'a.silva']] as [string, string][] };
  const check = (when: string, more: Partial<DutyFacts> = {}) =>
    checkSod({
      duty: 'approver',
      account: 'ana',
      at: when,
      facts: facts([act('author', 'ana')], { exceptions, ...more }),
      directory,
    });

  test('lets a person through until it ends', () => {
    expect(check('2027-03-01T11:59:59.999Z')).toEqual([]);
    expect(check('2027-03-01T12:59:59.999+01:00')).toEqual([]);
    expect(check(at)).toHaveLength(1);
  });

  test('counts to its last end, whichever is listed first', () => {
    const longer = { ...exceptions[0]!, until: '2027-03-01T13:00:00Z' };
    for (const both of [
      [...exceptions, longer],
      [longer, ...exceptions],
    ]) {
      expect(check('2027-03-01T12:59:59.999Z', { exceptions: both })).toEqual([]);
      expect(check('2027-03-01T13:00:00Z', { exceptions: both })).toHaveLength(1);
    }
  });

  test('never holds in a regulated environment', () => {
    expect(check('2027-03-01T11:00:00Z', { regulated: true })).toHaveLength(1);
    expect(check('2027-03-01T11:00:00Z', { regulated: undefined })).toHaveLength(1);
  });

  test('covers its own rule and person only', () => {
    const other = [{ ...exceptions[0]!, rule: 'SOD_REQUESTER_APPROVER' }];
    expect(check('2027-03-01T11:00:00Z', { exceptions: other })).toHaveLength(1);
    expect(
      check('2027-03-01T11:00:00Z', { exceptions: [{ ...exceptions[0]!, account: 'ben' }] }),
    ).toHaveLength(1);
  });
});

describe('the author of an artifact', () => {
  const makers = (range: Parameters<typeof actsIn>[0]) =>
    actsIn(range)
      .filter(({ duty }) => duty === 'author')
      .map(({ account, evidence }) => `${account}: ${evidence}`);

  test('is whoever wrote, committed, pushed or co-authored a commit', () => {
    const message = 'Fix rounding\n\nCo-authored-by: Dee <dee@x.example>\nco-authored-by: E <e@x.example>';
    expect(
      makers({ commits: [{ id: 'c1', author: 'ana', committer: 'ben', pusher: 'cleo', message }] }),
    ).toEqual([
      'ana: commit c1',
      'ben: commit c1',
      'cleo: commit c1',
      'dee@x.example: commit c1',
      'e@x.example: commit c1',
    ]);
  });

  test('is not whom the text merely mentions', () => {
    const message =
      'See Co-authored-by: X <x@x.example>\nReviewed-by: Y <y@x.example>\nCo-authored-by: nobody';
    expect(makers({ commits: [{ id: 'c1', author: 'ana', message }] })).toEqual(['ana: commit c1']);
  });

  test('is whoever opened the merge request or edited the configuration', () => {
    expect(
      makers({
        mergeRequests: [{ id: '!7', author: 'ben', reviewers: ['cleo'] }],
        configurationEdits: [{ id: 'cfg-3', editor: 'dee' }],
      }),
    ).toEqual(['ben: merge request !7', 'dee: configuration edit cfg-3']);
  });

  test('a hostile message is read in no time', () => {
    const message = `co-authored-by:${'<a'.repeat(32_000)}`;
    expect(makers({ commits: [{ id: 'c1', author: 'ana', message }] })).toEqual(['ana: commit c1']);
  });
});

describe('author ≠ sole reviewer', () => {
  const reviewed = (reviewers: string[], directory = {}) =>
    checkReviews(
      facts([
        ...actsIn({
          commits: [{ id: 'c1', author: 'ana', mergeRequest: '!7' }],
          mergeRequests: [
            { id: '!7', author: 'ben', reviewers },
            { id: '!8', author: 'cleo', reviewers: ['ana'] },
          ],
        }),
      ]),
      persons(directory),
    );

  test('a merge request that only its authors reviewed is a violation', () => {
    expect(reviewed(['ben', 'ana'])).toEqual([
      {
        code: 'SOD_AUTHOR_SOLE_REVIEWER',
        message: 'Merge request !7 needs a reviewer who is not one of its authors.',
        ref: 'APR-07.1',
        person: 'ben',
        acts: ['ben', 'ana'].map((account) => ({
          duty: 'reviewer',
          account,
          evidence: 'review of merge request !7',
          mergeRequest: '!7',
        })),
      },
    ]);
    expect(reviewed(['b2'], { merged: [['ben', 'b2']] })).toHaveLength(1);
  });

  test('one more pair of eyes is enough', () => expect(reviewed(['ben', 'cleo'])).toEqual([]));
  test('no review at all is for the review gate to judge', () => expect(reviewed([])).toEqual([]));
});

describe('bad input is refused by name', () => {
  const question = { duty: 'approver', account: 'ana', at, facts: facts([]) };

  test.each([
    [{ ...question, duty: 'king' }, 'duty: '],
    [{ ...question, account: '' }, 'account: '],
    [{ ...question, at: 'noon' }, 'at: '],
    [{ ...question, facts: facts([], { tier: 5 as 1 }) }, 'facts.tier: '],
    [
      { ...question, facts: facts([{ duty: 'author', account: 'ana', evidence: '' }]) },
      'facts.acts.0.evidence: ',
    ],
    [{ ...question, facts: facts([], { rules: { ...initialDutyRules, rules: [] } }) }, 'facts.rules.rules: '],
    [
      { ...question, facts: facts(Array.from({ length: 1_000_000 }, () => act('author', 'a'))) },
      'facts.acts: ',
    ],
  ])('%#', (given, field) =>
    expect(() => checkSod(given as Parameters<typeof checkSod>[0])).toThrow(
      new RegExp(`^INVALID_INPUT: ${field}`),
    ),
  );

  test('with the place of what was asked', () => {
    const violation = (field: string, ref: string) =>
      expect.objectContaining({
        violations: [
          {
            code: 'INVALID_INPUT',
            message: `${field}: Too small: expected string to have >=1 characters.`,
            ref,
          },
        ],
      });
    const bad = facts([act('author', 'ana', '')]);
    expect(() => checkSod({ ...question, duty: 'approver', facts: bad })).toThrow(
      violation('facts.acts.0.evidence', 'APR-07'),
    );
    expect(() => checkReviews(bad, persons({}))).toThrow(violation('acts.0.evidence', 'APR-07.1'));
  });
});

test('lost rules refuse every duty', () => {
  for (const duty of Duty.options)
    expect(checkSod({ duty, account: 'ana', at, facts: facts([], { rules: null }) })).toEqual([
      {
        code: 'DUTY_RULES_MISSING',
        message: 'No duty rules are in force, so nobody may take a duty on. Activate a set of rules.',
        ref: 'reliability 4.2 B9',
        person: 'ana',
        acts: [],
      },
    ]);
});
