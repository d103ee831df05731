import { describe, expect, test } from 'vitest';
import { chance, normal, poisson } from './testChance.js';
import { simulatedMetrics } from './testMetrics.js';
import { kayenta, shares, slipway } from './testSimulation.js';

const seed = 2_027;

describe('in simulation, with a fixed seed', () => {
  // What stands apart is autocorrelated: the test takes minutes for independent, and docs/canary.md says what that costs.
  test.each(simulatedMetrics.filter(({ name }) => !name.startsWith('autocorrelated')))(
    'no more than the level of 0.83 % are false alarms: $name',
    (metric) => {
      const found = shares(slipway, metric, { runs: 120, minutes: 40, effect: 0, seed });
      expect((found['FAIL'] ?? 0) + (found['CRITICAL_FAIL'] ?? 0)).toBeLessThanOrEqual(0.05 / 6 + 1e-9);
      expect(found['NODATA'] ?? 0).toBe(0);
    },
  );

  test.each(simulatedMetrics)(
    'a regression of twice the critical size is hardly ever passed: $name',
    (metric) => {
      const found = shares(slipway, metric, { runs: 40, minutes: 40, effect: 2 * metric.critical, seed });
      expect(found['PASS'] ?? 0).toBeLessThanOrEqual(0.1);
    },
  );

  test('mode kayenta passes most of what is rare, however much worse it became', () => {
    const rare = simulatedMetrics.at(-1)!;
    const found = shares(kayenta, rare, { runs: 40, minutes: 40, effect: 2 * rare.critical, seed });
    expect(found['Pass']).toBeGreaterThan(0.9);
  });
});

describe('the numbers it is made of', () => {
  const many = (one: () => number) => Array.from({ length: 20_000 }, one);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('look random and repeat with their seed', () => {
    const [one, again, other] = [chance(1), chance(1), chance(3)];
    const first = many(one);
    expect(many(again)).toEqual(first);
    expect(many(other)).not.toEqual(first);
    expect(mean(first)).toBeCloseTo(0.5, 2);
    expect(mean(first.map((value, i) => value * (first[i + 1] ?? 0.5)))).toBeCloseTo(0.25, 2);
    expect([Math.min(...first) >= 0, Math.max(...first) < 1]).toEqual([true, true]);
  });

  test('have the mean and variance of their kind', () => {
    const random = chance(5);
    const normals = many(() => normal(random));
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value * value))).toBeCloseTo(1, 1);
    const counts = many(() => poisson(random, 3));
    expect(mean(counts)).toBeCloseTo(3, 1);
    expect(mean(counts.map((value) => (value - 3) ** 2))).toBeCloseTo(3, 0);
  });
});
