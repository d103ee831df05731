import { describe, expect, test } from 'vitest';
import { Configuration } from './configuration.js';
import type { Result } from './outcome.js';
import { JudgePolicy } from './judgePolicy.js';
import { verdictOf, weights } from './verdict.js';

const policy = JudgePolicy.parse({});
type Metrics = (readonly [Result, number, boolean?])[];
const scored = (...metrics: Metrics) =>
  metrics.map(([result, weight, critical = false]) => ({ result, weight, critical }));
const of = (...metrics: Metrics) => {
  const { verdict, score } = verdictOf(scored(...metrics), policy);
  return [verdict, score];
};

describe('4.3.6', () => {
  test.each<[string, Metrics, string, number | null]>([
    [
      'all pass',
      [
        ['PASS', 60],
        ['PASS', 40],
      ],
      'PASS',
      100,
    ],
    [
      'one critical failure',
      [
        ['PASS', 99],
        ['CRITICAL_FAIL', 1],
      ],
      'FAIL',
      0,
    ],
    [
      'a failure of a critical metric',
      [
        ['PASS', 99],
        ['FAIL', 1, true],
      ],
      'FAIL',
      0,
    ],
    [
      'a critical failure beside silence',
      [
        ['NODATA', 99, true],
        ['CRITICAL_FAIL', 1],
      ],
      'FAIL',
      0,
    ],
    [
      '5 of 100 failed',
      [
        ['PASS', 95],
        ['FAIL', 5],
      ],
      'PASS',
      95,
    ],
    [
      'a little more failed',
      [
        ['PASS', 94.9],
        ['FAIL', 5.1],
      ],
      'MARGINAL',
      94.9,
    ],
    [
      '25 of 100 failed',
      [
        ['PASS', 75],
        ['FAIL', 25],
      ],
      'MARGINAL',
      75,
    ],
    [
      'a little more than that failed',
      [
        ['PASS', 74.9],
        ['FAIL', 25.1],
      ],
      'FAIL',
      74.9,
    ],
    ['all failed', [['FAIL', 100]], 'FAIL', 0],
    [
      'a critical metric undecided',
      [
        ['PASS', 99],
        ['INCONCLUSIVE', 1, true],
      ],
      'INCONCLUSIVE',
      100,
    ],
    [
      'a critical metric silent',
      [
        ['PASS', 99],
        ['NODATA', 1, true],
      ],
      'INCONCLUSIVE',
      100,
    ],
    [
      '30 of 100 open',
      [
        ['PASS', 70],
        ['NODATA', 15],
        ['INCONCLUSIVE', 15],
      ],
      'PASS',
      100,
    ],
    [
      'a little more open',
      [
        ['PASS', 69.9],
        ['NODATA', 15],
        ['INCONCLUSIVE', 15.1],
      ],
      'INCONCLUSIVE',
      100,
    ],
    [
      'conclusive weight only counts',
      [
        ['PASS', 60],
        ['FAIL', 20],
        ['NODATA', 20],
      ],
      'MARGINAL',
      75,
    ],
    [
      'nothing conclusive',
      [
        ['NODATA', 50],
        ['INCONCLUSIVE', 50],
      ],
      'INCONCLUSIVE',
      null,
    ],
    [
      'thirds',
      [
        ['PASS', 100 / 3],
        ['PASS', 100 / 3],
        ['FAIL', 100 / 3],
      ],
      'FAIL',
      66.666666667,
    ],
  ])('%s', (_, metrics, verdict, score) => expect(of(...metrics)).toEqual([verdict, score]));

  test('leaves open weight of three tenths in thirds open, noise or not', () =>
    expect(of(['PASS', 70], ['NODATA', 10.1], ['NODATA', 10.1], ['NODATA', 9.8])[0]).toBe('PASS'));

  test('follows the policy', () => {
    const lax = JudgePolicy.parse({ passScore: 50, marginalScore: 10, mostInconclusive: 60 });
    const judged = (...metrics: Metrics) => verdictOf(scored(...metrics), lax).verdict;
    expect(judged(['PASS', 20], ['FAIL', 20], ['NODATA', 60])).toBe('PASS');
    expect(judged(['PASS', 19], ['FAIL', 20], ['NODATA', 61])).toBe('INCONCLUSIVE');
    expect(judged(['PASS', 10], ['FAIL', 90])).toBe('MARGINAL');
    expect(judged(['PASS', 9], ['FAIL', 91])).toBe('FAIL');
  });
});

describe('weights', () => {
  const configuration = (metrics: readonly object[], groups?: readonly object[]) =>
    Configuration.parse({
      baseline: 'concurrent',
      metrics: metrics.map((metric, i) => ({ name: `m${i}`, bad: 'increase', ...metric })),
      ...(groups && { groups }),
    });

  test('of a group are shared equally by its metrics that are not only reported', () =>
    expect(
      weights(
        configuration(
          [{ group: 'a' }, { group: 'b' }, { group: 'a' }, { group: 'a', reportOnly: true }],
          [
            { name: 'a', weight: 70 },
            { name: 'b', weight: 30 },
          ],
        ),
      ),
    ).toEqual([35, 30, 35, 0]));

  test('are shared by all where there are no groups', () =>
    expect(weights(configuration([{}, {}, {}, {}]))).toEqual([25, 25, 25, 25]));
});
