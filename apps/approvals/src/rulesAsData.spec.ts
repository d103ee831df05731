import { describe, expect, test } from 'vitest';
import { checkEmergency, initialEmergencyRules } from './override.js';
import { initialRecalibration } from './outcomes.js';
import { promotionReasons } from './promotion.js';
import { type ApprovalRule, type Electorate, satisfiable } from './quorum.js';
import { recalibrate } from './recalibration.js';
import { assess, type RiskInputs } from './risk.js';
import { initialRiskModel, type RiskModel } from './riskModel.js';

describe('the emergency path', () => {
  const at = '2027-03-01T22:00:00Z';
  const owed = ['2027-03-01T21:00:00Z', '2027-03-01T20:00:00Z'].map((dueAt, i) => ({
    id: `r${i}`,
    dueAt,
    doneAt: null,
  }));
  const codes = (more: object, debts = owed) =>
    checkEmergency({ reference: 'INC-1', at, owed: debts }, { ...initialEmergencyRules, ...more }).map(
      ({ code }) => code,
    );

  test('closes by numbers that are data with a year and a source', () => {
    expect(initialEmergencyRules).toEqual({
      version: '1',
      year: 2026,
      source: 'APR-08.2, reliability 4.2 B12',
      maxOverdue: 2,
      maxLateHours: 72,
    });
    expect(codes({})).toEqual(['EMERGENCY_PATH_SUSPENDED']);
    expect(codes({ maxOverdue: 3 })).toEqual([]);
    expect(codes({ maxLateHours: 1 }, owed.slice(0, 1))).toEqual([]);
    expect(codes({ maxLateHours: 0.99 }, owed.slice(0, 1))).toEqual(['EMERGENCY_PATH_SUSPENDED']);
  });

  test('does not close by a number that is none', () =>
    expect(() => codes({ maxOverdue: Number.NaN })).toThrow(/^INVALID_INPUT: maxOverdue: /));
});

describe('the rules of a recalibration', () => {
  const question = { outcomes: [], model: initialRiskModel, version: '2', at: '2027-03-01T00:00:00Z' };
  const running = (more: object) => () => recalibrate(question, { ...initialRecalibration, ...more });

  test.each([
    [{ halfLifeDays: 0 }, 'halfLifeDays'],
    [{ windowDays: Infinity }, 'windowDays'],
    [{ trainShare: 1 }, 'trainShare'],
    [{ trainShare: 0 }, 'trainShare'],
    [{ step: 1 }, 'step'],
    [{ step: 0 }, 'step'],
    [{ minOutcomes: 0 }, 'minOutcomes'],
    [{ strength: Number.NaN }, 'strength'],
    [{ rate: { least: 0.5, most: 0.4 } }, 'rate'],
  ])('are refused by name: %j', (more, field) =>
    expect(running(more)).toThrow(new RegExp(`^INVALID_INPUT: ${field}: `)),
  );

  test('may be others', () =>
    expect(running({ minOutcomes: 1, rate: { least: 0.1, most: 0.1 } })()).toMatchObject({ state: 'NONE' }));

  test('promote nothing on a quality that is no number', () => {
    const before = { brier: 0.12, auc: 0.7 };
    expect(promotionReasons(before, { brier: Number.NaN, auc: 0.7 })).toEqual(['BRIER_NOT_IMPROVED']);
    expect(promotionReasons(before, { brier: 0.1, auc: Number.NaN })).toEqual(['AUC_DROPPED']);
  });
});

