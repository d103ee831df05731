import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Calibration, Quality } from './calibration.js';
import { bin, model } from './example.js';
import { History, Outcome } from './history.js';
import { Bin, SlotModel } from './model.js';
import { defaults, policyOf, SlotPolicy } from './policy.js';
import { RiskScale } from './question.js';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

/** The least and the most of a field, and values just beyond them. */
function bounded(schema: z.ZodType, whole: object, name: string, [least, most, step]: readonly number[]) {
  const at = (value: unknown) => takes(schema, { ...whole, [name]: value });
  const found = [least! - step!, least, most, most! + step!].map(at);
  expect([name, ...found]).toEqual([name, false, true, true, false]);
}

describe('the policy', () => {
  test.each<[keyof SlotPolicy, number, number, number]>([
    ['halfLifeDays', 1, 3_650, 0.1],
    ['loadWeeks', 2, 52, 1],
    ['thinWeeks', 1, 52, 1],
    ['coverage', 0, 1, 0.01],
    ['incidentWindowDays', 1, 3_650, 0.1],
    ['priorWeight', 1, 10_000, 0.1],
    ['poolMinimum', 1, 100_000, 1],
    ['loadWeight', 0, 1, 0.01],
    ['incidentWeight', 0, 1, 0.01],
    ['ridge', 0.001, 1_000_000, 0.0001],
    ['isotonicFrom', 1, 100_000, 1],
    ['plattFrom', 1, 100_000, 1],
    ['eceLimit', 0, 1, 0.01],
    ['origins', 1, 24, 1],
    ['originDays', 1, 90, 1],
    ['stepMinutes', 5, 1_440, 1],
    ['horizonDays', 1, 60, 1],
    ['results', 1, 20, 1],
    ['perInterval', 1, 20, 1],
    ['loadCost', 0, 100, 0.1],
    ['dayCost', 0, 100, 0.1],
    ['lateCost', 0, 100, 0.1],
  ])('%s is from %s to %s', (name, ...range) => bounded(SlotPolicy, {}, name, range));

  test('takes no other name, and what is not given is standard', () => {
    expect(takes(SlotPolicy, { dayCosts: 1 })).toBe(false);
    expect(policyOf()).toEqual(defaults);
    expect(policyOf({ dayCost: 0, lateCost: undefined })).toEqual({ ...defaults, dayCost: 0 });
  });
});

const outcome = {
  id: 'o',
  service: 's',
  team: 't',
  start: '2027-01-01T00:00:00Z',
  end: '2027-01-01T01:00:00Z',
  score: 1,
  failed: true,
};
const start = { id: 'i', at: outcome.start, severity: 'SEV1', services: ['s'] };
const history = (changes: object) => ({ zone: 'UTC', outcomes: [outcome], ...changes });
const incidents = (change: object) =>
  history({ incidents: { since: outcome.start, starts: [{ ...start, ...change }] } });

describe('a history', () => {
  test('has scores from 0 to 100, tiers from 1 to 4, loads up to 10¹⁵', () => {
    bounded(Outcome, outcome, 'score', [0, 100, 0.1]);
    bounded(Outcome, outcome, 'tier', [1, 4, 1]);
    expect(takes(Outcome, { ...outcome, tier: 1.5 })).toBe(false);
    const load = (value: unknown) => takes(History, history({ load: [{ at: outcome.start, value }] }));
    expect([-1, 0, 1e15, 1.001e15].map(load)).toEqual([false, true, true, false]);
  });

  test('has a zone of 1 to 64 characters, and nothing that is not named', () => {
    const zone = (length: number) => takes(History, history({ zone: 'z'.repeat(length) }));
    expect([0, 1, 64, 65].map(zone)).toEqual([false, true, true, false]);
    expect(takes(History, history({ loads: [] }))).toBe(false);
    expect(takes(Outcome, { ...outcome, fine: true })).toBe(false);
    expect(takes(History, incidents({ note: '' }))).toBe(false);
    expect(takes(History, history({ load: [{ at: outcome.start, value: 1, unit: 's' }] }))).toBe(false);
  });

  test('has incidents of four severities, each of some service', () => {
    const severities = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5', ''];
    const found = severities.map((severity) => takes(History, incidents({ severity })));
    expect(found).toEqual([true, true, true, true, false, false]);
    expect(takes(History, incidents({ services: [] }))).toBe(false);
  });
});

