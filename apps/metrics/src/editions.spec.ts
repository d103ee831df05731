import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workedSample } from '../../../test/metrics/workedSample.js';
import { dora } from './dora.js';
import { EDITIONS, figuresOf, nearestCluster } from './editions.js';
import { BENCHMARKS_2025 } from './editions/benchmarks.js';
import {
  fromScores,
  levelOfFrequency,
  levelOfHours,
  quickCheck,
  quickCheckOf,
  scoreOfLevel,
  scoreOfShare,
} from './editions/quickCheck.js';

const january = dora(workedSample, {
  service: 'ledger-api',
  from: '2027-01-01',
  to: '2027-02-01',
  asOf: '2027-02-05T00:00:00Z',
});
const figures = (
  often: number | null,
  lead: number | null,
  fail: number | null,
  recovery: number | null,
) => ({
  deploymentFrequency: often,
  changeLeadTime: lead,
  changeFailRate: fail,
  recoveryTime: recovery,
});

describe('the editions', () => {
  test('are 2021 to 2025, each with its source, shares of about a whole, and no elite in 2022', () => {
    expect(EDITIONS.map(({ year }) => year)).toEqual([2021, 2022, 2023, 2024, 2025]);
    for (const { clusters, source } of EDITIONS) {
      expect(source).toMatch(/20\d\d/);
      if (clusters.length === 0) continue;
      expect(clusters.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 1);
    }
    expect(EDITIONS.map(({ clusters }) => clusters.map(({ tier }) => tier[0]).join(''))).toEqual([
      'ehml',
      'hml',
      'ehml',
      'ehml',
      '',
    ]);
  });

  test('hold the change fail rates and recovery times as published', () => {
    const rows = EDITIONS.flatMap(({ year, clusters }) =>
      clusters.map(({ tier, changeFailRate, recoveryTime }) => {
        const [rate, time] = [changeFailRate, recoveryTime].map(({ from, to }) => `${from}-${to}`);
        return `${year} ${tier} ${rate} ${time}`;
      }),
    );
    expect(rows).toEqual([
      '2021 elite 0-0.15 0-1',
      '2021 high 0.16-0.3 0-24',
      '2021 medium 0.16-0.3 24-168',
      '2021 low 0.16-0.3 4380-Infinity',
      '2022 high 0-0.15 0-24',
      '2022 medium 0.16-0.3 24-168',
      '2022 low 0.46-0.6 168-730',
      '2023 elite 0.05-0.05 0-1',
      '2023 high 0.1-0.1 0-24',
      '2023 medium 0.15-0.15 24-168',
      '2023 low 0.64-0.64 730-4380',
      '2024 elite 0.05-0.05 0-1',
      '2024 high 0.2-0.2 0-24',
      '2024 medium 0.1-0.1 0-24',
      '2024 low 0.4-0.4 168-730',
    ]);
  });

  test('place the worked sample, and say which metrics see it elsewhere', () => {
    expect(figuresOf(january)).toEqual(figures(7 / 31, 8, 3 / 7, 1.25));
    expect(nearestCluster(figuresOf(january), 2023)).toMatchObject({
      nearest: 'high',
      tied: [],
      metrics: [
        { metric: 'deploymentFrequency', fits: ['high'] },
        { metric: 'changeLeadTime', fits: ['elite'] },
        { metric: 'changeFailRate', fits: ['low'] },
        { metric: 'recoveryTime', fits: ['high'] },
      ],
      disagree: ['changeLeadTime', 'changeFailRate'],
    });
  });

  test('show that the fail rate of 2024 does not follow the tiers', () => {
    expect(nearestCluster(figures(0.5, 100, 0.1, 10), 2024)).toMatchObject({
      nearest: 'high',
      disagree: ['changeFailRate'],
      unordered: ['changeFailRate'],
    });
    expect([2021, 2022, 2023].map((year) => nearestCluster(figures(1, 1, 0, 1), year).unordered)).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('give every cluster back for figures from within it', () => {
    for (const { year, clusters } of EDITIONS)
      for (const { tier, deploymentFrequency, changeLeadTime, changeFailRate, recoveryTime } of clusters) {
        const within = ({ from, to }: { from: number; to: number }) =>
          to === Infinity ? from * 2 : (from + to) / 2;
        const own = figures(
          within(deploymentFrequency),
          within(changeLeadTime),
          within(changeFailRate),
          within(recoveryTime),
        );
        expect(nearestCluster(own, year)).toMatchObject({ nearest: tier, disagree: [] });
      }
  });

  test('weigh each metric by the spread of its clusters, fail rates by difference', () => {
    expect(nearestCluster(figures(3, null, 0.64, null), 2023)).toMatchObject({
      nearest: 'elite',
      tied: ['low'],
    });
    expect(nearestCluster(figures(null, null, 0.145, null), 2024)).toMatchObject({
      nearest: 'medium',
      tied: [],
    });
    expect(nearestCluster(figures(null, 20, null, null), 2021)).toMatchObject({ nearest: 'high', tied: [] });
  });

  test('have no tier in 2025, nor for nothing', () => {
    expect(nearestCluster(figures(5, 1, 0, 1), 2025)).toMatchObject({
      nearest: null,
      metrics: [],
      disagree: [],
    });
    expect(nearestCluster(figures(null, null, null, null), 2024).nearest).toBeNull();
    expect(nearestCluster(figures(null, 0.5, null, null), 2021)).toMatchObject({
      nearest: 'elite',
      tied: [],
    });
    expect(nearestCluster(figures(0.1, null, null, null), 2023)).toMatchObject({
      nearest: 'medium',
      tied: ['low'],
    });
  });

  test('always answer with a tier of theirs', () => {
    const some = (max: number) => fc.option(fc.double({ min: 0, max, noNaN: true }));
    fc.assert(
      fc.property(
        some(1000),
        some(1e5),
        some(1),
        some(1e5),
        fc.constantFrom(2021, 2022, 2023, 2024),
        (a, b, c, d, year) => {
          const { nearest, metrics, disagree } = nearestCluster(figures(a, b, c, d), year);
          const given = [a, b, c, d].filter((one) => one !== null).length;
          expect(metrics).toHaveLength(given);
          expect(nearest === null).toBe(given === 0);
          if (given > 0) expect(disagree.length).toBeLessThanOrEqual(given);
        },
      ),
    );
  });

  test.each([
    [figures(-1, null, null, null), 2024, 'INVALID_FIGURE', 'deploymentFrequency'],
    [figures(null, Number.NaN, null, null), 2024, 'INVALID_FIGURE', 'changeLeadTime'],
    [figures(null, Infinity, null, null), 2024, 'INVALID_FIGURE', 'changeLeadTime'],
    [figures(null, null, 1.1, null), 2024, 'INVALID_FIGURE', 'changeFailRate'],
    [figures(1, 1, 0, 1), 2020, 'UNKNOWN_EDITION', 'year'],
  ])('refuse bad figures by field: %#', (bad, year, code, field) => {
    expect(() => nearestCluster(bad, year)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(field) }),
    );
  });
});

