import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, iso } from '../instant.js';
import { backtest } from './backtest.js';
import { calibrate } from './calibration.js';
import { flat } from './testQuestions.js';
import { compare } from './holdOut.js';
import { sigmoid } from './logOdds.js';
import { versionOf } from './model.js';
import { defaults } from './policy.js';
import { predictor } from './predict.js';
import { profileAt } from './profile.js';
import { qualityOf } from './quality.js';
import { fit, isFounded, type Lens, rawOf, type Row, type Stretch, stretches } from './rolling.js';
import { chance, outcomes, TODAY } from './testHistory.js';
import { train } from './train.js';
import { lensOf } from './training.js';

const row = (failed: boolean, changes: Partial<Row> = {}): Row => ({
  risk: 0,
  timing: 0,
  load: 0,
  incidents: 0,
  failed,
  ...changes,
});
const { zone, pool, rate, bins } = flat();
const stretch = (
  rows: readonly Row[],
  changes: { observedRate?: number; known?: number; ago?: number } = {},
) => {
  const { observedRate = 0.5, known = 30, ago = 1 } = changes;
  return {
    origin: TODAY - ago * DAY,
    profile: { zone, pool, rate, bins, outcomes: known },
    observedRate,
    rows,
  };
};
const once = { ...defaults, origins: 1 };

describe('a back-test', () => {
  test('scores each origin by the model and its baselines, oldest first', () => {
    const parts = { risk: -1, timing: 0.5, load: 2, incidents: -1 };
    const all = [
      stretch([row(true, parts), row(false)], { observedRate: 0.25, known: 40 }),
      stretch([row(false, { risk: -2, timing: -1 })], { observedRate: 0.1, ago: 2 }),
    ];
    const [first, second] = [sigmoid(-0.1), sigmoid(-3)];
    const newest = {
      model: ((1 - first) ** 2 + 0.25) / 2,
      constantRate: (0.75 ** 2 + 0.25 ** 2) / 2,
      riskScore: ((1 - sigmoid(-1)) ** 2 + 0.25) / 2,
    };
    const oldest = { model: second ** 2, constantRate: 0.1 ** 2, riskScore: sigmoid(-2) ** 2 };
    const close = (scores: typeof newest) =>
      Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, expect.closeTo(value, 12)]));
    expect(backtest(all, { ...defaults, origins: 2 })).toEqual({
      verdict: 'PROMOTED',
      origins: [
        { origin: iso(TODAY - 2 * DAY), pool: 'service', trained: 30, n: 1, brier: close(oldest) },
        { origin: iso(TODAY - DAY), pool: 'service', trained: 40, n: 2, brier: close(newest) },
      ],
      mean: close({
        model: (newest.model + oldest.model) / 2,
        constantRate: (newest.constantRate + oldest.constantRate) / 2,
        riskScore: (newest.riskScore + oldest.riskScore) / 2,
      }),
      foretold: [
        { probability: expect.closeTo(first, 12), failed: true },
        { probability: 0.5, failed: false },
        { probability: expect.closeTo(second, 12), failed: false },
      ],
    });
  });

  test.each<[string, Stretch, string]>([
    ['as good as the risk score', stretch([row(true)], { observedRate: 0 }), 'NOT_BETTER'],
    ['better by noise', stretch([row(true, { timing: 1e-13 })], { observedRate: 0 }), 'NOT_BETTER'],
    ['better by a little', stretch([row(true, { timing: 1e-9 })], { observedRate: 0 }), 'PROMOTED'],
    ['beaten by the rate', stretch([row(true, { timing: 1 })], { observedRate: 1 }), 'NOT_BETTER'],
    ['learned from 29', stretch([row(true, { timing: 1 })], { known: 29 }), 'TOO_LITTLE_HISTORY'],
    ['asked for nothing', stretch([]), 'TOO_LITTLE_HISTORY'],
  ])('of a model %s is %s', (_, one, verdict) => expect(backtest([one], once).verdict).toBe(verdict));

  test('has no score where there was too little to learn from, and then no mean', () => {
    const all = [stretch([row(true)]), stretch([row(true)], { known: 29, ago: 2 })];
    const { mean, origins, foretold } = backtest(all, { ...defaults, origins: 2 });
    expect([mean, origins[0]!.brier, foretold.length]).toEqual([null, null, 1]);
    expect(origins[1]!.brier!.model).toBe(0.25);
  });

  test('learns from as many stretches before as there are origins, and no more', () => {
    const told = (failures: number, ago: number) =>
      stretch(
        Array.from({ length: 60 }, (_, i) => row(i < failures, { risk: i % 3, load: i % 2 })),
        { ago },
      );
    const [one, other, far] = [told(30, 1), told(5, 2), told(55, 3)];
    const of = (...all: Stretch[]) => backtest(all, once).foretold;
    expect(of(one, other, far)).toEqual(of(one, other));
    expect(of(one, other)).not.toEqual(of(one));
    expect(of(one)[1]!.probability).toBe(sigmoid(1.3));
  });
});

