import { Rejected } from '#events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, bandOf, failureProbability, type RiskInputs } from './risk.js';
import { bandNames, factorNames, initialRiskModel, total } from './riskModel.js';
import { exampleA, exampleB, exampleC } from '../../../test/support/riskExamples.js';

const pointsOf = (inputs: RiskInputs) => {
  const byName = new Map(assess(inputs).factors.map(({ name, points }) => [name, points]));
  return factorNames.map((name) => byName.get(name)!);
};
const factor = (inputs: RiskInputs, name: string) =>
  assess(inputs).factors.find((each) => each.name === name)!;
const refusal = (act: () => unknown): Rejected => {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};
const messages = (act: () => unknown) =>
  refusal(act).violations.map(({ code, message }) => `${code} ${message}`);

describe('APR-02 S1: the worked examples of 4.1.4', () => {
  test.each([
    ['A: payments canary', exampleA, 47.5, 'MODERATE', 0.188],
    ['B: small internal fix', exampleB, 13.5, 'LOW', 0.048],
    ['C: platform big bang', exampleC, 85.3, 'CRITICAL', 0.56],
  ] as const)('%s', (_, inputs, score, band, probability) => {
    const assessment = assess(inputs);
    expect(assessment).toMatchObject({ score, band, lowConfidence: false, floors: [], modelVersion: '1' });
    expect(assessment.probability).toBeCloseTo(probability, 3);
  });

  test.each([
    ['A', exampleA, [20, 8.881, 2.796, 6.75, 0.289, 6, 0, 2, 0.8]],
    ['B', exampleB, [6, 2.4, 0.072, 2.25, 0, 0, 0, 2, 0.8]],
    ['C', exampleC, [20, 11.89, 10.5, 11.25, 8, 12, 2.72, 4.964, 4]],
  ] as const)('%s point by point', (_, inputs, points) => {
    expect(pointsOf(inputs).map((value) => Math.round(value * 1000) / 1000)).toEqual(points);
  });

  test('A unrounded is the score that 4.5.5 starts from', () => {
    const { unrounded } = assess(exampleA);
    expect(unrounded).toBeCloseTo(47.516, 3);
    expect(-3.6 + 0.045 * unrounded).toBeCloseTo(-1.4618, 4);
  });
});

test('APR-02 S2: example A with a rollback rehearsal recorded scores 41.5', () => {
  expect(assess({ ...exampleA, rollback: 'tested' }).score).toBe(41.5);
});

describe('APR-02 S3: four imputed factors and a computed 52.0', () => {
  // tier 4: 2, five components: 6, timing: 2; imputed: history 18, reversibility 12, evidence 8, exposure 4
  const inputs: RiskInputs = {
    services: [{ tier: 4, daysSinceLastSuccess: 7 }],
    dependents: 0,
    components: 5,
    lines: 0,
    resources: 0,
    slotMultiplier: 1,
  };

  test('raise the band to HIGH with low confidence and leave the score', () => {
    expect(assess(inputs)).toMatchObject({ score: 52, unrounded: 52, band: 'HIGH', lowConfidence: true });
    expect(
      assess(inputs)
        .factors.filter(({ imputed }) => imputed)
        .map(({ name }) => name),
    ).toEqual(['history', 'reversibility', 'evidence', 'exposure']);
  });

  test('three of them do not', () => {
    expect(assess({ ...inputs, strategy: 'recreate' })).toMatchObject({
      score: 52,
      band: 'MODERATE',
      lowConfidence: false,
    });
  });
});

