import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrate, calibrated, Calibration, type Foretold } from './calibration.js';
import { isotonic } from './isotonic.js';

const told = (probability: number, ...failed: (0 | 1)[]): Foretold[] =>
  failed.map((one) => ({ probability, failed: one === 1 }));
const times = (n: number, probability: number, failed: boolean): Foretold[] =>
  Array.from({ length: n }, () => ({ probability, failed }));
const rated = (n: number, probability: number, failures: number) => [
  ...times(failures, probability, true),
  ...times(n - failures, probability, false),
];
const some = fc.array(
  fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), failed: fc.boolean() }),
  { minLength: 1, maxLength: 80 },
);
const always = { isotonicFrom: 1, plattFrom: 1 };

describe('the way to calibrate', () => {
  test.each([
    [0, 'none'],
    [49, 'none'],
    [50, 'platt'],
    [199, 'platt'],
    [200, 'isotonic'],
  ])('with %s outcomes is %s', (n, method) => expect(calibrate(times(n, 0.3, false)).method).toBe(method));

  test('none leaves a probability as it is', () => expect(calibrated(0.123, { method: 'none' })).toBe(0.123));
});

describe('isotonic calibration', () => {
  test('pools adjacent violators', () => {
    const sample = [...told(0.1, 0), ...told(0.2, 1), ...told(0.3, 0), ...told(0.4, 0, 1), ...told(0.5, 1)];
    expect(isotonic(sample)).toEqual([
      [0.1, 0],
      [0.2, 0.5],
      [0.4, 0.5],
      [0.5, 1],
    ]);
  });

  test('pools equal predictions, whatever order their outcomes come in', () => {
    expect(isotonic(told(0.2, 0, 1, 1))).toEqual([[0.2, 2 / 3]]);
    expect(isotonic(told(0.2, 1, 1, 0))).toEqual([[0.2, 2 / 3]]);
  });

  test('is clipped to 0.005 and 0.95, linear between its points and level beyond', () => {
    const calibration = calibrate([...rated(100, 0.2, 0), ...rated(100, 0.6, 100)]);
    expect(calibration).toEqual({
      method: 'isotonic',
      points: [
        [0.2, 0.005],
        [0.6, 0.95],
      ],
    });
    const at = (raw: number) => calibrated(raw, calibration);
    expect([at(0), at(0.2), at(0.6), at(1)]).toEqual([0.005, 0.005, 0.95, 0.95]);
    expect(at(0.3)).toBeCloseTo(0.005 + 0.945 / 4, 12);
  });

  test('recovers the rate of each level', () => {
    const calibration = calibrate([...rated(100, 0.1, 20), ...rated(100, 0.3, 10), ...rated(100, 0.5, 40)]);
    expect([0.1, 0.2, 0.3, 0.5].map((raw) => calibrated(raw, calibration))).toEqual([0.15, 0.15, 0.15, 0.4]);
  });

  test('keeps the mean, never falls, and no other level fits better', () => {
    fc.assert(
      fc.property(some, (sample) => {
        const ascending = sample.toSorted((a, b) => a.probability - b.probability);
        const points = isotonic(ascending);
        const fit = ascending.map(({ probability }) =>
          calibrated(probability, { method: 'isotonic', points: [...points] as never }),
        );
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(fit)).toBeCloseTo(sum(ascending.map(({ failed }) => Number(failed))), 8);
        expect(fit).toEqual(fit.toSorted((a, b) => a - b));
        // max-min formula of isotonic regression, by hand
        ascending.forEach(({ probability: at }, i) => {
          const mean = (from: number, to: number) => {
            const part = ascending.filter(({ probability: p }) => p >= from && p <= to);
            return part.filter(({ failed }) => failed).length / part.length;
          };
          const [lower, upper] = [
            ascending.filter((p) => p.probability <= at),
            ascending.filter((p) => p.probability >= at),
          ];
          const value = Math.max(
            ...lower.map(({ probability: from }) =>
              Math.min(...upper.map(({ probability: to }) => mean(from, to))),
            ),
          );
          expect(fit[i]).toBeCloseTo(value, 10);
        });
      }),
      { numRuns: 12 },
    );
  });
});

describe('Platt calibration', () => {
  test('moves the log-odds to where outcomes are, up to its smoothed targets', () => {
    const calibration = calibrate([...rated(80, 0.1, 16), ...rated(80, 0.4, 48)]);
    expect(calibrated(0.1, calibration)).toBeCloseTo(0.2047, 3);
    expect(calibrated(0.4, calibration)).toBeCloseTo(0.5953, 3);
    expect(calibration).toMatchObject({ method: 'platt' });
  });

  test('leaves a spread it knows nothing of as it is, around the observed rate', () => {
    const calibration = calibrate(rated(98, 0.2, 49));
    expect(calibrated(0.2, calibration)).toBeCloseTo(0.5, 6);
    if (calibration.method !== 'platt') throw new Error(calibration.method);
    expect(calibration.slope).toBe(1);
    expect(calibration.centre).toBeCloseTo(Math.log(0.25), 12);
  });

  test('is level, not falling, where outcomes contradict the predictions', () => {
    const calibration = calibrate([...rated(50, 0.1, 40), ...rated(50, 0.6, 10)]);
    expect(calibration).toMatchObject({ slope: 0 });
    expect(calibrated(0.9, calibration)).toBeCloseTo(0.5, 3);
  });

  test('takes certain predictions and outcomes of one kind', () => {
    const calibration = calibrate([...times(50, 0, false), ...times(50, 1, false)]);
    expect(calibrated(1, calibration)).toBeLessThan(0.02);
    expect(calibrated(1, calibration)).toBeGreaterThan(0);
    expect(Calibration.parse(calibration)).toEqual(calibration);
  });
});

test('a calibration never falls, stays a probability, and does not depend on the order of its sample', () => {
  const raw = fc.double({ min: 0, max: 1, noNaN: true });
  const rules = fc.constantFrom(always, { isotonicFrom: 1_000, plattFrom: 1 });
  fc.assert(
    fc.property(some, rules, raw, raw, (sample, rule, one, other) => {
      const calibration = calibrate(sample, rule);
      expect(Calibration.parse(calibration)).toEqual(calibration);
      expect(calibrate(sample.toReversed(), rule)).toEqual(calibration);
      const [low, high] = [Math.min(one, other), Math.max(one, other)].map((p) => calibrated(p, calibration));
      expect(low).toBeLessThanOrEqual(high! + 1e-12);
      expect(low! >= 0 && high! <= 1).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test.each([
  [[{ probability: NaN, failed: true }], 'predictions.0.probability'],
  [[{ probability: 1.1, failed: true }], 'predictions.0.probability'],
  [[{ probability: 0.1, failed: 1 }], 'predictions.0.failed'],
  [null, 'predictions'],
])('%j is refused under the name of its field', (sample, field) =>
  expect(() => calibrate(sample as never)).toThrow(field),
);

test.each([
  [[]],
  [
    [
      [0.2, 0.1],
      [0.2, 0.3],
    ],
  ],
  [
    [
      [0.2, 0.3],
      [0.3, 0.2],
    ],
  ],
  [[[0.2, 1.1]]],
])('points %j are no calibration', (points) =>
  expect(Calibration.safeParse({ method: 'isotonic', points }).success).toBe(false),
);