describe('why a rule cannot be satisfied', () => {
  const step = { name: 'one', groups: ['dev', 'security'], quorum: 1, veto: ['security'] };
  const rule = (...steps: ApprovalRule['steps']): ApprovalRule => ({ id: 'r', version: '1', steps });
  const ask = (of: ApprovalRule, security: Electorate['groups'][string], acts: string[] = []) =>
    satisfiable({
      rule: of,
      electorate: { groups: { dev: { members: ['ana', 'ben'] }, security } },
      duties: {
        environmentClass: 'PROD',
        acts: acts.map((account) => ({ duty: 'author', account, evidence: 'commit 1' })),
      },
      at: '2027-03-01T22:00:00Z',
    });

  test('is a group that must be heard and has nobody who may speak', () => {
    const reason = 'Step one waits for a word from security, of whom nobody may vote.';
    expect(ask(rule(step), { members: [] })).toMatchObject({ satisfiable: false, reason });
    expect(ask(rule(step), { members: ['sam'] }, ['sam'])).toMatchObject({ satisfiable: false, reason });
    expect(ask(rule(step), { members: ['sam'] }).satisfiable).toBe(true);
    expect(ask(rule(step), { members: [], open: true }).satisfiable).toBe(true);
    expect(ask(rule({ ...step, awaitVeto: false }), { members: [] }).satisfiable).toBe(true);
  });

  test('is every step that is short, beside such a group', () =>
    expect(ask(rule({ ...step, quorum: 3 }), { members: [] }).reason).toBe(
      'Step one waits for a word from security, of whom nobody may vote. Step one needs 3 persons and has 2.',
    ));

  test('is the steps together, where each alone has enough', () => {
    const two = ['one', 'two'].map((name) => ({ name, groups: ['dev'], quorum: 2 }));
    expect(ask(rule(...two), { members: [] }).reason).toBe(
      'The steps need more different persons than their groups have between them.',
    );
  });
});

describe('the risk model', () => {
  const calm: RiskInputs = {
    services: [{ tier: 4, failures: 0, deployments: 20, daysSinceLastSuccess: 1 }],
    dependents: 0,
    components: 1,
    lines: 0,
    resources: 0,
    rollback: 'tested',
    waivedGates: 0,
    slotMultiplier: 'none',
    strategy: 'canary',
  };
  const withHistory = (deployments: number): RiskInputs => ({
    ...calm,
    services: [{ tier: 4, failures: 5, deployments, daysSinceLastSuccess: 1 }],
  });
  const shaped = (shape: Partial<RiskModel['shape']>): RiskModel => ({
    ...initialRiskModel,
    shape: { ...initialRiskModel.shape, ...shape },
  });

  test('holds the floors of 4.1.3, each of which may be another', () => {
    expect(initialRiskModel.floors).toEqual({
      breakGlass: 'CRITICAL',
      openSevereIncident: 'HIGH',
      freezeException: 'HIGH',
      regulated: 'MODERATE',
      dataHandlingChange: 'MODERATE',
      errorBudgetWarning: 'MODERATE',
    });
    const floors = { ...initialRiskModel.floors, regulated: 'HIGH' as const };
    expect(assess({ ...calm, regulated: true }).band).toBe('MODERATE');
    expect(assess({ ...calm, regulated: true }, { ...initialRiskModel, floors })).toMatchObject({
      band: 'HIGH',
      floors: [{ code: 'REGULATED', atLeast: 'HIGH', reason: 'The environment is regulated.' }],
    });
  });

  test('says how many deployments history looks at', () => {
    const history = { ...initialRiskModel.shape.history, lastDeployments: 30 };
    expect(initialRiskModel.shape.history).toEqual({
      priorDeployments: 10,
      full: 0.4,
      lastDeployments: 20,
      days: 180,
    });
    expect(() => assess(withHistory(21))).toThrow(/^INVALID_INPUT: services\.0\.deployments: .+<=20\.$/);
    expect(assess(withHistory(20)).lowConfidence).toBe(false);
    expect(() => assess(withHistory(31), shaped({ history }))).toThrow(/<=30\.$/);
    const of = (model: RiskModel) =>
      assess(withHistory(20), model).factors.find(({ name }) => name === 'history')?.improvement?.points;
    expect(of(initialRiskModel)).toBeCloseTo((18 / 0.4) * (5.5 / 30 - 6.5 / 30), 9);
    expect(of(shaped({ history }))).toBeCloseTo((18 / 0.4) * (6.5 / 31 - 6.5 / 30), 9);
  });

  test('keeps every factor within 0 and 1: the shares of scope sum to 1', () => {
    const { scope } = initialRiskModel.shape;
    const more = shaped({ scope: { ...scope, lines: { share: 0.31, full: 2000 } } });
    expect(() => assess(calm, more)).toThrow('shape.scope: The shares must sum to 1.');
  });
});
