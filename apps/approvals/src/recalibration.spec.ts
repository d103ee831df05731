import { Rejected } from '#events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  initialRecalibration,
  type Outcome,
  promote,
  promotionReasons,
  recalibrate,
} from './recalibration.js';
import { failureProbability } from './risk.js';
import { type FactorName, factorNames, initialRiskModel, total } from './riskModel.js';
import { boundWeights } from './weightBounds.js';

const model = initialRiskModel;
const at = '2027-06-01T00:00:00.000Z';
const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(Date.parse(at) - days * DAY).toISOString();

/** A generator with a seed, so that a simulated year is the same year each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A year of outcomes that fail with log-odds `a + sum(effect * factor)`. */
function year(n: number, a: number, effects: Partial<Record<FactorName, number>>, seed = 7): Outcome[] {
  const random = seeded(seed);
  return Array.from({ length: n }, (_, i) => {
    const factors = Object.fromEntries(factorNames.map((name) => [name, random()])) as Outcome['factors'];
    const x = factorNames.reduce((sum, name) => sum + (effects[name] ?? 0) * factors[name], a);
    return {
      id: `d${i}`,
      endedAt: daysAgo(364 * (1 - i / n)),
      failed: random() < 1 / (1 + Math.exp(-x)),
      factors,
    };
  });
}
const run = (outcomes: Outcome[], more = {}) => recalibrate({ outcomes, model, version: '2', at, ...more });
const finished = (outcomes: Outcome[], more = {}) => {
  const result = run(outcomes, more);
  if (result.state === 'NONE') throw new Error('Too few outcomes.');
  return result;
};
const historyMatters = year(1_000, -4, { history: 5, criticality: 1 });

describe('APR-03 S1: weight history = 18 and an unconstrained fit of 31', () => {
  const coefficients = { ...model.weights, history: 31, criticality: 13.5, blast: 8, scope: 9.5 };

  test('gives 21.6 before renormalisation', () => {
    expect(total(coefficients)).toBe(100);
    const { fitted, clipped } = boundWeights(model.weights, coefficients, 0.2);
    expect(fitted.history).toBeCloseTo(31, 12);
    expect(clipped.history).toBeCloseTo(21.6, 12);
    expect(clipped.criticality).toBeCloseTo(16, 12);
  });

  test('and after it the sum is 100 and every weight still within 20 %', () => {
    const { proposed } = boundWeights(model.weights, coefficients, 0.2);
    expect(total(proposed)).toBeCloseTo(100, 9);
    expect(proposed.history).toBeCloseTo(21.6, 9);
    for (const name of factorNames) {
      expect(Math.abs(proposed[name] / model.weights[name] - 1)).toBeLessThanOrEqual(0.2 + 1e-9);
    }
  });
});

test('APR-03 S2: 80 outcomes give no proposal, reason INSUFFICIENT_OUTCOMES', () => {
  expect(run(year(80, 0, {}))).toMatchObject({
    state: 'NONE',
    reasons: ['INSUFFICIENT_OUTCOMES'],
    outcomes: 80,
  });
});

describe('APR-03 S3: hold-out Brier 0.1200 → 0.1190 (0.83 %)', () => {
  const quality = (brier: number, auc: number | null = 0.7) => ({ brier, auc });

  test('is rejected automatically', () => {
    expect(promotionReasons(quality(0.12), quality(0.119))).toEqual(['BRIER_NOT_IMPROVED']);
  });

  test('1 % is enough, and an AUC drop of 0.01', () => {
    expect(promotionReasons(quality(0.12), quality(0.1188))).toEqual([]);
    expect(promotionReasons(quality(0.12, 0.7), quality(0.11, 0.69))).toEqual([]);
    expect(promotionReasons(quality(0.12, 0.7), quality(0.11, 0.6899))).toEqual(['AUC_DROPPED']);
    expect(promotionReasons(quality(0.12, 0.7), quality(0.12, 0.6))).toEqual([
      'BRIER_NOT_IMPROVED',
      'AUC_DROPPED',
    ]);
  });

  test('what cannot be known is not an improvement', () => {
    expect(promotionReasons(quality(0, null), quality(0, null))).toEqual([
      'BRIER_NOT_IMPROVED',
      'AUC_UNDEFINED',
    ]);
    expect(promotionReasons(quality(0.12, null), quality(0.1, null))).toEqual(['AUC_UNDEFINED']);
  });
});

