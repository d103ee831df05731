import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import { exampleB } from '../../../test/support/riskExamples.js';
import { assess } from './risk.js';
import { initialRiskModel, type RiskModel } from './riskModel.js';

const initial = initialRiskModel;
const { shape } = initial;

/** The initial model with one value at a path replaced. */
function modelWith(path: string, value: unknown): RiskModel {
  const copy = structuredClone(initial) as unknown as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  const parent = names.reduce((part, name) => part[name] as Record<string, unknown>, copy);
  parent[last] = value;
  return copy as unknown as RiskModel;
}
const saying = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
  return [];
};
const refusals = (path: string, value: unknown) => saying(() => assess(exampleB, modelWith(path, value)));

const fraction = { accepted: [0, 1], refused: [-0.001, 1.001] };
const positive = { accepted: [0.001, 1e9], refused: [0, -1] };
const count = { accepted: [0, 1_000], refused: [-1, 0.5] };
const share = { accepted: [], refused: fraction.refused };
const band = { accepted: ['LOW', 'MODERATE', 'HIGH', 'CRITICAL'], refused: ['low', ''] };

test.each<[string, { accepted: unknown[]; refused: unknown[] }]>([
  ['version', { accepted: ['x', 'x'.repeat(100)], refused: ['', 'x'.repeat(101)] }],
  ['year', { accepted: [2027], refused: [2026.5] }],
  ['source', { accepted: ['x'], refused: [''] }],
  ['weights.blast', { accepted: [12], refused: [-1] }],
  ['bands.MODERATE', { accepted: [0, 54.9], refused: [-1, NaN] }],
  ['bands.CRITICAL', { accepted: [55.1, 100], refused: [100.1, Infinity] }],
  ['probability.a', { accepted: [-100, 100], refused: [NaN, Infinity] }],
  ['probability.b', { accepted: [0, 1], refused: [-0.001, NaN] }],
  ['organisationRate', fraction],
  ['toleratedImputations', count],
  ...Object.keys(initial.floors).map((flag) => [`floors.${flag}`, band] as [string, typeof band]),
  ['shape.tiers.1', fraction],
  ['shape.tiers.2', fraction],
  ['shape.tiers.3', fraction],
  ['shape.tiers.4', fraction],
  ['shape.blast.doublings', positive],
  ['shape.blast.sharedAtLeast', fraction],
  ['shape.scope.components.share', share],
  ['shape.scope.lines.share', share],
  ['shape.scope.resources.share', share],
  ['shape.scope.components.full', { accepted: [1.001, 9], refused: [1, 0] }],
  ['shape.scope.lines.full', positive],
  ['shape.scope.resources.full', positive],
  ['shape.history.priorDeployments', positive],
  ['shape.history.full', positive],
  ['shape.history.lastDeployments', { accepted: [20, 1_000], refused: [0, 20.5, 1_001] }],
  ['shape.history.days', positive],
  ['shape.novelty.routineDays', { accepted: [0, 89.9], refused: [-1] }],
  ['shape.novelty.fullDays', { accepted: [7.1, 1e9], refused: [0, -1] }],
  ['shape.reversibility.untested', fraction],
  ['shape.reversibility.none', fraction],
  ['shape.reversibility.rehearsalValidDays', positive],
  ['shape.evidence.perWaiver', fraction],
  ['shape.timing.harmless', { accepted: [0, 1.9], refused: [-0.1] }],
  ['shape.timing.full', { accepted: [0.51, 9], refused: [0, -1] }],
  ['shape.exposure.canary', fraction],
  ['shape.exposure.blue-green', fraction],
  ['shape.exposure.rolling', fraction],
  ['shape.exposure.recreate', fraction],
  ['pessimistic.tier', { accepted: [1, 2, 3, 4], refused: [0, 5, '1'] }],
  ['pessimistic.dependents', count],
  ['pessimistic.components', { accepted: [1, 1_000], refused: [0, 1.5] }],
  ['pessimistic.lines', count],
  ['pessimistic.resources', count],
  ['pessimistic.failureRate', fraction],
  ['pessimistic.rollback', { accepted: ['none', 'irreversible', 'untested'], refused: ['tested', ''] }],
  ['pessimistic.waivedGates', count],
  ['pessimistic.slotMultiplier', { accepted: [0, 9], refused: [-0.1, NaN] }],
  ['pessimistic.strategy', { accepted: ['canary', 'blue-green', 'rolling', 'recreate'], refused: ['', 'x'] }],
])('%s of a risk model has limits, and what lies beyond them is refused by name', (path, of) => {
  expect(of.accepted.flatMap((value) => refusals(path, value))).toEqual([]);
  for (const value of of.refused) {
    const [first] = refusals(path, value);
    expect({ ...first, message: first?.message.split(': ')[0] }).toEqual({
      code: 'INVALID_MODEL',
      message: path,
      ref: '4.1',
    });
  }
});