describe('a missing input', () => {
  test('counts as the worst value of its factor, flagged', () => {
    const nothing = assess({});
    expect(nothing).toMatchObject({ score: 100, band: 'CRITICAL', lowConfidence: true });
    expect(nothing.factors.every(({ value, imputed }) => value === 1 && imputed)).toBe(true);
  });

  test('an empty list of services is a missing one', () => {
    expect(factor({ ...exampleA, services: [] }, 'criticality')).toMatchObject({ value: 1, imputed: true });
  });

  test('imputes its factor alone, at the values of 4.1.2', () => {
    const { lines: _lines, ...noLines } = exampleB;
    expect(factor(noLines, 'scope')).toMatchObject({ value: 0.3, imputed: true });
    const { slotMultiplier: _slot, ...noSlot } = exampleB;
    expect(factor(noSlot, 'timing')).toMatchObject({ value: 1, imputed: true });
    expect(factor(exampleB, 'timing')).toMatchObject({ imputed: false });
  });

  test('of one service among several imputes the factor', () => {
    const [known] = exampleB.services!;
    const services = [known!, {}];
    const imputed = assess({ ...exampleB, services }).factors.filter((each) => each.imputed);
    expect(imputed.map(({ name }) => name).sort()).toEqual(['criticality', 'history', 'novelty']);
    expect(assess({ ...exampleB, services: [known!, known!] }).factors.some((each) => each.imputed)).toBe(
      false,
    );
  });

  test('a failure count without its deployments is missing history', () => {
    expect(factor({ ...exampleB, services: [{ tier: 3, deployments: 20 }] }, 'history')).toMatchObject({
      value: 1,
      imputed: true,
    });
    expect(factor({ ...exampleB, services: [{ tier: 3, failures: 0 }] }, 'history')).toMatchObject({
      value: 1,
      imputed: true,
    });
  });
});

describe('the factors', () => {
  test('of several services take the worst of each', () => {
    const both: RiskInputs = {
      ...exampleB,
      services: [
        { tier: 3, failures: 6, deployments: 20, daysSinceLastSuccess: 0 },
        { tier: 2, failures: 0, deployments: 20, daysSinceLastSuccess: 48.5 },
      ],
    };
    expect(factor(both, 'criticality').value).toBe(0.6);
    expect(factor(both, 'history').value).toBeCloseTo(0.625, 12);
    expect(factor(both, 'novelty').value).toBeCloseTo(0.5, 12);
  });

  test.each([
    [0, 0],
    [7, 0],
    [48.5, 0.5],
    [90, 1],
    [4000, 1],
    ['never', 1],
  ] as const)('novelty after %s days is %s', (daysSinceLastSuccess, value) => {
    const services = [{ tier: 3, failures: 0, deployments: 20, daysSinceLastSuccess } as const];
    expect(factor({ ...exampleB, services }, 'novelty').value).toBe(value);
  });

  test.each([
    [0.4, 0],
    [0.5, 0],
    [1.25, 0.5],
    [2, 1],
    [9, 1],
  ])('timing at multiplier %s is %s', (slotMultiplier, value) => {
    expect(factor({ ...exampleB, slotMultiplier }, 'timing').value).toBe(value);
  });

  test.each([
    [0, false, 0],
    [0, true, 0.8],
    [30, true, Math.log2(31) / 5],
    [31, false, 1],
    [400, false, 1],
  ])('blast of %s dependents (shared %s) is %s', (dependents, sharedInfrastructure, value) => {
    expect(factor({ ...exampleB, dependents, sharedInfrastructure }, 'blast').value).toBe(value);
  });

  test.each([
    ['canary', 0.2],
    ['blue-green', 0.2],
    ['rolling', 0.5],
    ['recreate', 1],
  ] as const)('exposure of %s is %s', (strategy, value) => {
    expect(factor({ ...exampleB, strategy }, 'exposure').value).toBe(value);
  });

  test.each([
    [0, 0],
    [1, 0.34],
    [2, 0.68],
    [3, 1],
  ])('evidence with %s waived gates is %s', (waivedGates, value) => {
    expect(factor({ ...exampleB, waivedGates }, 'evidence').value).toBe(value);
  });

  test.each([
    ['tested', undefined, 0],
    ['tested', 90, 0],
    ['tested', 90.01, 0.5],
    ['untested', undefined, 0.5],
    ['irreversible', 10, 1],
    ['none', undefined, 1],
  ] as const)(
    'reversibility of a rollback %s, rehearsed %s days ago, is %s',
    (rollback, rollbackTestedDaysAgo, value) => {
      expect(factor({ ...exampleB, rollback, rollbackTestedDaysAgo }, 'reversibility').value).toBe(value);
    },
  );

  test('a service never deployed has the organisation’s failure rate', () => {
    const services = [{ tier: 3, failures: 0, deployments: 0, daysSinceLastSuccess: 'never' } as const];
    expect(factor({ ...exampleB, services }, 'history').value).toBeCloseTo(0.15 / 0.4, 12);
  });
});