describe('a recalibration', () => {
  test('finds what really drives failures and proposes it', () => {
    const { state, reasons, model: proposed, weights, before, after } = finished(historyMatters);
    expect({ state, reasons }).toEqual({ state: 'PROPOSED', reasons: [] });
    expect(weights.fitted.history).toBeGreaterThan(40);
    expect(proposed.weights.history).toBeCloseTo(21.6, 6);
    expect(after.brier).toBeLessThan(before.brier * 0.99);
    expect(proposed).toMatchObject({ version: '2', year: 2027, bands: model.bands, shape: model.shape });
  });

  test('leaves a model that is right where it is', () => {
    const effects = Object.fromEntries(factorNames.map((name) => [name, 0.045 * model.weights[name]]));
    const { state, reasons, model: proposed } = finished(year(2_000, -3.6, effects));
    expect({ state, reasons }).toEqual({ state: 'REJECTED', reasons: ['BRIER_NOT_IMPROVED'] });
    for (const score of [35, 50, 65]) {
      expect(Math.abs(failureProbability(score, proposed) - failureProbability(score, model))).toBeLessThan(
        0.08,
      );
    }
  });

  test('never lets risk fall with the score', () => {
    const inverse = Object.fromEntries(factorNames.map((name) => [name, -2]));
    const outcomes = year(500, 9, inverse);
    const { model: proposed, weights, trained } = finished(outcomes);
    expect(proposed.probability.b).toBe(0);
    expect(weights.clipped).toEqual(model.weights);
    const train = outcomes.slice(0, trained).map(({ failed, endedAt }) => ({
      failed,
      weight: 0.5 ** ((Date.parse(at) - Date.parse(endedAt)) / DAY / 90),
    }));
    const [all, failures] = [train, train.filter(({ failed }) => failed)].map((some) =>
      some.reduce((sum, { weight }) => sum + weight, 0),
    );
    expect(1 / (1 + Math.exp(-proposed.probability.a))).toBeCloseTo(failures! / all!, 6);
  });

  test('trains on the oldest 80 % and judges on the newest 20 %', () => {
    const outcomes = year(201, -1, {});
    expect(finished(outcomes)).toMatchObject({ outcomes: 201, trained: 160, heldOut: 41 });
    const changed = outcomes.map((outcome, i) =>
      i >= 160 ? { ...outcome, failed: !outcome.failed } : outcome,
    );
    const [one, other] = [finished(outcomes), finished(changed)];
    expect(other.weights).toEqual(one.weights);
    expect(other.model.probability).toEqual(one.model.probability);
    expect(other.after.brier).not.toBe(one.after.brier);
  });

  test('does not depend on the order of its input', () => {
    const outcomes = year(300, -1, { scope: 2 });
    const mixed = outcomes.toSorted((a, b) => a.factors.blast - b.factors.blast);
    expect(finished(mixed)).toEqual(finished(outcomes));
    const instant = outcomes.map((outcome) => ({ ...outcome, endedAt: daysAgo(1) }));
    expect(finished(instant.toReversed())).toEqual(finished(instant));
  });

  test('looks at the 365 days before it', () => {
    const outcomes = year(200, 0, {});
    const strange = { ...outcomes[0]!, failed: true };
    const outside = [
      { ...strange, id: 'too old', endedAt: daysAgo(365) },
      { ...strange, id: 'not yet', endedAt: daysAgo(-0.001) },
    ];
    expect(finished([...outcomes, ...outside])).toEqual(finished(outcomes));
    const inside = [
      { ...strange, id: 'just now', endedAt: at },
      { ...strange, id: 'oldest', endedAt: daysAgo(364.999) },
    ];
    expect(finished([...outcomes, ...inside]).outcomes).toBe(202);
  });

  test('needs 100 outcomes and 10 failures', () => {
    const few = (n: number, failures: number) =>
      run(
        year(n, 0, {}).map((outcome, i) => ({
          ...outcome,
          failed: i % Math.floor(n / failures) === 0 && i < failures * Math.floor(n / failures),
        })),
      ).state;
    expect([few(99, 20), few(100, 9), few(100, 10)]).toEqual(['NONE', 'NONE', 'REJECTED']);
  });

  test('a hold-out without failures promotes nothing', () => {
    const outcomes = year(200, 0, {}).map((outcome, i) => ({
      ...outcome,
      failed: outcome.failed && i < 160,
    }));
    expect(finished(outcomes).reasons).toContain('AUC_UNDEFINED');
  });
});

describe('the organisation rate', () => {
  const rate = (failedAtDay: (i: number) => boolean, ages: (i: number) => number) =>
    finished(
      year(200, 0, {}).map((outcome, i) => ({
        ...outcome,
        failed: failedAtDay(i),
        endedAt: daysAgo(ages(i)),
      })),
    ).model.organisationRate;

  test('weighs an outcome of 90 days ago half', () => {
    expect(
      rate(
        (i) => i < 20,
        (i) => (i < 20 ? 90 : 0),
      ),
    ).toBeCloseTo(10 / 190, 12);
  });

  test('stays within 0.02 and 0.40', () => {
    expect(
      rate(
        (i) => i < 10,
        (i) => (i < 10 ? 360 : 0),
      ),
    ).toBe(0.02);
    expect(
      rate(
        () => true,
        () => 1,
      ),
    ).toBe(0.4);
  });
});

