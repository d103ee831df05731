import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auc, brier, calibrationOf, type Prediction } from './calibration.js';

const foretold = (probability: number, failed: boolean, band: Prediction['band'] = 'LOW'): Prediction => ({
  probability,
  failed,
  band,
});
const many = (n: number, failures: number, probability: number, band: Prediction['band'] = 'LOW') =>
  Array.from({ length: n }, (_, i) => foretold(probability, i < failures, band));

test('the Brier score is the mean squared miss', () => {
  expect(brier([foretold(0.2, false), foretold(0.7, true)])).toBeCloseTo((0.04 + 0.09) / 2, 12);
});

describe('the AUC', () => {
  test('is the share of pairs in the right order, ties half', () => {
    const predictions = [
      foretold(0.1, false),
      foretold(0.4, true),
      foretold(0.4, false),
      foretold(0.9, true),
    ];
    expect(auc(predictions)).toBe(3.5 / 4);
  });

  test('is unknown without failures or without successes', () => {
    expect(auc([foretold(0.1, false)])).toBeNull();
    expect(auc([foretold(0.1, true)])).toBeNull();
    expect(auc([])).toBeNull();
  });

  test('agrees with comparing every pair', () => {
    const prediction = fc.record({
      probability: fc.integer({ min: 0, max: 6 }).map((n) => n / 6),
      failed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 2, maxLength: 30 }), (predictions) => {
        const [failures, successes] = [true, false].map((kind) =>
          predictions.filter(({ failed }) => failed === kind),
        );
        const pairs = failures!.flatMap((f) =>
          successes!.map((s) =>
            f.probability > s.probability ? 1 : f.probability === s.probability ? 0.5 : 0,
          ),
        );
        const expected =
          pairs.length === 0 ? null : pairs.reduce<number>((sum, each) => sum + each, 0) / pairs.length;
        const found = auc(predictions);
        if (expected === null) expect(found).toBeNull();
        else expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('the calibration of a model (APR-03.4)', () => {
  test('sorts predictions into ten bins of equal count', () => {
    const predictions = Array.from({ length: 105 }, (_, i) => foretold(i / 105, i % 2 === 0)).reverse();
    const { bins, n } = calibrationOf(predictions);
    expect(n).toBe(105);
    expect(bins.map((bin) => bin.n).every((count) => count === 10 || count === 11)).toBe(true);
    expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(105);
    expect(bins.map(({ expected }) => expected)).toEqual(
      bins.map(({ expected }) => expected).toSorted((a, b) => a - b),
    );
  });

  test('the calibration error is the mean gap between expected and observed', () => {
    expect(calibrationOf(many(100, 20, 0.2)).ece).toBeCloseTo(0, 12);
    expect(calibrationOf(many(100, 26, 0.2)).ece).toBeCloseTo(0.06, 12);
    expect(calibrationOf([...many(30, 6, 0.1), ...many(70, 14, 0.3)]).ece).toBeCloseTo(0.1, 12);
    expect(calibrationOf([...many(50, 0, 0), ...many(50, 50, 1)])).toMatchObject({
      ece: 0,
      brier: 0,
      auc: 1,
    });
    expect(calibrationOf([...many(50, 50, 0), ...many(50, 0, 1)]).ece).toBeCloseTo(1, 12);
  });

  test('equal predictions share a bin, so the order of the input does not matter', () => {
    const predictions = [...many(35, 7, 0.1), ...many(65, 13, 0.2)];
    expect(calibrationOf(predictions).bins.map((bin) => bin.n)).toEqual([35, 65]);
    expect(calibrationOf(predictions.toReversed())).toEqual(calibrationOf(predictions));
  });

  test('gives the whole of it: counts, means, errors and the intervals of the bands', () => {
    const predictions = [
      foretold(0, false, 'LOW'),
      foretold(0.25, false, 'LOW'),
      foretold(0.25, true, 'MODERATE'),
      foretold(0.75, true, 'HIGH'),
      foretold(1, true, 'CRITICAL'),
    ];
    const found = calibrationOf(predictions.toReversed());
    expect({ ...found, bands: found.bands.map(({ interval: _interval, ...band }) => band) }).toEqual({
      n: 5,
      brier: (0.0625 + 0.5625 + 0.0625) / 5,
      auc: 5.5 / 6,
      ece: (2 / 5) * 0.25 + (1 / 5) * 0.25,
      bins: [
        { n: 1, expected: 0, observed: 0 },
        { n: 2, expected: 0.25, observed: 0.5 },
        { n: 1, expected: 0.75, observed: 1 },
        { n: 1, expected: 1, observed: 1 },
      ],
      bands: [
        { band: 'LOW', n: 2, expected: 0.125, observed: 0, drifted: false },
        { band: 'MODERATE', n: 1, expected: 0.25, observed: 1, drifted: false },
        { band: 'HIGH', n: 1, expected: 0.75, observed: 1, drifted: false },
        { band: 'CRITICAL', n: 1, expected: 1, observed: 1, drifted: false },
      ],
    });
    expect(found.bands.map(({ interval }) => interval)).toEqual([
      [0, 0.125 + (1.959963984540054 * Math.sqrt(0.1875) + 0.5) / 2],
      [0, 1],
      [0, 1],
      [0.5, 1],
    ]);
  });

  test('is the same to the last digit in whatever order the predictions come', () => {
    const prediction = fc.record({
      probability: fc.constantFrom(0.1, 0.3, 1 / 3, 0.7, 0.9),
      failed: fc.boolean(),
      band: fc.constantFrom('LOW' as const, 'HIGH' as const),
    });
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 30, maxLength: 60 }), (predictions) => {
        const { bands: _one, ...one } = calibrationOf(predictions);
        const { bands: _other, ...other } = calibrationOf(predictions.toReversed());
        expect(other).toEqual(one);
      }),
    );
  });

  test('a band drifts downwards and upwards, and never at the edge of what can be', () => {
    const drifted = (n: number, failures: number, p: number) =>
      calibrationOf(many(n, failures, p)).bands[0]!.drifted;
    expect([drifted(5, 0, 0), drifted(5, 5, 1), drifted(5, 1, 0), drifted(5, 4, 1)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect([drifted(5, 0, 0.03), drifted(5, 5, 0.97), drifted(20, 0, 0.5), drifted(20, 20, 0.5)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('fewer predictions than bins leave no empty bin', () => {
    expect(calibrationOf([foretold(0.3, true)]).bins).toEqual([{ n: 1, expected: 0.3, observed: 1 }]);
  });

  test('a band drifts when its failures leave the 95 % interval of what was predicted', () => {
    // 100 at 0.2: 20 ± 1.96 * 4 ± 0.5, so 12 to 28 failures are as predicted
    const drifted = (failures: number) => calibrationOf(many(100, failures, 0.2)).bands[0]!.drifted;
    expect([11, 12, 20, 28, 29].map(drifted)).toEqual([true, false, false, false, true]);
    const [band] = calibrationOf(many(100, 29, 0.2)).bands;
    expect(band).toMatchObject({ band: 'LOW', n: 100, observed: 0.29 });
    expect(band!.interval[0]).toBeCloseTo(0.1166, 4);
    expect(band!.interval[1]).toBeCloseTo(0.2834, 4);
  });

  test('one failure among five unlikely ones is no alarm', () => {
    expect(calibrationOf(many(5, 1, 0.03)).bands[0]!.drifted).toBe(false);
    expect(calibrationOf(many(5, 2, 0.03)).bands[0]!.drifted).toBe(true);
  });

  test('speaks of the bands that occur', () => {
    const { bands } = calibrationOf([...many(10, 1, 0.1), ...many(10, 6, 0.6, 'HIGH')]);
    expect(bands.map(({ band, n }) => [band, n])).toEqual([
      ['LOW', 10],
      ['HIGH', 10],
    ]);
  });

  test.each([
    [[], 'input'],
    [[foretold(NaN, true)], '0.probability'],
    [[foretold(1.01, true)], '0.probability'],
    [[foretold(-0.01, true)], '0.probability'],
    [[{ ...foretold(0.5, true), failed: 1 }], '0.failed'],
    [[{ ...foretold(0.5, true), surprise: 1 }], '0'],
    [[{ ...foretold(0.5, true), band: 'WILD' }], '0.band'],
  ])('bad input %# is refused by name', (predictions, field) => {
    expect(() => calibrationOf(predictions as Prediction[])).toThrow(`INVALID_INPUT: ${field}: `);
  });

  test('an empty sample says nothing, and is refused in a whole sentence', () => {
    const said = { code: 'INVALID_INPUT', message: 'input: Too small: expected array to have >=1 items.' };
    expect(() => calibrationOf([])).toThrow(
      expect.objectContaining({ violations: [{ ...said, ref: 'APR-03.4' }] }),
    );
  });
});
