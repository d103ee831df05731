import { describe, expect, test } from 'vitest';
import { bin, model, RISK } from './example.js';
import type { SlotModel } from './model.js';
import { predictor } from './predict.js';

const MINUTE = 60_000;
const risk = RISK.a + RISK.b * RISK.score;
const predict = (start: string, minutes = 60, of: SlotModel = model()) => {
  const at = Date.parse(start);
  return predictor(of, 20)(risk, { start: at, end: at + minutes * MINUTE });
};
const TUESDAY = '2027-03-02T03:00:00Z';
const WEDNESDAY = '2027-03-03T10:00:00Z';
const FRIDAY = '2027-03-05T16:00:00Z';

describe('formulas 4.5.5', () => {
  test.each([
    [TUESDAY, 0.0895, 0.746, -0.3276, -0.43, -2.2194, 0.098],
    [WEDNESDAY, 0.1294, 1.078, 0.0863, 0.06, -1.3155, 0.212],
    [FRIDAY, 0.2089, 1.741, 0.6608, 0.66, -0.141, 0.465],
  ])('%s: rate %s, multiplier, timing, load and incidents, x, p', (start, r, m, timing, rest, x, p) => {
    const { probability, multiplier, contributions: parts } = predict(start);
    expect(parts.risk).toBeCloseTo(-1.4618, 4);
    expect(multiplier * 0.12).toBeCloseTo(r, 4);
    expect(multiplier).toBeCloseTo(m, 3);
    expect(parts.timing).toBeCloseTo(timing, 4);
    expect(parts.load! + parts.incidents!).toBeCloseTo(rest, 10);
    expect(parts.risk + parts.timing + parts.load! + parts.incidents!).toBeCloseTo(x, 4);
    expect(probability).toBeCloseTo(p, 3);
  });

  test.each([
    [TUESDAY, 0.031, 0.19],
    [FRIDAY, 0.306, 0.601],
  ])('the 90 %% interval of %s is %s to %s', (start, low, high) => {
    const interval = predict(start).interval();
    expect(interval[0]).toBeCloseTo(low, 3);
    expect(interval[1]).toBeCloseTo(high, 3);
  });

  test('the load percentile and the rate of incidents are those of the hour', () =>
    expect(predict(FRIDAY)).toMatchObject({ loadPercentile: 0.95, incidentsPerHour: 0, thin: false }));
});

describe('a slot over several hours', () => {
  const across = (...hours: ReturnType<typeof bin>[]) =>
    model({ bins: Array.from({ length: 168 }, (_, hour) => hours[hour - 27] ?? bin()) });

  test('takes the mean of each part, weighted by the minutes occupied', () => {
    const of = across(bin({ load: -1, loadPercentile: 0, failures: 0, deployments: 20 }), bin({ load: 2 }));
    const [first, second] = [predict(TUESDAY, 60, of), predict('2027-03-02T04:00:00Z', 60, of)];
    const both = predict('2027-03-02T03:40:00Z', 60, of);
    const mean = (a: number, b: number) => (20 * a + 40 * b) / 60;
    expect(both.contributions.timing).toBeCloseTo(mean(first.contributions.timing, 0), 12);
    expect(both.contributions.load).toBeCloseTo(mean(-0.3, 0.6), 12);
    expect(both.loadPercentile).toBeCloseTo(mean(0, 0.5), 12);
    expect(both.multiplier).toBeCloseTo(mean(first.multiplier, 1), 12);
    const logit = (p: number) => Math.log(p / (1 - p));
    for (const end of [0, 1] as const)
      expect(logit(both.interval()[end])).toBeCloseTo(
        mean(logit(first.interval()[end]), logit(second.interval()[end])),
        12,
      );
  });

  test('counts a repeated local hour twice and a skipped one not at all', () => {
    const sundays = (hour: number, load: number) =>
      model({
        zone: 'Europe/London',
        bins: Array.from({ length: 168 }, (_, i) => bin(i === hour ? { load } : {})),
      });
    const load = (start: string, of: SlotModel) => predict(start, 180, of).contributions.load;
    expect(load('2027-10-31T00:00:00Z', sundays(145, 3))).toBeCloseTo((0.3 * 3 * 120) / 180, 12);
    expect(load('2027-03-28T00:00:00Z', sundays(145, 3))).toBe(0);
  });

  test('says thin if one hour is, and keeps the rate of incidents', () => {
    const of = across(bin({ thin: true, incidentsPerHour: 0.2 }), bin({ incidentsPerHour: 0.1 }));
    expect(predict('2027-03-02T03:30:00Z', 60, of)).toMatchObject({ thin: true });
    expect(predict('2027-03-02T03:30:00Z', 60, of).incidentsPerHour).toBeCloseTo(0.15, 12);
    expect(predict('2027-03-02T04:00:00Z', 60, of)).toMatchObject({ thin: false });
  });
});

describe('what is not known', () => {
  const lacking = (changes: Parameters<typeof bin>[0], others: Parameters<typeof bin>[0] = {}) =>
    model({ bins: Array.from({ length: 168 }, (_, hour) => bin(hour === 27 ? changes : others)) });

  test('in one hour is taken for the worst hour that is known, and said', () => {
    const of = lacking(
      { load: null, loadPercentile: null, incidents: null, incidentsPerHour: null },
      { load: -1, incidents: 2 },
    );
    expect(predict(TUESDAY, 60, of)).toMatchObject({ loadPercentile: null, incidentsPerHour: null });
    expect(predict(TUESDAY, 60, of).contributions).toMatchObject({ load: -0.3, incidents: 0.4 });
    expect(predict('2027-03-02T02:59:00Z', 2, of)).toMatchObject({ loadPercentile: null });
  });

  test('in any hour adds nothing', () => {
    const nothing = { load: null, loadPercentile: null, incidents: null, incidentsPerHour: null };
    const { contributions, probability } = predict(TUESDAY, 60, lacking(nothing, nothing));
    expect(contributions).toMatchObject({ timing: 0, load: null, incidents: null });
    expect(probability).toBeCloseTo(0.188, 3);
  });
});

test('a probability and its interval are calibrated alike', () => {
  const calibration = {
    method: 'isotonic',
    points: [
      [0.04, 0.1],
      [0.18, 0.2],
    ],
  } satisfies SlotModel['calibration'];
  const { probability, interval } = predict(TUESDAY, 60, model({ calibration }));
  expect(interval()).toEqual([0.1, 0.2]);
  expect(probability).toBeGreaterThan(0.14);
  expect(probability).toBeLessThan(0.142);
});
