import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascending } from '../statistics/ascending.js';
import { copies } from '../testVectors.js';
import { classify, type Settings } from './classify.js';
import { brentRoot } from './brent.js';
import { locationShift } from './locationShift.js';
import { KayentaLook } from './schema.js';
import {
  alsoAround10,
  around10,
  around20,
  around21and25,
  halves,
  manyHalves,
  mostlyZeros,
  rareErrors,
} from './testSamples.js';

const sorted = (values: readonly number[]) => ascending(values, 'sample');
const shiftOf = (control: readonly number[], experiment: readonly number[], confidence = 0.95) =>
  locationShift(sorted(control), sorted(experiment), confidence);

/** Settings as a configuration of Kayenta gives them. */
function settings(canary: object = {}, tolerance = 0.1, confidence = 0.95): Settings {
  const look = KayentaLook.parse({
    mode: 'kayenta',
    canaryConfig: { metrics: [{ name: 'm', analysisConfigurations: { canary } }] },
    metricSetPairList: [],
  });
  return { analysis: look.canaryConfig.metrics[0]!.analysisConfigurations.canary, tolerance, confidence };
}

describe('a root by Brent', () => {
  const at = (f: (x: number) => number, x: number) => ({ at: x, value: f(x) });
  const root = (f: (x: number) => number, low: number, high: number, tolerance = 1e-12) =>
    brentRoot(f, at(f, low), at(f, high), tolerance);

  test.each([
    ['a line', (x: number) => 3 - 2 * x, 0, 10, 1.5],
    ['a parabola', (x: number) => x * x - 2, 0, 2, Math.SQRT2],
    ['a falling cosine', Math.cos, 0, 3, Math.PI / 2],
    ['a flat cube', (x: number) => (x - 1) ** 3, -4, 3, 1],
    ['a step', (x: number) => (x < 0.3 ? 5 : -1), -1, 1, 0.3],
    ['a steep exponential', (x: number) => Math.exp(x) - 1e-3, -30, 5, Math.log(1e-3)],
  ])('of %s is found', (_, f, low, high, expected) => expect(root(f, low, high)).toBeCloseTo(expected, 4));

  test('may be either end', () => {
    expect(root((x) => x, 0, 1)).toBe(0);
    expect(root((x) => x - 1, 0, 1)).toBe(1);
  });

  test('takes few steps where the function is smooth', () => {
    let steps = 0;
    const found = root(
      (x) => {
        steps++;
        return Math.exp(x) - 5;
      },
      0,
      10,
      1e-10,
    );
    expect(found).toBeCloseTo(Math.log(5), 9);
    expect(steps).toBeLessThan(18);
  });
});

describe('the interval of R', () => {
  test.each([
    ['samples of halves', halves, 0.95, -0.500002521696696, -3.486287505871302e-5],
    ['many halves', manyHalves, 0.98, -0.4999173250549087, -6.912685789769486e-6],
    ['mostly zeros', mostlyZeros, 0.95, 3.521755377702165e-5, 2.02456461662334e-5],
  ])(
    'of %s is met to the last digits that R gives',
    (_, { control, experiment }, confidence, lower, upper) => {
      const found = shiftOf(control, experiment, confidence);
      expect(found.lower).toBeCloseTo(lower, 10);
      expect(found.upper).toBeCloseTo(upper, 10);
    },
  );

  test('has its estimate within the same 0.0001', () => {
    expect(shiftOf(mostlyZeros.control, mostlyZeros.experiment).estimate).toBeCloseTo(
      2.6279243045155653e-5,
      10,
    );
    expect(Math.abs(shiftOf(halves.control, halves.experiment).estimate + 0.4999393907180323)).toBeLessThan(
      1e-4,
    );
    expect(Math.abs(shiftOf(manyHalves.control, manyHalves.experiment, 0.98).estimate)).toBeLessThan(1e-4);
  });

  test('ends where the samples end, if they are too few for the level', () =>
    expect(shiftOf([1, 2], [11, 13])).toEqual({ estimate: expect.closeTo(10.5, 0), lower: 9, upper: 12 }));

  test('is the difference itself for samples without spread', () =>
    expect(shiftOf([1, 1, 1], [10, 10])).toEqual({ estimate: 9, lower: 9, upper: 9 }));

  test('agrees with the order statistics where values differ: their rank test turns at a difference', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 5, maxLength: 15 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 5, maxLength: 15 }),
        (control, experiment) => {
          const differences = control.flatMap((x) => experiment.map((y) => y - x));
          const { lower, upper } = shiftOf(control, experiment);
          for (const limit of [lower, upper])
            expect(Math.min(...differences.map((d) => Math.abs(d - limit)))).toBeLessThan(2e-4);
        },
      ),
    ));

  test('mirrors when the samples change places', () => {
    const [one, other] = [shiftOf(alsoAround10, around20), shiftOf(around20, alsoAround10)];
    expect(other.lower).toBeCloseTo(-one.upper, 3);
    expect(other.upper).toBeCloseTo(-one.lower, 3);
    expect(other.estimate).toBeCloseTo(-one.estimate, 3);
  });
});

