import { describe, expect, test } from 'vitest';
import { refuse, repeated } from './checks.js';
import { judge } from './judge.js';
import { judgeLikeKayenta } from './kayenta/judge.js';
import { look, looks } from './testLook.js';
import { plus, X3, X4, X5, Y4 } from './testVectors.js';
import { violationsOf } from './testViolations.js';

describe('a whole answer', () => {
  test('of a look at two metrics, one of which is only reported', () => {
    const { digests, ...answer } = judge(
      looks([
        [{}, X3, X3],
        [{ reportOnly: true }, X5, plus(X5, 30)],
      ]),
    );
    expect(Object.keys(digests)).toEqual(['configuration', 'samples', 'look']);
    expect(answer).toEqual({
      judge: 'slipway-canary-1',
      verdict: 'PASS',
      score: 100,
      action: 'ADVANCE',
      timedOut: false,
      alpha: 0.05 / 6,
      labels: [],
      metrics: [
        {
          name: 'latency',
          critical: false,
          reportOnly: false,
          weight: 100,
          control: { samples: 40, median: 204.5 },
          canary: { samples: 40, median: 204.5 },
          result: 'PASS',
          side: null,
          statistics: {
            U: 800,
            A: 0.5,
            p: 1,
            pAdjusted: 1,
            shift: 0,
            interval: [-1 / 204.5, 1 / 204.5],
            zeroInflated: false,
          },
          needed: null,
          missing: null,
          reason:
            'At most 0.49 % higher, within 25.00 %, and no failure: shift 0.00 %, p 1 is not below 0.00833.',
        },
        expect.objectContaining({
          name: 'm1',
          reportOnly: true,
          weight: 0,
          result: 'INCONCLUSIVE',
          needed: { samplesPerSide: 50, expected: 'PASS' },
        }),
      ],
    });
  });

  test('of three metrics that share the level needs two samples more of each', () => {
    const metric = { absolute: true, tolerance: 0.05, criticalTolerance: 0.2 };
    const { metrics } = judge(
      looks([
        [metric, X4, Y4],
        [metric, X4, Y4],
        [metric, X4, Y4],
      ]),
    );
    const decided = { samplesPerSide: 42, expected: 'CRITICAL_FAIL' };
    expect(metrics.map(({ needed }) => needed)).toEqual([decided, decided, decided]);
  });

  test('of a metric that is only reported, alone with one that is silent, tests by itself', () => {
    const [silent, reported] = judge(
      looks([
        [{}, [], []],
        [{ reportOnly: true }, X5, plus(X5, 30)],
      ]),
    ).metrics;
    expect(silent).toMatchObject({ result: 'NODATA', side: null, statistics: null, weight: 100 });
    expect(reported!.needed).toEqual({ samplesPerSide: 50, expected: 'PASS' });
    expect(reported!.statistics!.pAdjusted).toBe(reported!.statistics!.p);
  });

  test('of numbers below 0 is in shares of their size', () => {
    const negative = (values: readonly number[]) => values.map((value) => -value);
    const down = judge(look(negative(X5), negative(plus(X5, 30)), { bad: 'decrease' })).metrics[0]!;
    expect(down.statistics!.shift).toBeCloseTo(-30 / 245, 12);
    expect(down.statistics!.interval.map((end) => end.toFixed(5))).toEqual(['-0.28571', '0.04082']);
    expect(down.reason).toBe(
      'It may be lower by up to 28.57 %, so that 25.00 % cannot be excluded; p 0.209 is not below 0.00833.',
    );
  });

  test('in the manner of Kayenta', () =>
    expect(
      judgeLikeKayenta({
        mode: 'kayenta',
        canaryConfig: { metrics: [{ name: 'a', groups: ['g'] }] },
        metricSetPairList: [
          { name: 'a', values: { control: [1, 2, 3, 'NaN'], experiment: [2, null, 3, 5] } },
        ],
      }),
    ).toEqual({
      judge: 'NetflixACAJudge-v1.0',
      score: 100,
      failedBy: null,
      groups: [{ name: 'g', score: 100, hasData: true, weight: 100 }],
      classification: null,
      passesStandalone: true,
      results: [
        {
          name: 'a',
          groups: ['g'],
          muted: false,
          class: 'Pass',
          critical: false,
          ratio: 5 / 3,
          effectSize: 5 / 3,
          shift: { estimate: 1.5, lower: -1, upper: 4 },
          warnings: [
            {
              code: 'FEW_SAMPLES',
              message: 'Fewer than 10 samples a side are compared; there is no minimum in this mode.',
            },
          ],
        },
      ],
      warnings: [{ code: 'NO_THRESHOLDS', message: 'Without thresholds every score passes.' }],
    }));
});

describe('a refusal', () => {
  test('names the first twenty faults, and none is none', () => {
    const faults = Array.from({ length: 21 }, (_, i) => `fault ${i}`);
    const violation = (message: string) => ({ code: 'CONFIGURATION_INVALID', message, ref: '4.3.1' });
    expect(violationsOf(() => refuse(faults))).toEqual(faults.slice(0, 20).map(violation));
    expect(violationsOf(() => refuse(['one.']))).toEqual([violation('one.')]);
    expect(violationsOf(() => refuse([]))).toEqual([]);
  });

  test('tells each repeated name once', () =>
    expect(repeated(['a', 'b', 'a', 'c', 'b', 'a'])).toEqual(['a', 'b']));

  test('tells all that contradicts itself, and nothing else', () => {
    const input = look(X3, X3, { absolute: true, tolerance: 3, counter: false, nan: 'zero', group: 'b' });
    const groups = [
      { name: 'all', weight: 60 },
      { name: 'b', weight: 60 },
    ];
    const policy = { passScore: 50, marginalScore: 60 };
    const told = violationsOf(() =>
      judge({ ...input, step: 9, configuration: { ...input.configuration, groups, policy, steps: 8 } }),
    );
    expect(told.map(({ message }) => message)).toEqual([
      'groups must have weights that sum to 100, not 120.',
      'groups.all must have a metric that is not reportOnly.',
      'metrics.latency.tolerance and criticalTolerance must be given where they are absolute.',
      'metrics.latency.tolerance must be at most criticalTolerance.',
      'metrics.latency.nan must be drop unless it is a counter.',
      'step must be at most the 8 planned steps.',
      'policy.marginalScore must be at most passScore.',
    ]);
  });
});