describe('weights', () => {
  const coefficient = fc.double({ min: -50, max: 50, noNaN: true });
  const coefficients = fc.record(
    Object.fromEntries(factorNames.map((name) => [name, coefficient])) as Record<
      FactorName,
      typeof coefficient
    >,
  );

  test('stay non-negative, within 20 % of the current ones, and sum to 100, whatever the fit', () => {
    fc.assert(
      fc.property(coefficients, (fit) => {
        const { proposed } = boundWeights(model.weights, fit, 0.2);
        expect(total(proposed)).toBeCloseTo(100, 9);
        for (const name of factorNames) {
          expect(Math.abs(proposed[name] - model.weights[name])).toBeLessThanOrEqual(
            0.2 * model.weights[name] + 1e-9,
          );
        }
      }),
    );
  });

  test('are those renormalised plainly where that keeps the bounds', () => {
    const fit = { ...model.weights, history: 20, criticality: 19, novelty: 7.5 };
    const { clipped, proposed } = boundWeights(model.weights, fit, 0.2);
    for (const name of factorNames)
      expect(proposed[name]).toBeCloseTo((clipped[name] * 100) / total(clipped), 9);
  });

  test('share what is too much as well as what is missing', () => {
    const fit = { ...model.weights, criticality: 0 };
    const { clipped, proposed } = boundWeights(model.weights, fit, 0.2);
    expect(total(clipped)).toBeCloseTo(112, 9);
    expect(total(proposed)).toBeCloseTo(100, 9);
    expect(proposed.criticality).toBeCloseTo(16, 9);
    expect(proposed.history).toBeCloseTo((18 * 84) / 80, 9);
  });

  test('are drawn to the current ones: a prior strong enough keeps them', () => {
    const rules = { ...initialRecalibration, strength: 1e7 };
    const result = recalibrate({ outcomes: historyMatters, model, version: '2', at }, rules);
    if (result.state === 'NONE') throw new Error('Too few outcomes.');
    for (const name of factorNames) expect(result.weights.fitted[name]).toBeCloseTo(model.weights[name], 2);
  });

  test('of a fit without any signal are the current ones', () => {
    const nothing = Object.fromEntries(factorNames.map((name) => [name, -1])) as Record<FactorName, number>;
    const { proposed } = boundWeights(model.weights, nothing, 0.2);
    for (const name of factorNames) expect(proposed[name]).toBeCloseTo(model.weights[name], 9);
  });
});

describe('promotion', () => {
  const proposal = finished(historyMatters);
  const by = { trigger: 'ana', approver: 'ben', roles: ['risk_owner'] };
  const codes = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      if (error instanceof Rejected) return error.violations.map(({ code }) => code);
    }
    return [];
  };

  test('by a risk owner gives the proposed model', () => {
    expect(promote(proposal, by)).toBe(proposal.model);
  });

  test('takes a risk owner who did not trigger the run, as a person', () => {
    expect(codes(() => promote(proposal, { ...by, roles: ['approver'] }))).toEqual(['NOT_RISK_OWNER']);
    expect(codes(() => promote(proposal, { ...by, trigger: 'ben' }))).toEqual(['SOD_TRIGGER_APPROVER']);
    expect(codes(() => promote(proposal, { ...by, directory: { merged: [['ana', 'ben']] } }))).toEqual([
      'SOD_TRIGGER_APPROVER',
    ]);
    expect(
      codes(() => promote(proposal, { ...by, directory: { accounts: [{ id: 'ben', kind: 'service' }] } })),
    ).toEqual(['NOT_RISK_OWNER']);
  });

  test('takes a proposal', () => {
    expect(codes(() => promote({ ...proposal, state: 'REJECTED', reasons: ['AUC_DROPPED'] }, by))).toEqual([
      'NOT_PROPOSED',
    ]);
    expect(codes(() => promote(run([]), by))).toEqual(['NOT_PROPOSED']);
  });
});

describe('bad input is refused by name', () => {
  const [outcome] = historyMatters;

  test.each<[Outcome[], object, string]>([
    [[{ ...outcome!, factors: { ...outcome!.factors, blast: NaN } }], {}, 'outcomes.0.factors.blast'],
    [[{ ...outcome!, factors: { ...outcome!.factors, blast: 1.1 } }], {}, 'outcomes.0.factors.blast'],
    [[{ ...outcome!, factors: { blast: 1 } as Outcome['factors'] }], {}, 'outcomes.0.factors.criticality'],
    [[{ ...outcome!, endedAt: 'yesterday' }], {}, 'outcomes.0.endedAt'],
    [[outcome!, outcome!], {}, 'outcomes'],
    [Array.from({ length: 1_000_000 }, () => outcome!), {}, 'outcomes'],
    [[], { at: 'now' }, 'at'],
    [[], { version: '' }, 'version'],
    [[], { model: { ...model, bands: { MODERATE: 30, HIGH: 20, CRITICAL: 75 } } }, 'model.bands'],
  ])('%#', (outcomes, more, field) => {
    expect(() => run(outcomes, more)).toThrow(`INVALID_INPUT: ${field}: `);
  });
});

test('the numbers of a recalibration are data with a year and a source', () => {
  expect(initialRecalibration).toMatchObject({ year: 2026, source: 'formulas 4.1.6, APR-03' });
});