describe('the bands', () => {
  test.each([
    [0, 'LOW'],
    [29.999, 'LOW'],
    [30, 'MODERATE'],
    [54.999, 'MODERATE'],
    [55, 'HIGH'],
    [74.999, 'HIGH'],
    [75, 'CRITICAL'],
    [100, 'CRITICAL'],
  ])('%s is %s', (score, band) => expect(bandOf(score, initialRiskModel)).toBe(band));

  test('are compared unrounded: 29.96 is reported as 30.0 and LOW', () => {
    const weights = { ...initialRiskModel.weights, criticality: 29.96, history: 8.04 };
    const only = { ...exampleB, dependents: 0, lines: 0, slotMultiplier: 0.5 };
    const model = {
      ...initialRiskModel,
      weights,
      organisationRate: 0,
      shape: {
        ...initialRiskModel.shape,
        tiers: { 1: 1, 2: 1, 3: 1, 4: 1 },
        exposure: { ...initialRiskModel.shape.exposure, canary: 0 },
      },
    };
    expect(assess(only, model)).toMatchObject({ score: 30, unrounded: 29.96, band: 'LOW' });
  });
});

describe('the floors of 4.1.3', () => {
  test.each([
    ['openSevereIncident', 'HIGH'],
    ['freezeException', 'HIGH'],
    ['regulated', 'MODERATE'],
    ['dataHandlingChange', 'MODERATE'],
    ['errorBudgetWarning', 'MODERATE'],
    ['breakGlass', 'CRITICAL'],
  ] as const)('%s raises LOW to %s and leaves the score', (flag, band) => {
    const assessment = assess({ ...exampleB, [flag]: true });
    expect(assessment).toMatchObject({ score: 13.5, band });
    expect(assessment.floors.map(({ atLeast }) => atLeast)).toEqual([band]);
  });

  test('all reasons are listed, the highest decides', () => {
    const { band, floors } = assess({
      ...exampleB,
      regulated: true,
      openSevereIncident: true,
      errorBudgetWarning: true,
    });
    expect(band).toBe('HIGH');
    expect(floors.map(({ code }) => code)).toEqual([
      'OPEN_SEVERE_INCIDENT',
      'REGULATED',
      'ERROR_BUDGET_WARNING',
    ]);
  });

  test('never lower a band', () => {
    expect(assess({ ...exampleC, regulated: true }).band).toBe('CRITICAL');
  });

  test('a flag that is false is not a floor', () => {
    expect(assess({ ...exampleB, breakGlass: false }).floors).toEqual([]);
  });

  test('an unassessed shared-infrastructure change is not scored', () => {
    expect(refusal(() => assess({ ...exampleC, impactAssessed: false })).code).toBe(
      'IMPACT_ASSESSMENT_REQUIRED',
    );
    expect(assess({ ...exampleC, impactAssessed: true }).score).toBe(85.3);
    expect(assess({ ...exampleA, impactAssessed: false }).score).toBe(47.5);
  });
});

