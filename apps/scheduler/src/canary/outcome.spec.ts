import { describe, expect, test } from 'vitest';
import type { Comparison } from './comparison.js';
import { exceeds, outcome, reaches } from './outcome.js';

const limits = { alpha: 0.01, tolerance: 0.1, criticalTolerance: 0.25, minEffect: 0.64 };
const comparison = (more: Partial<Comparison>): Comparison => ({
  U: 0,
  A: 0.8,
  p: 0.5,
  z: 1,
  shift: 0.15,
  lower: 0.1,
  upper: 0.2,
  zeroInflated: false,
  ...more,
});
const of = (
  more: Partial<Comparison>,
  pAdjusted = 0.001,
  bad: 'increase' | 'decrease' | 'either' = 'increase',
) => {
  const { result, worsening } = outcome(comparison(more), pAdjusted, limits, bad);
  return `${result} ${worsening.side}`;
};

describe('4.3.5', () => {
  test.each<[string, Partial<Comparison>, number, string]>([
    ['2: a shift at the critical tolerance', { shift: 0.25, upper: 0.3 }, 0.001, 'CRITICAL_FAIL HIGH'],
    ['3: a shift just below the critical tolerance', { shift: 0.249 }, 0.001, 'FAIL HIGH'],
    ['3: a shift at the tolerance', { shift: 0.1 }, 0.001, 'FAIL HIGH'],
    ['5: a shift just below the tolerance', { shift: 0.0999 }, 0.001, 'PASS HIGH'],
    ['3: just below the level', {}, 0.00999, 'FAIL HIGH'],
    ['5: at the level', {}, 0.01, 'PASS HIGH'],
    ['3: at the minimum effect', { A: 0.64 }, 0.001, 'FAIL HIGH'],
    ['5: below the minimum effect', { A: 0.639 }, 0.001, 'PASS HIGH'],
    [
      '4: below the minimum effect with a critical regression in reach',
      { A: 0.639, upper: 0.251 },
      0.001,
      'INCONCLUSIVE HIGH',
    ],
    [
      '4: not significant with a critical regression in reach',
      { shift: 0.3, upper: 0.4 },
      0.02,
      'INCONCLUSIVE HIGH',
    ],
    ['5: an interval that ends at the critical tolerance', { upper: 0.25 }, 0.02, 'PASS HIGH'],
    ['5: an improvement', { A: 0.1, shift: -0.5, lower: -0.6, upper: -0.4 }, 1e-9, 'PASS HIGH'],
  ])('%s', (_, more, pAdjusted, expected) => expect(of(more, pAdjusted)).toBe(expected));

  test('where a decrease is bad, all of it mirrors', () => {
    const low = (more: Partial<Comparison>, pAdjusted = 0.001) => of(more, pAdjusted, 'decrease');
    expect(low({ A: 0.36, shift: -0.25, lower: -0.3, upper: -0.2 })).toBe('CRITICAL_FAIL LOW');
    expect(low({ A: 0.36, shift: -0.1, lower: -0.2, upper: 0.9 })).toBe('FAIL LOW');
    expect(low({ A: 0.37, shift: -0.1, lower: -0.2, upper: 0.9 })).toBe('PASS LOW');
    expect(low({ A: 0.37, shift: -0.1, lower: -0.26, upper: 0.9 })).toBe('INCONCLUSIVE LOW');
    expect(low({ A: 0.9, shift: 0.5, lower: 0.4, upper: 0.6 })).toBe('PASS LOW');
  });

  test.each<[string, Partial<Comparison>, number, string]>([
    ['higher', { shift: 0.3, upper: 0.4 }, 0.001, 'CRITICAL_FAIL HIGH'],
    ['lower', { A: 0.1, shift: -0.15, lower: -0.2, upper: -0.1 }, 0.001, 'FAIL LOW'],
    ['perhaps lower', { A: 0.5, shift: 0, lower: -0.3, upper: 0.1 }, 0.5, 'INCONCLUSIVE LOW'],
    [
      'perhaps both, rather higher',
      { A: 0.55, shift: 0.05, lower: -0.3, upper: 0.4 },
      0.5,
      'INCONCLUSIVE HIGH',
    ],
    [
      'perhaps both, rather lower',
      { A: 0.45, shift: -0.05, lower: -0.4, upper: 0.3 },
      0.5,
      'INCONCLUSIVE LOW',
    ],
    ['perhaps both alike', { A: 0.5, shift: 0, lower: -0.3, upper: 0.3 }, 0.5, 'INCONCLUSIVE HIGH'],
    ['neither', { A: 0.5, shift: 0, lower: -0.05, upper: 0.05 }, 0.5, 'PASS HIGH'],
  ])('where either is bad, the worse counts: %s', (_, more, pAdjusted, expected) =>
    expect(of(more, pAdjusted, 'either')).toBe(expected),
  );

  test('tells how far the canary is on its bad side', () => {
    expect(outcome(comparison({}), 0.5, limits, 'increase').worsening).toEqual({
      side: 'HIGH',
      effect: 0.8,
      shift: 0.15,
      upper: 0.2,
    });
    const { worsening } = outcome(comparison({ A: 0.25 }), 0.5, limits, 'decrease');
    expect(worsening).toEqual({ side: 'LOW', effect: 0.75, shift: -0.15, upper: -0.1 });
  });
});

describe('noise in the last digits', () => {
  test('neither keeps a value from a limit nor carries it beyond', () => {
    expect(0.1 + 0.025 - 0.1).toBeLessThan(0.025);
    expect(reaches(0.1 + 0.025 - 0.1, 0.025)).toBe(true);
    expect(0.1 + 0.2).toBeGreaterThan(0.3);
    expect(exceeds(0.1 + 0.2, 0.3)).toBe(false);
  });

  test('is no more than that', () => {
    expect([
      reaches(0.3 - 1e-9, 0.3),
      reaches(0.3, 0.3),
      exceeds(0.3, 0.3),
      exceeds(0.3 + 1e-9, 0.3),
    ]).toEqual([false, true, false, true]);
    expect([reaches(-1e-9, 0), reaches(0, 0), exceeds(0, 0), exceeds(1e-15, 0)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect([reaches(3e9 - 1, 3e9), exceeds(3e9 + 1, 3e9)]).toEqual([false, true]);
  });
});
