import { describe, expect, test } from 'vitest';
import type { Foretold } from './calibration.js';
import { brier, qualityOf } from './quality.js';

const told = (probability: number, ...failed: (0 | 1)[]): Foretold[] =>
  failed.map((one) => ({ probability, failed: one === 1 }));

describe('the quality of predictions', () => {
  test('is their Brier score, calibration error and reliability by tenths', () => {
    const sample = [...told(0.8, 1, 1, 0, 1), ...told(0.2, 0, 0, 1, 0), ...told(0.4, 0, 1)];
    expect(brier(sample)).toBeCloseTo((3 * 0.04 + 0.64 + 3 * 0.04 + 0.64 + 0.16 + 0.36) / 10, 12);
    const quality = qualityOf(sample, 'platt', 0.05)!;
    expect(quality).toMatchObject({ label: 'uncalibrated', n: 10 });
    expect(quality.bins.map(({ n, expected, observed }) => [n, expected, observed])).toEqual([
      [1, 0.2, 0],
      [1, 0.2, 0],
      [1, 0.2, 0],
      [1, 0.2, 1],
      [1, 0.4, 0],
      [1, 0.4, 1],
      [1, 0.8, 0],
      [1, 0.8, 1],
      [1, 0.8, 1],
      [1, 0.8, 1],
    ]);
    expect(quality.ece).toBeCloseTo((3 * 0.2 + 0.8 + 0.4 + 0.6 + 0.8 + 3 * 0.2) / 10, 12);
    expect(quality.brier).toBe(brier(sample));
  });

  test('weighs bins by their count', () => {
    const sample = [...told(0, ...Array.from({ length: 24 }, () => 0 as const)), ...told(0.5, 1)];
    const { ece, bins } = qualityOf(sample, 'isotonic', 0.05)!;
    expect(bins.map(({ n }) => n)).toEqual([3, 2, 3, 2, 3, 2, 3, 2, 3, 2]);
    expect(ece).toBeCloseTo((2 * 0.25) / 25, 12);
  });

  test('has no empty bins', () =>
    expect(qualityOf(told(0.5, 0, 1), 'none', 0.05)!.bins.map(({ n }) => n)).toEqual([1, 1]));

  test('does not depend on the order of the input', () => {
    const sample = [...told(0.3, 1, 0), ...told(0.1, 0), ...told(0.7, 1, 0, 1)];
    expect(qualityOf(sample.toReversed(), 'platt', 0.05)).toEqual(qualityOf(sample, 'platt', 0.05));
  });

  test.each([
    ['platt', 0.25, 'calibrated'],
    ['isotonic', 0.25, 'calibrated'],
    ['platt', 0.2499, 'uncalibrated'],
    ['none', 0.25, 'none'],
  ] as const)('with %s and a limit of %s is labelled %s', (method, limit, label) =>
    expect(qualityOf(told(0.25, 0), method, limit)!.label).toBe(label),
  );

  test('of nothing is nothing', () => expect(qualityOf([], 'platt', 0.05)).toBeNull());
});