describe('the explanation', () => {
  test('is sorted by contribution', () => {
    expect(assess(exampleA).factors.map(({ name }) => name)).toEqual([
      'criticality',
      'blast',
      'history',
      'reversibility',
      'scope',
      'timing',
      'exposure',
      'novelty',
      'evidence',
    ]);
  });

  test('names the largest single improvement of each factor', () => {
    expect(factor(exampleA, 'reversibility').improvement).toEqual({
      action: 'Rehearse the rollback',
      points: -6,
    });
    expect(factor(exampleC, 'scope').improvement).toEqual({
      action: 'Deploy one component at a time',
      points: -4.5,
    });
    expect(factor(exampleC, 'exposure').improvement).toEqual({
      action: 'Roll out as a canary',
      points: -3.2,
    });
    expect(factor(exampleC, 'evidence').improvement).toEqual({
      action: 'Pass the waived gates',
      points: -2.72,
    });
    expect(factor(exampleC, 'novelty').improvement).toMatchObject({ points: -8 });
    expect(factor(exampleC, 'timing').improvement).toMatchObject({ points: -4.964 });
    expect(factor(exampleA, 'history').improvement).toMatchObject({ points: -1.5 });
    expect(factor(exampleC, 'reversibility').improvement).toEqual({
      action: 'Make every step reversible and rehearse the rollback',
      points: -12,
    });
  });

  test('has none where nothing can be done', () => {
    expect(factor(exampleA, 'criticality').improvement).toBeNull();
    expect(factor(exampleA, 'blast').improvement).toBeNull();
    expect(factor(exampleB, 'reversibility').improvement).toBeNull();
    expect(factor(exampleB, 'history').improvement).toBeNull();
  });

  test('says what an imputed factor would gain from being stated', () => {
    expect(factor({}, 'criticality').improvement).toEqual({
      action: 'State the tier of every service',
      points: -18,
    });
    expect(factor({}, 'blast').improvement).toEqual({ action: 'State the hard dependents', points: -12 });
    const states = 'State failures and deployments of every service';
    const [known] = exampleA.services!;
    expect(factor({}, 'history').improvement?.action).toBe(states);
    for (const partly of [{ failures: 3 }, { deployments: 20 }]) {
      expect(factor({ services: [known!, partly] }, 'history').improvement?.action).toBe(states);
    }
    expect(factor(exampleA, 'history').improvement?.action).toBe('Let one more deployment succeed first');
  });

  test('a success more draws a short record down', () => {
    const services = [{ tier: 1, failures: 3, deployments: 10, daysSinceLastSuccess: 10 } as const];
    const { improvement } = factor({ ...exampleA, services }, 'history');
    expect(improvement?.points).toBeCloseTo(18 * (4.5 / 21 / 0.4 - 4.5 / 20 / 0.4), 8);
  });
});

test.each([
  [20, 0.063],
  [50, 0.206],
  [80, 0.5],
])('a score of %s fails with probability %s (4.1.5)', (score, probability) => {
  expect(failureProbability(score, initialRiskModel)).toBeCloseTo(probability, 3);
});

describe('bad input is refused by name', () => {
  test.each([
    [{ ...exampleA, lines: NaN }, 'lines'],
    [{ ...exampleA, lines: -1 }, 'lines'],
    [{ ...exampleA, slotMultiplier: Infinity }, 'slotMultiplier'],
    [{ ...exampleA, components: 0 }, 'components'],
    [{ ...exampleA, dependents: 1.5 }, 'dependents'],
    [{ ...exampleA, services: [{ tier: 5 }] }, 'services.0.tier'],
    [{ ...exampleA, services: [{ failures: 4, deployments: 3 }] }, 'services.0.failures'],
    [{ ...exampleA, services: [{ failures: 1, deployments: 21 }] }, 'services.0.deployments'],
    [{ ...exampleA, services: [{ service: '' }] }, 'services.0.service'],
    [{ ...exampleA, strategy: 'yolo' }, 'strategy'],
    [{ ...exampleA, rollback: '__proto__' }, 'rollback'],
    [{ ...exampleA, surprise: 1 }, 'input'],
    [null, 'input'],
    [[], 'input'],
  ])('%#', (inputs, field) => {
    expect(messages(() => assess(inputs as RiskInputs))[0]).toMatch(`INVALID_INPUT ${field}: `);
  });

  test('a million services in no time, and in a few lines', () => {
    const services = Array.from({ length: 1_000_000 }, () => ({ tier: 9 }) as unknown as { tier: 1 });
    expect(messages(() => assess({ services })).length).toBeLessThanOrEqual(20);
  });

  test('a model whose weights do not sum to 100, or whose bands cross', () => {
    const weights = { ...initialRiskModel.weights, blast: 13 };
    expect(messages(() => assess(exampleA, { ...initialRiskModel, weights }))).toEqual([
      'INVALID_MODEL weights: The weights must sum to 100.',
    ]);
    const bands = { MODERATE: 60, HIGH: 55, CRITICAL: 75 };
    expect(messages(() => assess(exampleA, { ...initialRiskModel, bands }))).toEqual([
      'INVALID_MODEL bands: The bands must ascend.',
    ]);
  });
});

