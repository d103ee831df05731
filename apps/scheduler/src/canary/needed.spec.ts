import { describe, expect, test } from 'vitest';
import { needed } from './needed.js';
import { normalQuantile } from './statistics/normal.js';

const limits = { alpha: 0.05, tolerance: 0.1, criticalTolerance: 0.25, minEffect: 0.64 };
const worsening = { side: 'HIGH', effect: 0.6, shift: 0.05, upper: 0.45 } as const;

describe('how many samples would decide', () => {
  test('is when the interval excludes a critical regression: half as wide, four times the samples', () =>
    expect(needed(worsening, { z: 1, samples: 30, tests: 1 }, limits)).toEqual({
      samplesPerSide: 120,
      expected: 'PASS',
    }));

  test('is rounded up', () =>
    expect(needed({ ...worsening, upper: 0.4501 }, { z: 1, samples: 30, tests: 1 }, limits)).toEqual({
      samplesPerSide: 121,
      expected: 'PASS',
    }));

  test('is when the difference becomes significant, if that comes first', () => {
    const failing = { ...worsening, effect: 0.64, shift: 0.24, upper: 0.45 };
    // z(0.025) = 1.96 is 1.4 times 1.4, so twice the samples less a little.
    expect(needed(failing, { z: 1.4, samples: 50, tests: 1 }, limits)).toEqual({
      samplesPerSide: 98,
      expected: 'FAIL',
    });
    expect(
      needed(failing, { z: 0.01, samples: 50, tests: 1 }, { ...limits, criticalTolerance: 0.345 }),
    ).toEqual({
      samplesPerSide: 200,
      expected: 'PASS',
    });
  });

  test('splits the level among the tests of the look', () => {
    const failing = { ...worsening, effect: 0.7, shift: 0.24, upper: 0.45 };
    const expected = Math.ceil(50 * (normalQuantile(0.0025) / 1.4) ** 2);
    expect(needed(failing, { z: 1.4, samples: 50, tests: 10 }, limits)).toEqual({
      samplesPerSide: expected,
      expected: 'FAIL',
    });
    expect(expected).toBe(202);
  });

  test('ends in a critical failure from the critical tolerance on', () => {
    const critical = { ...worsening, effect: 0.7, shift: 0.25, upper: 0.45 };
    expect(needed(critical, { z: 1.4, samples: 50, tests: 1 }, limits)).toEqual({
      samplesPerSide: 98,
      expected: 'CRITICAL_FAIL',
    });
  });

  test('is not about a difference that may not fail: too small, or the worse one in too few pairs', () => {
    const small = { ...worsening, effect: 0.9, shift: 0.0999, upper: 0.25 + 0.1501 * 3 };
    expect(needed(small, { z: 1.9, samples: 10, tests: 1 }, limits).expected).toBe('PASS');
    const few = { ...worsening, effect: 0.639, shift: 0.2, upper: 0.4 };
    expect(needed(few, { z: 1.9, samples: 10, tests: 1 }, limits)).toEqual({
      samplesPerSide: 160,
      expected: 'PASS',
    });
  });

  test('is at least one more', () => {
    const significant = { ...worsening, effect: 0.7, shift: 0.3, upper: 0.5 };
    expect(needed(significant, { z: 5, samples: 50, tests: 1 }, limits)).toEqual({
      samplesPerSide: 51,
      expected: 'CRITICAL_FAIL',
    });
  });

  test('is no number where the shift is critical and too few pairs are worse', () => {
    const never = { ...worsening, effect: 0.639, shift: 0.25, upper: 0.5 };
    expect(needed(never, { z: 1, samples: 50, tests: 1 }, limits)).toEqual({
      samplesPerSide: null,
      expected: null,
    });
  });

  test('is no number beyond a million', () => {
    const far = { ...worsening, shift: 0.2499, upper: 0.2499 + 0.0001 * 100 };
    expect(needed(far, { z: 1, samples: 99, tests: 1 }, limits).samplesPerSide).toBeCloseTo(990_000, -1);
    expect(needed(far, { z: 1, samples: 101, tests: 1 }, limits)).toEqual({
      samplesPerSide: null,
      expected: null,
    });
    const equal = { ...worsening, effect: 0.7, shift: 0.3, upper: 0.5 };
    expect(needed(equal, { z: 0, samples: 50, tests: 1 }, limits)).toEqual({
      samplesPerSide: null,
      expected: null,
    });
  });
});