describe('a risk model is refused', () => {
  test.each([
    ['weights', { ...initial.weights, blast: 12.000002 }, 'The weights must sum to 100'],
    ['weights', { ...initial.weights, blast: 11.999998 }, 'The weights must sum to 100'],
    ['bands', { MODERATE: 55, HIGH: 55, CRITICAL: 75 }, 'The bands must ascend'],
    ['bands', { MODERATE: 30, HIGH: 75, CRITICAL: 75 }, 'The bands must ascend'],
    ['bands', { MODERATE: 80, HIGH: 90, CRITICAL: 75 }, 'The bands must ascend'],
    ['shape.scope', { ...shape.scope, lines: { share: 0.300001, full: 2_000 } }, 'The shares must sum to 1'],
    ['shape.scope', { ...shape.scope, components: { share: 0.4, full: 5 } }, 'The shares must sum to 1'],
    ['shape.novelty', { routineDays: 90, fullDays: 90 }, 'routineDays must be below fullDays'],
    ['shape.timing', { harmless: 2, full: 2 }, 'harmless must be below full'],
  ])('where its %s are %j', (path, value, why) => {
    expect(refusals(path, value)).toEqual([
      { code: 'INVALID_MODEL', message: `${path}: ${why}.`, ref: '4.1' },
    ]);
  });

  test('where something is missing or unknown, or it is none at all', () => {
    const paths = [
      'weights',
      'bands',
      'probability',
      'floors',
      'shape',
      'pessimistic',
      ...Object.keys(shape).map((name) => `shape.${name}`),
    ];
    for (const path of paths) {
      expect(refusals(path, {})[0]?.message).toMatch(new RegExp(`^${path}\\.[^ ]+: `));
    }
    expect(refusals('surprise', 1)).toEqual([
      { code: 'INVALID_MODEL', message: 'model: Unrecognized key: "surprise".', ref: '4.1' },
    ]);
    const none = 'Invalid input: expected object, received null';
    expect(saying(() => assess(exampleB, null as unknown as RiskModel))).toEqual([
      { code: 'INVALID_MODEL', message: `model: ${none}.`, ref: '4.1' },
    ]);
  });
});

test('the weights may differ from 100 by what binary fractions lose', () => {
  expect(refusals('weights', { ...initial.weights, blast: 12.0000005 })).toEqual([]);
  expect(refusals('weights', { ...initial.weights, blast: 11.9999995 })).toEqual([]);
});

test('a new installation starts with the numbers of formulas 4.1', () => {
  expect(initial).toEqual({
    version: '1',
    year: 2026,
    source: 'formulas 4.1, initial weights',
    weights: {
      criticality: 20,
      blast: 12,
      scope: 12,
      history: 18,
      novelty: 8,
      reversibility: 12,
      evidence: 8,
      timing: 6,
      exposure: 4,
    },
    bands: { MODERATE: 30, HIGH: 55, CRITICAL: 75 },
    probability: { a: -3.6, b: 0.045 },
    organisationRate: 0.15,
    toleratedImputations: 3,
    floors: {
      breakGlass: 'CRITICAL',
      openSevereIncident: 'HIGH',
      freezeException: 'HIGH',
      regulated: 'MODERATE',
      dataHandlingChange: 'MODERATE',
      errorBudgetWarning: 'MODERATE',
    },
    shape: {
      tiers: { 1: 1, 2: 0.6, 3: 0.3, 4: 0.1 },
      blast: { doublings: 5, sharedAtLeast: 0.8 },
      scope: {
        components: { share: 0.5, full: 5 },
        lines: { share: 0.3, full: 2_000 },
        resources: { share: 0.2, full: 50 },
      },
      history: { priorDeployments: 10, full: 0.4, lastDeployments: 20, days: 180 },
      novelty: { routineDays: 7, fullDays: 90 },
      reversibility: { untested: 0.5, none: 1, rehearsalValidDays: 90 },
      evidence: { perWaiver: 0.34 },
      timing: { harmless: 0.5, full: 2 },
      exposure: { canary: 0.2, 'blue-green': 0.2, rolling: 0.5, recreate: 1 },
    },
    pessimistic: {
      tier: 1,
      dependents: 31,
      components: 5,
      lines: 2_000,
      resources: 50,
      failureRate: 0.4,
      rollback: 'none',
      waivedGates: 3,
      slotMultiplier: 2,
      strategy: 'recreate',
    },
  });
});
