import { describe, expect, test } from 'vitest';
import { exampleA, exampleB, exampleC } from '../../../test/support/riskExamples.js';
import { assess, type RiskInputs } from './risk.js';
import { type FactorName, initialRiskModel as model } from './riskModel.js';

const of = (inputs: RiskInputs, name: FactorName) =>
  assess(inputs).factors.find((factor) => factor.name === name)!;
const [service] = exampleB.services!;

describe('what helps most is told for each factor:', () => {
  test.each<[string, RiskInputs, FactorName, string, number]>([
    [
      'an unknown tier',
      { ...exampleB, services: [{ ...service, tier: undefined }] },
      'criticality',
      'State the tier of every service',
      -18,
    ],
    [
      'one unknown tier beside a known one',
      { ...exampleB, services: [{ ...service, tier: 2 }, {}] },
      'criticality',
      'State the tier of every service',
      -8,
    ],
    ['unknown dependents', { ...exampleB, dependents: undefined }, 'blast', 'State the hard dependents', -12],
    [
      'unknown dependents of shared infrastructure',
      { ...exampleC, dependents: undefined },
      'blast',
      'State the hard dependents',
      -2.4,
    ],
    [
      'many components',
      { ...exampleB, components: 3, lines: 100, resources: 5 },
      'scope',
      'Deploy one component at a time',
      -3,
    ],
    [
      'many lines',
      { ...exampleB, components: 2, lines: 1_000, resources: 30 },
      'scope',
      'Split the code change into smaller ones',
      -1.8,
    ],
    [
      'many resources',
      { ...exampleB, components: 1, lines: 400, resources: 40 },
      'scope',
      'Change the resources separately',
      -1.92,
    ],
    ['a bad record', exampleA, 'history', 'Let one more deployment succeed first', -1.5],
    ['no record', {}, 'history', 'State failures and deployments of every service', -15.75],
    ['no services', { services: [] }, 'history', 'State failures and deployments of every service', -15.75],
    [
      'a long silence',
      { ...exampleB, services: [{ ...service, daysSinceLastSuccess: 48.5 }] },
      'novelty',
      'Deploy a small change successfully first',
      -4,
    ],
    ['no success at all', exampleC, 'novelty', 'Deploy a small change successfully first', -8],
    [
      'a rehearsal long ago',
      { ...exampleB, rollbackTestedDaysAgo: 91 },
      'reversibility',
      'Rehearse the rollback again',
      -6,
    ],
    ['no rehearsal', { ...exampleB, rollback: 'untested' }, 'reversibility', 'Rehearse the rollback', -6],
    [
      'an irreversible step',
      { ...exampleB, rollback: 'irreversible' },
      'reversibility',
      'Make every step reversible and rehearse the rollback',
      -12,
    ],
    [
      'no rollback',
      { ...exampleB, rollback: 'none' },
      'reversibility',
      'Write a rollback plan and rehearse it',
      -12,
    ],
    [
      'nothing said about rollback',
      { ...exampleB, rollback: undefined },
      'reversibility',
      'Write a rollback plan and rehearse it',
      -12,
    ],
    ['a waived gate', { ...exampleB, waivedGates: 1 }, 'evidence', 'Pass the waived gates', -2.72],
    ['a busy hour', { ...exampleB, slotMultiplier: 1.25 }, 'timing', 'Choose a quieter hour of the week', -3],
    ['no hour', exampleB, 'timing', 'Choose a quieter hour of the week', -2],
    ['a rolling deployment', { ...exampleB, strategy: 'rolling' }, 'exposure', 'Roll out as a canary', -1.2],
    ['a deployment at once', { ...exampleB, strategy: 'recreate' }, 'exposure', 'Roll out as a canary', -3.2],
  ])('%s', (_, inputs, name, action, points) => {
    const { improvement } = of(inputs, name);
    expect({ action: improvement?.action, points: improvement?.points.toFixed(6) }).toEqual({
      action,
      points: points.toFixed(6),
    });
  });

  test('nothing, where the factor is as good as it gets', () => {
    const best: RiskInputs = {
      services: [{ tier: 1, failures: 0, deployments: 20, daysSinceLastSuccess: 7 }],
      dependents: 5,
      components: 1,
      lines: 0,
      resources: 0,
      rollback: 'tested',
      rollbackTestedDaysAgo: 90,
      waivedGates: 0,
      slotMultiplier: 0.5,
      strategy: 'blue-green',
    };
    expect(assess(best).factors.map(({ improvement }) => improvement)).toEqual(Array(9).fill(null));
  });

  test('the other ways to roll out, where the model prefers them', () => {
    const exposed = (exposure: (typeof model)['shape']['exposure']) =>
      assess(
        { ...exampleB, strategy: 'recreate' },
        { ...model, shape: { ...model.shape, exposure } },
      ).factors.find(({ name }) => name === 'exposure')!.improvement;
    expect(exposed({ canary: 0.5, 'blue-green': 0.25, rolling: 0.75, recreate: 1 })).toEqual({
      action: 'Roll out blue-green',
      points: -3,
    });
    expect(exposed({ canary: 0.5, 'blue-green': 0.75, rolling: 0.25, recreate: 1 })).toEqual({
      action: 'Roll out gradually',
      points: -3,
    });
  });
});

describe('one more success', () => {
  const record = (failures: number, deployments: number): RiskInputs => ({
    ...exampleB,
    services: [{ ...service, failures, deployments }],
  });
  const gain = (failures: number, deployments: number) =>
    of(record(failures, deployments), 'history').improvement?.points ?? 0;
  const points = (failures: number, deployments: number) =>
    (18 / 0.4) * ((failures + 1.5) / (deployments + 10));

  test('makes a short record longer', () => {
    expect(gain(2, 19)).toBeCloseTo(points(2, 20) - points(2, 19), 8);
    expect(gain(0, 0)).toBeCloseTo(points(0, 1) - points(0, 0), 8);
  });

  test('pushes the oldest out of a full record, at best a failure', () => {
    expect(gain(1, 20)).toBeCloseTo(points(0, 20) - points(1, 20), 8);
    expect(gain(0, 20)).toBe(0);
  });
});

test('the floors that apply are told with their reasons, in one order', () => {
  const flags = {
    errorBudgetWarning: true,
    dataHandlingChange: true,
    regulated: true,
    freezeException: true,
    openSevereIncident: true,
    breakGlass: true,
  };
  expect(assess({ ...exampleB, ...flags }).floors).toEqual([
    { code: 'BREAK_GLASS', atLeast: 'CRITICAL', reason: 'Break-glass is in use.' },
    {
      code: 'OPEN_SEVERE_INCIDENT',
      atLeast: 'HIGH',
      reason: 'A SEV1 or SEV2 incident is open on the service or a direct hard dependency.',
    },
    { code: 'FREEZE_EXCEPTION', atLeast: 'HIGH', reason: 'It overlaps an active freeze by exception.' },
    { code: 'REGULATED', atLeast: 'MODERATE', reason: 'The environment is regulated.' },
    { code: 'DATA_HANDLING', atLeast: 'MODERATE', reason: 'It changes how data are handled.' },
    { code: 'ERROR_BUDGET_WARNING', atLeast: 'MODERATE', reason: 'The error budget is in warning.' },
  ]);
});