describe('the Quick Check', () => {
  test('reproduces the published values', () => {
    expect(scoreOfLevel(3.5)).toBe(5);
    expect(scoreOfShare(0.5)).toBe(5);
    expect([1, 6].map(scoreOfLevel)).toEqual([0, 10]);
    const all = fromScores({ leadTime: 5.5, frequency: 4.8, recovery: 7.4, fail: 8.1, rework: 7.8 });
    expect(all.performance).toBeCloseTo(6.72, 10);
    expect(all.throughput).toBeCloseTo(5.9, 10);
    expect(all.stability).toBeCloseTo(7.95, 10);
    const best = {
      leadTimeHours: 0.5,
      deploymentsPerDay: 50,
      recoveryHours: 0.1,
      failRate: 0,
      reworkRate: 0,
    };
    expect(quickCheck(best).performance).toBe(10);
  });

  test.each([
    [0, 6],
    [0.99, 6],
    [1, 5],
    [24, 4],
    [168, 3],
    [730, 2],
    [4380, 1],
    [1e9, 1],
  ])('puts %d hours on level %d', (hours, level) => expect(levelOfHours(hours)).toBe(level));

  test.each([
    [24, 6],
    [23.9, 5],
    [1, 5],
    [0.9, 4],
    [1 / 7, 4],
    [0.1, 3],
    [24 / 730, 3],
    [24 / 4380, 2],
    [0.02, 2],
    [0.005, 1],
    [0, 1],
  ])('puts %d deployments a day on level %d', (perDay, level) =>
    expect(levelOfFrequency(perDay)).toBe(level),
  );

  test('leaves out what was not answered, and rework in the 2024 edition', () => {
    const figures = {
      leadTimeHours: 2,
      deploymentsPerDay: null,
      recoveryHours: null,
      failRate: 0.1,
      reworkRate: 0.5,
    };
    expect(quickCheck(figures)).toMatchObject({ throughput: 8, stability: 7, rework: 5, frequency: null });
    expect(quickCheck(figures, 2024)).toMatchObject({
      throughput: 8,
      stability: 9,
      rework: null,
      performance: 8.5,
    });
    const nothing = {
      leadTimeHours: null,
      deploymentsPerDay: null,
      recoveryHours: null,
      failRate: null,
      reworkRate: null,
    };
    expect(quickCheck(nothing)).toMatchObject({ throughput: null, stability: null, performance: null });
  });

  test('scores the worked sample', () => {
    const { leadTime, frequency, recovery, fail, rework } = quickCheckOf(january);
    expect([leadTime, frequency, recovery]).toEqual([8, 6, 8]);
    expect(fail).toBeCloseTo(10 - 30 / 7, 10);
    expect(rework).toBeCloseTo(10 - 10 / 7, 10);
  });

  test('reads the recovery time of a summary in minutes', () => {
    const { failedDeploymentRecoveryTime } = january;
    const of = (value: number) =>
      quickCheckOf({ ...january, failedDeploymentRecoveryTime: { ...failedDeploymentRecoveryTime, value } })
        .recovery;
    expect([59.9, 60].map(of)).toEqual([10, 8]);
  });

  test.each([Number.NaN, -1, Infinity])('refuses %d', (value) => {
    expect(() => levelOfHours(value)).toThrow(/INVALID_FIGURE: hours/);
    expect(() => levelOfFrequency(value)).toThrow(/INVALID_FIGURE: deploymentsPerDay/);
    expect(() => scoreOfShare(value)).toThrow(/INVALID_FIGURE/);
    expect(() => scoreOfLevel(value)).toThrow(/INVALID_FIGURE/);
  });

  test('has benchmarks whose two rows of all respondents agree', () => {
    const [industries, sizes] = [BENCHMARKS_2025.industries, BENCHMARKS_2025.sizes];
    expect(industries[0]!.score).toEqual(sizes[0]!.score);
    expect(industries[0]!.score.performance).toBeCloseTo(6.72, 10);
    expect([industries.length, sizes.length]).toEqual([14, 9]);
    for (const { score } of [...industries, ...sizes]) expect(score.recovery).toBeGreaterThan(5);
  });
});
