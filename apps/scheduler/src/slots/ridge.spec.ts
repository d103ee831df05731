import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitLogistic, type Ridge, type Row } from './ridge.js';

const free: Ridge = { towards: [0, 0], strength: 1e-9, least: [-50, -50], most: [50, 50] };
const unit: Ridge = { towards: [0.3, 0.2], strength: 10, least: [0, 0], most: [1, 1] };
const logit = (p: number) => Math.log(p / (1 - p));
const rows = (n: number, features: [number, number], target: number, offset = 0): Row[] =>
  Array.from({ length: n }, () => ({ offset, features, target }));
const table = [...rows(6, [0, 1], 1), ...rows(24, [0, 1], 0), ...rows(9, [1, 1], 1), ...rows(11, [1, 1], 0)];

describe('ridge logistic regression', () => {
  test('finds the log-odds of a two-by-two table', () => {
    const [slope, intercept] = fitLogistic(table, free);
    expect(intercept).toBeCloseTo(logit(6 / 30), 6);
    expect(slope).toBeCloseTo(logit(9 / 20) - logit(6 / 30), 6);
  });

  test('takes known log-odds for granted', () => {
    const [slope] = fitLogistic(
      table.map((row) => ({ ...row, offset: 0.5 * row.features[0] })),
      free,
    );
    expect(slope).toBeCloseTo(logit(9 / 20) - logit(6 / 30) - 0.5, 6);
  });

  test('stays where it is drawn to without observations', () =>
    expect(fitLogistic([], unit)).toEqual([0.3, 0.2]));

  test('keeps each coefficient within its bounds', () => {
    expect(fitLogistic([...rows(400, [3, -3], 1), ...rows(400, [-3, 3], 0)], unit)).toEqual([1, 0]);
    expect(fitLogistic([...rows(400, [-3, 3], 1), ...rows(400, [3, -3], 0)], unit)).toEqual([0, 1]);
  });

  test('ends for huge features', () =>
    expect(fitLogistic([...rows(5, [1e6, 0], 1), ...rows(5, [-1e6, 0], 0)], unit)[1]).toBe(0.2));

  test('at the optimum the penalised slope is zero, or points out of bounds', () => {
    const feature = fc.double({ min: -3, max: 3, noNaN: true });
    const row = fc.record({
      offset: fc.double({ min: -4, max: 1, noNaN: true }),
      features: fc.tuple(feature, feature),
      target: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (data) => {
        const fit = fitLogistic(data, unit);
        for (const i of [0, 1] as const) {
          const slope = data.reduce(
            (sum, { offset, features, target }) => {
              const x = offset + fit[0] * features[0] + fit[1] * features[1];
              return sum + (1 / (1 + Math.exp(-x)) - target) * features[i];
            },
            10 * (fit[i] - unit.towards[i]),
          );
          if (fit[i] > 0 && fit[i] < 1) expect(slope).toBeCloseTo(0, 6);
          else expect(fit[i] === 0 ? slope : -slope).toBeGreaterThan(-1e-6);
        }
      }),
    );
  });
});