describe("a metric's class", () => {
  const high = [20, 22, 21, 25, 30];
  const low = [1, 2.2, 1.1, 2.5, 3];
  const zeros = copies(5, 0);

  test.each<[string, readonly number[], readonly number[], object, string]>([
    ['samples alike', alsoAround10, around10, {}, 'Pass'],
    ['twice the control', alsoAround10, around20, {}, 'High'],
    ['half the control', around20, around10, {}, 'Low'],
    ['half the control, where an increase is bad', around20, around10, { direction: 'increase' }, 'Pass'],
    ['twice the control, where a decrease is bad', alsoAround10, around20, { direction: 'decrease' }, 'Pass'],
    [
      'twice the control, where an increase is bad',
      alsoAround10,
      around20,
      { direction: 'increase' },
      'High',
    ],
    ['half the control, where a decrease is bad', around20, around10, { direction: 'decrease' }, 'Low'],
    ['mostly zeros, by the reversed interval', mostlyZeros.control, mostlyZeros.experiment, {}, 'High'],
    [
      'mostly zeros below the allowed increase',
      mostlyZeros.control,
      mostlyZeros.experiment,
      { effectSize: { allowedIncrease: 5 } },
      'Pass',
    ],
    [
      'a small increase beyond the allowed one',
      low,
      high,
      { effectSize: { allowedIncrease: 1.2, allowedDecrease: 0.8 } },
      'High',
    ],
    [
      'half the control beyond the allowed decrease',
      around20,
      around10,
      { direction: 'decrease', effectSize: { allowedDecrease: 0.8 } },
      'Low',
    ],
    [
      'a decrease within the allowed one',
      [20, 22, 21, 25, 30],
      [10, 12.2, 10.1, 12.5, 23],
      { effectSize: { allowedDecrease: 0.5, allowedIncrease: 1 } },
      'Pass',
    ],
    ['a strong decrease', [10, 20.2, 10.1, 20.5, 30], [2, 2, 2, 2, 3], {}, 'Low'],
    ['one value on both sides', [1, 1], [1, 1, 1], { direction: 'decrease' }, 'Pass'],
    ['the same values in another order', [5, 4, 3, 2, 1], [1, 2, 3, 4, 5], { direction: 'decrease' }, 'Pass'],
    ['one zero among ones', copies(5, 1), [0, 1, 1, 1, 1], { direction: 'decrease' }, 'Pass'],
    ['one ten among ones', copies(5, 1), [1, 1, 1, 1, 10], {}, 'Pass'],
    ['tens against ones', copies(5, 1), copies(5, 10), {}, 'High'],
    ['ones against tens', copies(5, 10), copies(5, 1), {}, 'Low'],
    ['tens against zeros', zeros, copies(5, 10), {}, 'High'],
    ['zeros on both sides', zeros, zeros, {}, 'Pass'],
    [
      'fifties against zeros',
      zeros,
      [54.9, 54.5, 55.1, 55.6, 57.4],
      { effectSize: { allowedIncrease: 1.2 } },
      'High',
    ],
    [
      'zeros against fifties',
      [54.9, 54.5, 55.1, 55.6, 57.4],
      zeros,
      { effectSize: { allowedDecrease: 0.8 } },
      'Low',
    ],
    ['[0,1,2,1,0,0] against zeros, its hole', copies(6, 0), [0, 1, 2, 1, 0, 0], {}, 'Pass'],
    ['[1,4,2,3,1] against zeros', zeros, [1, 4, 2, 3, 1], { effectSize: { allowedIncrease: 100 } }, 'High'],
  ])('%s', (_, control, experiment, canary, expected) =>
    expect(classify(control, experiment, settings(canary)).class).toBe(expected),
  );

  test.each<[string, { control: readonly number[]; experiment: readonly number[] }, number, number, string]>([
    ['rare errors', rareErrors, 0.5, 0.8, 'Pass'],
    ['a decrease', around21and25, 0.2, 0.8, 'Low'],
    [
      'an increase',
      { control: around21and25.experiment, experiment: around21and25.control },
      0.2,
      0.8,
      'High',
    ],
  ])('%s, by the common-language effect size', (_, samples, allowedDecrease, allowedIncrease, expected) => {
    const effectSize = { measure: 'cles', allowedDecrease, allowedIncrease };
    const found = classify(samples.control, samples.experiment, settings({ effectSize }, 0.2, 0.98));
    expect(found.class).toBe(expected);
  });

  test.each([
    ['by default', {}, 'High', true],
    ['from 1.2 on', { criticalIncrease: 1.2 }, 'High', true],
    ['from 13 on', { allowedIncrease: 5, criticalIncrease: 13 }, 'High', false],
    ['from 15 on, beyond an allowed 13', { allowedIncrease: 13, criticalIncrease: 15 }, 'Pass', false],
  ])('is critical %s', (_, effectSize, expected, critical) => {
    const found = classify(low, high, settings({ critical: true, effectSize }));
    expect(found).toMatchObject({ class: expected, critical });
    expect(found.ratio).toBeCloseTo(12.04, 2);
    expect(found.effectSize).toBe(found.ratio);
  });

  test.each([
    [1.2, true],
    [0.1, false],
  ])('is critical at or below a decrease to %s', (criticalDecrease, critical) => {
    const found = classify(
      [10, 20.2, 10.1, 20.5, 30],
      [2, 2, 2, 2, 3],
      settings({ critical: true, effectSize: { criticalDecrease } }),
    );
    expect(found).toMatchObject({ class: 'Low', critical });
  });

  test('reaches its thresholds at equality', () => {
    const twice = (effectSize: object) =>
      classify([1, 1, 1, 1], [2, 2, 2, 2], settings({ critical: true, effectSize }));
    expect(twice({ allowedIncrease: 2, criticalIncrease: 2 })).toMatchObject({
      class: 'High',
      critical: true,
      ratio: 2,
    });
    expect(twice({ allowedIncrease: 2.001 })).toMatchObject({ class: 'Pass', critical: false });
    const half = (effectSize: object) =>
      classify([2, 2, 2, 2], [1, 1, 1, 1], settings({ critical: true, effectSize }));
    expect(half({ allowedDecrease: 0.5, criticalDecrease: 0.5 })).toMatchObject({
      class: 'Low',
      critical: true,
      ratio: 0.5,
    });
    expect(half({ allowedDecrease: 0.499 })).toMatchObject({ class: 'Pass', critical: false });
  });

  test('has its means to the last digit, which decides at equality', () => {
    const control = [10.1, 10.1, 10.1, 10, 10.2, 10.2, 10.2, 10];
    const tenth = [11.11, 11.11, 11.11, 11, 11.22, 11.22, 11.22, 11];
    expect(classify(control, tenth, settings({ effectSize: { allowedIncrease: 1.1 } }))).toMatchObject({
      class: 'High',
      ratio: 1.1,
    });
  });

  test('has 0.5 as the neutral common-language effect, 1 as the neutral ratio', () => {
    const cles = classify(around10, around20, settings({ critical: true, effectSize: { measure: 'cles' } }));
    expect(cles).toMatchObject({ class: 'High', critical: true });
    expect(cles.effectSize).toBeGreaterThan(0.9);
    expect(cles.ratio).toBeCloseTo(2.07, 1);
  });

  test('leaves thresholds aside where a mean is 0, critical ones too', () => {
    const experiment = [0.05, 0.05, 0.0167, 0.0167, 0.0167, 0.05, 0.0333, 0.05, 0.05, 0.1333];
    const canary = {
      critical: true,
      nanStrategy: 'replace',
      effectSize: { criticalIncrease: 1.2, criticalDecrease: 0.8 },
    };
    expect(classify(copies(10, 0), experiment, settings(canary))).toMatchObject({
      class: 'High',
      critical: true,
      ratio: null,
      effectSize: null,
    });
  });

  test.each([
    ['is without data', {}, 'Nodata', false],
    ['is without data and critical', { critical: true }, 'Nodata', true],
    ['fails where it must have data', { mustHaveData: true }, 'NodataFailMetric', false],
    ['is critical before it must have data', { mustHaveData: true, critical: true }, 'Nodata', true],
    [
      'passes where values that are no numbers are replaced',
      { nanStrategy: 'replace', critical: true },
      'Pass',
      false,
    ],
  ])('of a silent side %s', (_, canary, expected, critical) => {
    const silence = { class: expected, critical, ratio: 1, effectSize: null, shift: null };
    expect(classify([1, 2, 3], [], settings(canary))).toEqual(silence);
    expect(classify([], [1, 2, 3], settings(canary))).toEqual(silence);
  });

  test('has the neutral band at a quarter of the estimate', () => {
    const shift = shiftOf(low, high, 0.98);
    const edge = shift.lower / shift.estimate;
    expect(classify(low, high, settings({}, edge * 0.999, 0.98)).class).toBe('High');
    expect(classify(low, high, settings({}, edge * 1.001, 0.98)).class).toBe('Pass');
  });
});