describe('for any inputs', () => {
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const service = fc
    .record({
      tier: optional(fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const)),
      deployments: optional(fc.integer({ min: 0, max: 20 })),
      failures: optional(fc.integer({ min: 0, max: 20 })),
      daysSinceLastSuccess: optional(
        fc.oneof(fc.constant('never' as const), fc.double({ min: 0, max: 500, noNaN: true })),
      ),
    })
    .map((each) => ({ ...each, failures: each.failures && Math.min(each.failures, each.deployments ?? 20) }));
  const anyInputs: fc.Arbitrary<RiskInputs> = fc.record({
    services: optional(fc.array(service, { maxLength: 4 })),
    dependents: optional(fc.nat(200)),
    sharedInfrastructure: optional(fc.boolean()),
    components: optional(fc.integer({ min: 1, max: 20 })),
    lines: optional(fc.nat(9000)),
    resources: optional(fc.nat(200)),
    rollback: optional(
      fc.constantFrom('tested' as const, 'untested' as const, 'irreversible' as const, 'none' as const),
    ),
    waivedGates: optional(fc.nat(5)),
    slotMultiplier: optional(fc.double({ min: 0, max: 5, noNaN: true })),
    strategy: optional(fc.constantFrom('canary' as const, 'rolling' as const, 'recreate' as const)),
    regulated: optional(fc.boolean()),
    breakGlass: optional(fc.boolean()),
  });

  test('the score is the sum of its explanation and stays within 0 and 100', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { unrounded, score, factors, probability } = assess(inputs);
        expect(factors.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(unrounded, 8);
        expect(unrounded).toBeGreaterThanOrEqual(0);
        expect(unrounded).toBeLessThanOrEqual(100);
        expect(Math.abs(score - unrounded)).toBeLessThanOrEqual(0.05 + 1e-9);
        expect(probability).toBeGreaterThan(0);
        expect(probability).toBeLessThan(1);
        expect(factors.every(({ value }) => value >= 0 && value <= 1)).toBe(true);
      }),
    );
  });

  test('leaving an input out never lowers the score or the band', () => {
    fc.assert(
      fc.property(
        anyInputs,
        fc.constantFrom('services', 'dependents', 'lines', 'rollback', 'strategy'),
        (inputs, field) => {
          const known = assess(inputs);
          const unknown = assess({ ...inputs, [field]: undefined });
          expect(unknown.unrounded).toBeGreaterThanOrEqual(known.unrounded - 1e-9);
          expect(bandNames.indexOf(unknown.band)).toBeGreaterThanOrEqual(bandNames.indexOf(known.band));
        },
      ),
    );
  });

  test('an improvement is worth what it says', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        for (const { improvement, points } of assess(inputs).factors) {
          expect(improvement?.points ?? -1).toBeLessThan(0);
          expect(-(improvement?.points ?? 0)).toBeLessThanOrEqual(points + 1e-9);
        }
      }),
    );
  });
});

test('the initial weights sum to 100', () => expect(total(initialRiskModel.weights)).toBe(100));