describe('a model', () => {
  test('has rates and weights within their bounds, and the words that it may use', () => {
    const whole = model();
    const at = (changes: object) => takes(SlotModel, { ...whole, ...changes });
    const weights = [-0.1, 0, 1, 1.1];
    const edges = [false, true, true, false];
    expect(weights.map((load) => at({ weights: { load, incidents: 0 } }))).toEqual(edges);
    expect(weights.map((one) => at({ weights: { load: 0, incidents: one } }))).toEqual(edges);
    expect([-1, 0, 10_000_000, 10_000_001].map((outcomes) => at({ outcomes }))).toEqual(edges);
    expect([0, 1, 64, 65].map((length) => at({ zone: 'z'.repeat(length) }))).toEqual(edges);
    expect([100, 101].map((length) => at({ version: 'v'.repeat(length) }))).toEqual([true, false]);
    for (const pool of ['service', 'team', 'tier', 'organisation']) expect(at({ pool })).toBe(true);
    for (const verdict of ['PROMOTED', 'NOT_BETTER', 'TOO_LITTLE_HISTORY'])
      expect(at({ verdict })).toBe(true);
    for (const changes of [{ pool: '' }, { verdict: '' }, { weight: 1 }, { weights: { load: 1 } }])
      expect(at(changes)).toBe(false);
    expect(at({ weights: { load: 1, incidents: 1, risk: 1 } })).toBe(false);
  });

  test('has bins of amounts up to a million and of 100 deviations', () => {
    const whole = bin({ deployments: 1_000_000 });
    for (const name of ['failures', 'incidentsPerHour']) bounded(Bin, whole, name, [0, 1_000_000, 0.1]);
    bounded(Bin, bin(), 'deployments', [0, 1_000_000, 0.1]);
    for (const name of ['load', 'incidents']) bounded(Bin, bin(), name, [-100, 100, 0.1]);
    bounded(Bin, bin(), 'loadPercentile', [0, 1, 0.01]);
    expect(takes(Bin, bin({ incidents: null, incidentsPerHour: null, thin: true }))).toBe(true);
    expect(takes(Bin, { ...bin(), thick: true })).toBe(false);
  });

  test('has a calibration of one of three kinds, within bounds', () => {
    const platt = { method: 'platt', centre: 0, slope: 1, intercept: 0 };
    bounded(Calibration, platt, 'centre', [-1_000, 1_000, 0.1]);
    bounded(Calibration, platt, 'slope', [0, 1_000, 0.1]);
    bounded(Calibration, platt, 'intercept', [-1_000, 1_000, 0.1]);
    expect(takes(Calibration, { method: 'none' })).toBe(true);
    expect(takes(Calibration, { method: 'none', slope: 1 })).toBe(false);
    expect(takes(Calibration, { ...platt, scale: 1 })).toBe(false);
    const points = (...all: number[][]) => ({ method: 'isotonic', points: all });
    expect(takes(Calibration, points([0, 0], [0.5, 0.5], [1, 0.5]))).toBe(true);
    expect(takes(Calibration, { ...points([0, 0]), slope: 1 })).toBe(false);
    const unordered = Calibration.safeParse(points([0.1, 0.1], [0.2, 0.3], [0.3, 0.2]));
    expect(unordered.error!.issues[0]!.message).toBe('must ascend in both members');
  });

  test('has a quality of shares, in a hundred bins at most', () => {
    const one = { n: 1, expected: 0.5, observed: 0.5 };
    const whole = { label: 'none', n: 1, brier: 0, ece: 0, bins: [one] };
    bounded(Quality, whole, 'n', [0, 10_000_000, 1]);
    for (const name of ['brier', 'ece']) bounded(Quality, whole, name, [0, 1, 0.01]);
    const bins = (length: number) => takes(Quality, { ...whole, bins: Array(length).fill(one) });
    expect([0, 100, 101].map(bins)).toEqual([true, true, false]);
    for (const label of ['calibrated', 'uncalibrated', 'none'])
      expect(takes(Quality, { ...whole, label })).toBe(true);
    expect(takes(Quality, { ...whole, label: '' })).toBe(false);
    expect(takes(Quality, { ...whole, note: 1 })).toBe(false);
    expect(takes(Quality, { ...whole, bins: [{ ...one, note: 1 }] })).toBe(false);
  });
});

test('a risk scale is a from -50 to 50 and b from 0 to 5', () => {
  bounded(RiskScale, { b: 1 }, 'a', [-50, 50, 0.1]);
  bounded(RiskScale, { a: 1 }, 'b', [0, 5, 0.1]);
  expect(takes(RiskScale, { a: 1, b: 1, c: 1 })).toBe(false);
});
