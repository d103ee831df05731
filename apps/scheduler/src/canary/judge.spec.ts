import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { type Input, look } from './testLook.js';
import { copies, plus, X3, X4, X5, X6, Y4 } from './testVectors.js';

const only = (input: Input) => judge(input).metrics[0]!;
const percent = (value: number) => Math.round(value * 10_000) / 100;

describe('the reference vectors of 4.3.7', () => {
  test('V1 has U = 9, A = 1, p = 0.0809, and is NODATA in a look', () => {
    const found = only(look([1, 2, 3], [10, 11, 12], { minSamples: 10 }));
    expect(found).toMatchObject({
      result: 'NODATA',
      side: null,
      statistics: null,
      control: { samples: 3, median: 2 },
      missing: { samples: { control: 7, canary: 7 }, requests: { control: 0, canary: 0 } },
      reason: 'Too little to judge: 7 more samples of the control, 7 more samples of the canary.',
    });
  });

  test.each([
    [12, 5.87, 'PASS', null],
    [30, 14.67, 'FAIL', 'HIGH'],
    [60, 29.34, 'CRITICAL_FAIL', 'HIGH'],
  ] as const)('V3 + %s has a shift of %s % and is %s', (shift, share, result, side) => {
    const found = only(look(X3, plus(X3, shift)));
    expect(found).toMatchObject({ result, side, statistics: { U: 1_600, A: 1, zeroInflated: false } });
    expect(percent(found.statistics!.shift)).toBe(share);
    expect(found.statistics!.p).toBeCloseTo(1.3e-14, 15);
  });

  test('V4 is zero-inflated and a critical failure by the difference of means', () => {
    const found = only(look(X4, Y4, { absolute: true, tolerance: 0.05, criticalTolerance: 0.2 }));
    expect(found).toMatchObject({
      result: 'CRITICAL_FAIL',
      statistics: { U: 1_000, A: 0.625, shift: 0.25, zeroInflated: true },
    });
    expect(found.statistics!.p).toBeCloseTo(0.0035, 4);
  });

  test('V5 has A = 0.5489, p = 0.520, shift 6.12 % in [−10.2 %, 22.4 %], and passes', () => {
    const found = only(look(X5, plus(X5, 15)));
    expect(found).toMatchObject({ result: 'PASS', statistics: { U: 494 }, needed: null, missing: null });
    const { A, p, shift, interval } = found.statistics!;
    expect([A.toFixed(4), p.toFixed(3), percent(shift), ...interval.map(percent)]).toEqual([
      '0.5489',
      '0.520',
      6.12,
      -10.2,
      22.45,
    ]);
  });

  test('V5b has A = 0.595, p = 0.209, shift 12.24 % in [−4.1 %, 28.6 %], and is inconclusive', () => {
    const found = only(look(X5, plus(X5, 30)));
    expect(found).toMatchObject({
      result: 'INCONCLUSIVE',
      side: null,
      statistics: { U: 535.5, A: 0.595 },
    });
    const { p, shift, interval } = found.statistics!;
    expect([p.toFixed(3), percent(shift), ...interval.map(percent)]).toEqual(['0.209', 12.24, -4.08, 28.57]);
  });

  test('V6 has A = 0, p = 5.8e-13, shift −19.9 %, and fails low', () => {
    const found = only(look(X6, plus(X6, -200), { bad: 'decrease' }));
    expect(found).toMatchObject({ result: 'FAIL', side: 'LOW', statistics: { U: 0, A: 0 } });
    expect(found.statistics!.p).toBeCloseTo(5.8e-13, 14);
    expect(percent(found.statistics!.shift)).toBe(-19.94);
  });

  test.each([{}, { absolute: true, tolerance: 0, criticalTolerance: 0 }])(
    'V7 passes with A = 0.5 and p = 1 (%j)',
    (metric) =>
      expect(only(look(copies(30, 5), copies(30, 5), metric))).toMatchObject({
        result: 'PASS',
        statistics: { A: 0.5, p: 1, shift: 0, interval: [0, 0] },
      }),
  );
});

describe('the acceptance scenarios', () => {
  test('EXE-05 S1: +12 on 200 + (i mod 10) passes although p is 1.3e-14', () =>
    expect(judge(look(X3, plus(X3, 12)))).toMatchObject({ verdict: 'PASS', score: 100, action: 'ADVANCE' }));

  test('EXE-05 S2: +30 fails high, +60 is critical, and both roll back', () => {
    expect(judge(look(X3, plus(X3, 30)))).toMatchObject({ verdict: 'FAIL', score: 0, action: 'ROLL_BACK' });
    expect(judge(look(X3, plus(X3, 60)))).toMatchObject({ verdict: 'FAIL', score: 0, action: 'ROLL_BACK' });
  });

  test('EXE-05 S3: V5b is inconclusive, extended twice, then held for a human in PROD', () => {
    const after = (extensionsUsed: number) =>
      judge({ ...look(X5, plus(X5, 30)), extensionsUsed, environmentClass: 'PROD' });
    expect([0, 1, 2].map((used) => after(used)).map(({ verdict, action }) => [verdict, action])).toEqual([
      ['INCONCLUSIVE', 'EXTEND'],
      ['INCONCLUSIVE', 'EXTEND'],
      ['INCONCLUSIVE', 'HOLD'],
    ]);
    expect(judge({ ...look(X5, plus(X5, 30)), extensionsUsed: 2, environmentClass: 'STAGING' }).action).toBe(
      'ROLL_BACK',
    );
  });
});