describe('weights and calibration', () => {
  const next = chance(7);
  const some = [-1.1, 0.3, 0.7];
  const any = (values = some) => values[Math.floor(next() * 3)]!;
  const rows = Array.from({ length: 90 }, () =>
    row(next() < 0.4, { risk: any() - 1, timing: any() / 3, load: any(), incidents: any() }),
  );

  test('are those of the founded stretches, whatever the order of their rows', () => {
    const found = fit([stretch(rows)], defaults);
    expect(fit([stretch([row(true, { load: 9 })], { known: 29 }), stretch(rows)], defaults)).toEqual(found);
    expect(fit([stretch(rows.slice(40)), stretch(rows.slice(0, 40))], defaults)).toEqual(found);
    const told = rows.map((one) => ({ probability: rawOf(one, found.weights), failed: one.failed }));
    expect(found.calibration).toEqual(calibrate(told));
    expect(found.calibration.method).toBe('platt');
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 90 }), (mixed) => {
        expect(fit([stretch(mixed)], defaults)).toEqual(found);
      }),
      { numRuns: 20 },
    );
  });

  test('are standard without rows, and stay within 0 and 1', () => {
    expect(fit([], { ...defaults, loadWeight: 0.7 })).toEqual({
      weights: { load: 0.7, incidents: 0.2 },
      calibration: { method: 'none' },
    });
    const extreme = Array.from({ length: 400 }, (_, i) =>
      row(i % 2 === 0, { load: i % 2 === 0 ? 9 : -9, incidents: i % 2 === 0 ? -9 : 9 }),
    );
    const mixed = [stretch(extreme), stretch(extreme.map((one) => ({ ...one, failed: !one.failed })))];
    expect(fit(mixed.slice(0, 1), defaults).weights.incidents).toBe(0);
    expect(fit(mixed.slice(1), defaults).weights.load).toBe(0);
    const alone = extreme.map((one) => ({ ...one, incidents: 0, timing: 0 }));
    expect(fit([stretch(alone)], { ...defaults, ridge: 0.001 }).weights.load).toBeLessThanOrEqual(1);
  });

  test('make a raw probability of all parts', () =>
    expect(
      rawOf(row(true, { risk: 1, timing: -2, load: 3, incidents: 4 }), { load: 0.5, incidents: 0.25 }),
    ).toBe(sigmoid(1.5)));

  test('a stretch of 30 deployments is founded, one of 29 is not', () =>
    expect([29, 30].map((known) => isFounded(stretch([], { known }), defaults))).toEqual([false, true]));
});

const spaced = (...starts: number[]) =>
  starts.map((start, i) => ({
    id: `${i}`,
    service: 'ledger',
    start: iso(start),
    end: iso(start + HOUR),
    score: 40 + i,
    failed: i % 2 === 0,
  }));
const lens = (list: ReturnType<typeof spaced>, policy = {}): Lens =>
  lensOf(
    { subject: { services: ['ledger'] }, dependencies: [], history: { zone: 'UTC', outcomes: list }, policy },
    TODAY,
  );

