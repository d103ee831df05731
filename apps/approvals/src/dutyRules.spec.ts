import { describe, expect, test } from 'vitest';
import { checkSod } from './duties.js';
import { type DutyRule, type DutyRules, initialDutyRules } from './dutyRules.js';

const PROD = { environmentClasses: ['PROD'] };

test('the rules of a new installation are data with a version, a year and a source', () => {
  const rows = initialDutyRules.rules.map(({ id, one, other, ref, where }) => [id, one, other, ref, where]);
  expect(initialDutyRules).toMatchObject({ version: '1', year: 2026, source: 'APR-07, reliability 4.2' });
  expect(rows).toEqual([
    ['SOD_AUTHOR_APPROVER', 'author', 'approver', 'APR-07.1', undefined],
    ['SOD_REQUESTER_APPROVER', 'requester', 'approver', 'reliability 4.2 B1', undefined],
    ['SOD_APPROVER_OPERATOR', 'approver', 'operator', 'APR-07.1', PROD],
    ['SOD_AUTHOR_OPERATOR', 'author', 'operator', 'APR-07.3', { ...PROD, tiers: [1], regulated: true }],
    ['SOD_REQUESTER_OPERATOR', 'requester', 'operator', 'reliability 4.2', { ...PROD, regulated: true }],
    ['SOD_REQUESTER_CAB_VOTER', 'requester', 'cab_voter', 'APR-07.1', undefined],
    ['AUTHOR_IS_ACTIVATOR', 'policy_author', 'policy_activator', 'LIB-08.1', undefined],
    ['SOD_EXCEPTION_REQUESTER_APPROVER', 'exception_requester', 'exception_approver', 'APR-07.1', undefined],
    ['SOD_BREAK_GLASS_RETROSPECTIVE', 'break_glass_user', 'retrospective_approver', 'APR-07.1', undefined],
    ['SOD_RULE_EDITOR_APPROVER', 'rule_editor', 'approver', 'reliability 4.2 B8', undefined],
  ]);
});

describe('rules of a company’s own', () => {
  const rule: DutyRule = { id: 'ABC', one: 'reviewer', other: 'operator', ref: 'house rule 7' };
  const rules: DutyRules = { version: 'v2', year: 2027, source: 'house rules', rules: [rule] };
  const codes = (given: DutyRules, tier: 1 | 2 = 1) =>
    checkSod({
      duty: 'operator',
      account: 'ana',
      at: '2027-03-01T12:00:00Z',
      facts: {
        environmentClass: 'PROD',
        tier,
        acts: [{ duty: 'reviewer', account: 'ana', evidence: 'review 1' }],
        rules: given,
      },
    }).map(({ code }) => code);
  const one = (more: Partial<DutyRule>): DutyRules => ({ ...rules, rules: [{ ...rule, ...more }] });
  const many = (count: number): DutyRules => ({
    ...rules,
    rules: Array.from({ length: count }, (_, i) => ({ ...rule, id: `RULE_${i}` })),
  });

  test('replace the initial ones', () => {
    expect(codes(rules)).toEqual(['ABC']);
    expect(codes(one({ where: { environmentClasses: ['TEST', 'PROD'], tiers: [1, 3] } }))).toEqual(['ABC']);
    expect(codes(one({ where: { environmentClasses: ['TEST', 'PROD'], tiers: [1, 3] } }), 2)).toEqual([]);
    expect(codes(one({ id: `A_9${'X'.repeat(58)}` }))).toHaveLength(1);
    expect(codes(many(200))).toHaveLength(200);
  });

  test.each<[string, DutyRules]>([
    ['rules.0.id', one({ id: 'AB' })],
    ['rules.0.id', one({ id: `A_9${'X'.repeat(59)}` })],
    ['rules.0.id', one({ id: '1ABC' })],
    ['rules.0.id', one({ id: 'xABC' })],
    ['rules.0.id', one({ id: 'ABCx' })],
    ['rules.0.one', one({ one: '' as 'author' })],
    ['rules.0.ref', one({ ref: '' })],
    ['rules.0.where.environmentClasses', one({ where: { environmentClasses: [] } })],
    ['rules.0.where.tiers', one({ where: { tiers: [] } })],
    ['rules.0.where', one({ where: { region: 'eu' } as DutyRule['where'] })],
    ['rules.0', one({ severity: 1 } as Partial<DutyRule>)],
    ['version', { ...rules, version: '' }],
    ['source', { ...rules, source: '' }],
    ['year', { ...rules, year: 2026.5 }],
    ['rules', { ...rules, rules: [] }],
    ['rules', many(201)],
  ])('are refused by the name of their field: %s', (field, given) =>
    expect(() => codes(given)).toThrow(new RegExp(`^INVALID_INPUT: facts\\.rules\\.${field}: `)),
  );
});
