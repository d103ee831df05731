import { describe, expect, test } from 'vitest';
import { fitLogistic, sigmoid } from './logistic.js';
import { initialRecalibration as rules, type Weighted } from './outcomes.js';
import { recalibrate } from './recalibration.js';
import { fitProbability, fitWeights } from './refit.js';
import { type FactorName, factorNames, initialRiskModel as model } from './riskModel.js';
import { boundWeights, type Weights } from './weightBounds.js';

const at = '2027-06-01T00:00:00Z';
const values = (value: (name: FactorName, i: number) => number) =>
  Object.fromEntries(factorNames.map((name, i) => [name, value(name, i)])) as Record<FactorName, number>;
/** Outcomes whose factors walk through [0, 1) in different strides, and which fail as told. */
const outcomes = (n: number, fails: (i: number) => boolean): Weighted[] =>
  Array.from({ length: n }, (_, i) => ({
    id: `d${i}`,
    endedAt: new Date(Date.parse(at) - (n - i) * 86_400_000).toISOString(),
    failed: fails(i),
    factors: values((_name, j) => ((i * (2 * j + 3)) % 17) / 17),
    weight: i % 2 === 0 ? 1 : 0.5,
  }));
const mixed = outcomes(120, (i) => (i * 3) % 17 > 11 || i % 19 === 0);

describe('the weights of a refit', () => {
  test('are the coefficients drawn to b times the current weights, bounded', () => {
    const { coefficients } = fitLogistic(
      mixed.map(({ factors, failed, weight }) => ({ features: Object.values(factors), failed, weight })),
      { towards: factorNames.map((name) => 0.045 * model.weights[name]), strength: 1 },
    );
    const byName = values((_, i) => coefficients[i]!);
    expect(fitWeights(mixed, model, rules)).toEqual(boundWeights(model.weights, byName, 0.2));
  });
});

describe('the probability of a refit', () => {
  test('gives the outcomes their weighted number of failures, and no slope is better', () => {
    const { a, b } = fitProbability(mixed, model.weights, model);
    const score = ({ factors }: Weighted) =>
      factorNames.reduce((sum, name) => sum + model.weights[name] * factors[name], 0);
    const miss = (each: Weighted) => each.weight * (sigmoid(a + b * score(each)) - Number(each.failed));
    expect(mixed.reduce((sum, each) => sum + miss(each), 0)).toBeCloseTo(0, 5);
    expect(mixed.reduce((sum, each) => sum + (miss(each) * score(each)) / 100, 0)).toBeCloseTo(0, 4);
    expect(b).toBeGreaterThan(0);
  });

  test('keeps its slope where nothing failed that could tell another', () => {
    const { a, b } = fitProbability(
      outcomes(50, () => false),
      model.weights,
      model,
    );
    expect(b).toBeCloseTo(0.045, 3);
    expect(a).toBeLessThan(-10);
  });
});

describe('the weights within their bounds', () => {
  const current = model.weights;
  const bounded = (more: Partial<Record<FactorName, number>>, step = 0.2) =>
    boundWeights(current, { ...current, ...more } as Weights, step);

  test('are the current ones where the fit is any multiple of them', () => {
    const { fitted, clipped, proposed } = boundWeights(
      current,
      values((name) => 3 * current[name]),
      0.2,
    );
    for (const name of factorNames) {
      expect(fitted[name]).toBeCloseTo(current[name], 12);
      expect(clipped[name]).toBeCloseTo(current[name], 12);
      expect(proposed[name]).toBeCloseTo(current[name], 12);
    }
  });

  test('count a negative coefficient as none, and share the whole among the others', () => {
    const { fitted, clipped } = bounded({ criticality: -40 });
    expect(fitted).toEqual(values((name) => (name === 'criticality' ? 0 : (current[name] * 100) / 80)));
    expect(clipped).toEqual(values((name) => current[name] * (name === 'criticality' ? 0.8 : 1.2)));
  });

  test('fall to the lower bound and are scaled up to the whole again', () => {
    const { clipped, proposed } = boundWeights(
      current,
      values((name) => (name === 'criticality' ? 1 : 0)),
      0.2,
    );
    expect(clipped).toEqual(values((name) => current[name] * (name === 'criticality' ? 1.2 : 0.8)));
    for (const name of factorNames) {
      const wanted = name === 'criticality' ? 24 : (current[name] * 76) / 80;
      expect(proposed[name]).toBeCloseTo(wanted, 9);
    }
  });

  test('are those without a signal: all of it, up to a wide step', () => {
    const nothing = boundWeights(
      current,
      values(() => -1),
      0.2,
    );
    expect({ fitted: nothing.fitted, clipped: nothing.clipped }).toEqual({
      fitted: current,
      clipped: current,
    });
    const wide = boundWeights(
      current,
      values((name) => (name === 'exposure' ? 1 : 0)),
      0.9,
    );
    expect(wide.proposed.exposure).toBeCloseTo(7.6, 9);
    expect(wide.proposed.criticality).toBeCloseTo((20 * 92.4) / 96, 9);
  });
});

describe('a recalibration tells', () => {
  const given = mixed.map(({ weight: _weight, ...outcome }) => outcome);
  const result = recalibrate({ outcomes: given, model, version: '2', at: '2027-12-31T23:30:00-01:00' });
  const [train, heldOut] = [given.slice(0, 96), given.slice(96)];

  test('how both models did on what was held out', () => {
    if (result.state === 'NONE') throw new Error('Too few outcomes.');
    const quality = ({ weights, probability: { a, b } }: typeof model) => {
      const all = heldOut.map(({ factors, failed }) => {
        const score = factorNames.reduce((sum, name) => sum + weights[name] * factors[name], 0);
        return { p: 1 / (1 + Math.exp(-a - b * score)), failed };
      });
      const [bad, good] = [true, false].map((kind) => all.filter(({ failed }) => failed === kind));
      const wins = bad!.flatMap(({ p }) => good!.map((one) => (p > one.p ? 1 : p === one.p ? 0.5 : 0)));
      return {
        brier: all.reduce((sum, { p, failed }) => sum + (p - Number(failed)) ** 2, 0) / all.length,
        auc: wins.reduce<number>((sum, each) => sum + each, 0) / wins.length,
      };
    };
    for (const [told, wanted] of [
      [result.before, quality(model)],
      [result.after, quality(result.model)],
    ] as const) {
      expect(told.brier).toBeCloseTo(wanted.brier, 10);
      expect(told.auc).toBeCloseTo(wanted.auc, 10);
    }
    expect(result).toMatchObject({ outcomes: 120, trained: 96, heldOut: 24 });
    expect(result.failures).toBe(given.filter(({ failed }) => failed).length);
    expect(train).toHaveLength(96);
  });

  test('whence the model it proposes comes, and leaves the rest of it as it was', () => {
    if (result.state === 'NONE') throw new Error('Too few outcomes.');
    const { weights, probability, organisationRate, ...rest } = result.model;
    const { weights: _w, probability: _p, organisationRate: _r, ...before } = model;
    expect(rest).toEqual({
      ...before,
      version: '2',
      year: 2028,
      source: 'recalibrated from version 1 on 120 outcomes',
    });
    expect(weights).toEqual(result.weights.proposed);
    expect(probability.b).toBeGreaterThan(0);
    expect(organisationRate).toBeGreaterThan(0.02);
    expect(organisationRate).toBeLessThan(0.4);
  });
});