describe('the stretches before an instant', () => {
  test('hold what started in them and has ended, each seen from its origin', () => {
    const [first, second] = [TODAY - 10 * DAY, TODAY - 20 * DAY];
    const starts = [second - 1, second, first - 1, first, TODAY - HOUR, TODAY - HOUR + 1];
    const of = lens(spaced(...starts), { origins: 1, originDays: 10 });
    const found = stretches(of, TODAY, 'service');
    expect(found.map(({ origin, profile, rows }) => [origin, profile.outcomes, rows.length])).toEqual([
      [first, 2, 2],
      [second, 0, 2],
    ]);
    const { profile, observedRate } = profileAt(of.past, of.subject, first, of.policy);
    expect(found[0]).toMatchObject({ profile, observedRate });
    expect(found[1]!.rows).toEqual([
      { risk: -3.6 + 0.045 * 41, timing: 0, load: 0, incidents: 0, failed: false },
      { risk: -3.6 + 0.045 * 42, timing: 0, load: 0, incidents: 0, failed: true },
    ]);
  });
});

describe('a model in use', () => {
  const list = spaced(...Array.from({ length: 10 }, (_, i) => TODAY - (10 - i) * DAY));
  const of = lens(list, { poolMinimum: 1, origins: 1, originDays: 2 });
  const held = of.past.outcomes.slice(8);
  const score = (model: ReturnType<typeof flat>) => {
    const predict = predictor(model, 20);
    const errors = held.map(
      (one) => (predict(-3.6 + 0.045 * one.score, one.work).probability - Number(one.failed)) ** 2,
    );
    return expect.closeTo((errors[0]! + errors[1]!) / 2, 12);
  };

  test('is compared on the newest fifth with one that was trained on the rest', () => {
    const from = held[0]!.work.start;
    const current = flat({}, { trainedAt: iso(held[0]!.work.end) });
    const brier = { current: score(current), candidate: score(train(of, from).model) };
    expect(compare(of, current, TODAY)).toEqual({
      from: iso(from),
      n: 2,
      seenByCurrent: 1,
      brier,
      replaces: expect.any(Boolean) as boolean,
    });
    expect(compare(of, { ...current, trainedAt: iso(held[0]!.work.end - 1) }, TODAY)!.seenByCurrent).toBe(0);
    expect(compare(of, current, held[0]!.work.end - 1)).toMatchObject({
      n: 2,
      from: iso(of.past.outcomes[6]!.work.start),
    });
  });

  test('is replaced by its equal, and by no worse one', () => {
    const same = train(of, held[0]!.work.start).model;
    expect(compare(of, same, TODAY)!.replaces).toBe(true);
    const perfect = flat(
      {},
      {
        calibration: { method: 'isotonic', points: [[0, 0]] },
      },
    );
    const good = lens(
      list.map((one) => ({ ...one, failed: false })),
      { poolMinimum: 1, origins: 1 },
    );
    expect(compare(good, perfect, TODAY)).toMatchObject({ replaces: false, brier: { current: 0 } });
  });
});

test('a model is what was counted and what was fitted, with the quality of what was foretold', () => {
  const policy = { origins: 2, originDays: 20, poolMinimum: 10 };
  const of = lens(outcomes(120, 100, () => 0.3) as ReturnType<typeof spaced>, policy);
  const all = stretches(of, TODAY, 'service');
  const { foretold, ...test } = backtest(all, of.policy);
  const { weights, calibration } = fit(all.slice(0, 2), of.policy);
  const model = {
    trainedAt: iso(TODAY),
    ...profileAt(of.past, of.subject, TODAY, of.policy).profile,
    weights,
    calibration,
    quality: qualityOf(foretold, calibration.method, 0.05),
    verdict: test.verdict,
  };
  expect(train(of, TODAY)).toEqual({ model: { version: versionOf(model), ...model }, backtest: test });
  expect(foretold.length).toBeGreaterThan(20);
});
