import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLog, anyLogTwice } from '../../../test/metrics/anyLog.js';
import { workedSample } from '../../../test/metrics/workedSample.js';
import { assemble } from './delivery.js';
import { dora, evidence, summarise } from './dora.js';
import { evidenceOf, METRICS } from './dora/evidence.js';
import { scopeOf } from './dora/scope.js';
import { median } from './dora/quantile.js';
import { stagesOf } from './dora/stages.js';
import type { Fact } from './fact.js';

const january = { service: 'ledger-api', from: '2027-01-01', to: '2027-02-01', zone: 'UTC' };
const later = { ...january, asOf: '2027-02-05T00:00:00Z' };
const then = { ...january, asOf: '2027-02-01T00:00:00Z' };

describe('the worked sample of 4.2.7, as of 5 February', () => {
  const summary = dora(workedSample, later);

  test('counts seven deployments in 31 days and says what it left out', () => {
    const { value, numerator, denominator, n, exclusions } = summary.deploymentFrequency;
    expect({ value, numerator, denominator, n, exclusions }).toEqual({
      value: 7 / 31,
      numerator: 7,
      denominator: 31,
      n: 7,
      exclusions: [
        { reason: 'REDEPLOY', count: 1 },
        { reason: 'ROLLBACK', count: 1 },
      ],
    });
    expect(value).toBeCloseTo(0.226, 3);
  });

  test('has lead times of 8, 26, 34 and 42 hours', () => {
    const { p50, p75, p90, p95, n, value, unit, partial } = summary.changeLeadTime;
    expect({ p50, p75, p90, n, value, unit, partial }).toEqual({
      p50: 8,
      p75: 26,
      p90: 34,
      n: 9,
      value: 8,
      unit: 'hours',
      partial: undefined,
    });
    expect(p95).toBeCloseTo(42, 9);
  });

  test('fails in 3 of 7, 2 of 7 without what the canary caught', () => {
    const { value, numerator, denominator, interval, lowSample, variants } = summary.changeFailRate;
    expect({ value, numerator, denominator, lowSample }).toEqual({
      value: 3 / 7,
      numerator: 3,
      denominator: 7,
      lowSample: true,
    });
    expect(interval?.lower).toBeCloseTo(0.158, 3);
    expect(interval?.upper).toBeCloseTo(0.75, 3);
    expect(variants.excludingCanaryCaught).toMatchObject({ numerator: 2, denominator: 7, value: 2 / 7 });
    expect(variants.customerImpacting).toMatchObject({ numerator: 2, denominator: 7 });
  });

  test('recovers in 75, 6 and 180 minutes', () => {
    const { value, mean, n, open, unit } = summary.failedDeploymentRecoveryTime;
    expect({ value, mean, n, open, unit }).toEqual({ value: 75, mean: 87, n: 3, open: 0, unit: 'minutes' });
    const { items } = evidence(workedSample, later, 'failedDeploymentRecoveryTime');
    expect(items.map(({ id, value }) => [id, value])).toEqual([
      ['d2', 75],
      ['d4', 6],
      ['d8', 180],
    ]);
  });

  test('restores incidents in 127.5 minutes on average, 112.5 of them with impact', () => {
    const { value, median, n, impact } = summary.timeToRestore;
    expect({ value, median, n, impact }).toEqual({ value: 127.5, median: 127.5, n: 2, impact: 112.5 });
  });

  test('is rework in 1 of 7', () => {
    const { value, numerator, denominator } = summary.deploymentReworkRate;
    expect({ value, numerator, denominator }).toEqual({ value: 1 / 7, numerator: 1, denominator: 7 });
  });

  test('names the deployments behind the numbers', () => {
    expect(evidence(workedSample, later, 'changeFailRate').ids).toEqual(['d2', 'd4', 'd8']);
    expect(evidence(workedSample, later, 'deploymentReworkRate').ids).toEqual(['d3']);
    expect(evidence(workedSample, later, 'deploymentFrequency').ids).toEqual([
      'd1',
      'd2',
      'd3',
      'd4',
      'd5',
      'd7',
      'd8',
    ]);
  });
});

test('as of 1 February the cause of I2 is not known: 2 of 7 failed', () => {
  const { changeFailRate, failedDeploymentRecoveryTime } = dora(workedSample, then);
  expect(changeFailRate).toMatchObject({ value: 2 / 7, numerator: 2, denominator: 7 });
  expect(failedDeploymentRecoveryTime).toMatchObject({ n: 2, value: 40.5 });
});

describe('any log', () => {
  const question = { from: '2027-01-01', to: '2027-02-01', zone: 'Europe/London' };
  const asked = [
    { ...question, service: 's', asOf: '2028-01-01T00:00:00Z' },
    { ...question, asOf: '2027-01-20T00:00:00Z' },
  ];
  const everything = (log: readonly Fact[]) =>
    asked.map((query) => {
      const delivery = assemble(log, query);
      const scope = scopeOf(delivery, query);
      return [summarise(delivery, query), METRICS.map((metric) => evidenceOf(scope, metric))];
    });

  test('gives identical figures and evidence, however it is shuffled, repeated and split', () => {
    fc.assert(
      fc.property(anyLogTwice, ({ log, other }) => {
        expect(everything(other)).toEqual(everything(log));
      }),
      { numRuns: 200 },
    );
  });

  test('is told by evidence that recounts to each figure', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        for (const query of asked) {
          const delivery = assemble(log, query);
          const summary = summarise(delivery, query);
          for (const metric of METRICS) {
            const { ids, items, population } = evidenceOf(scopeOf(delivery, query), metric);
            expect(ids).toHaveLength(summary[metric].numerator);
            if (summary[metric].statistic === 'share')
              expect(population).toHaveLength(summary[metric].denominator);
            if (summary[metric].statistic === 'median')
              expect(summary[metric].value).toBe(median(items.map(({ value }) => value!)));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('never gives a rate above 1, a negative time, or a number for nothing', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        for (const query of asked) {
          const { changeFailRate, deploymentReworkRate, changeLeadTime, failedDeploymentRecoveryTime } = dora(
            log,
            query,
          );
          for (const { value, denominator } of [changeFailRate, deploymentReworkRate]) {
            expect(value === null).toBe(denominator === 0);
            expect(value ?? 0).toBeLessThanOrEqual(1);
          }
          for (const { value, n } of [changeLeadTime, failedDeploymentRecoveryTime]) {
            expect(value === null).toBe(n === 0);
            expect(value ?? 0).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('has changes counted once per service and stages that sum to the lead time', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const { credits } = assemble(log, { asOf: '2028-01-01T00:00:00Z' });
        const all = [...credits.values()].flat();
        const names = all.map(({ commit, deployment }) => `${commit} ${deployment.service}`);
        expect(new Set(names).size).toBe(names.length);
        for (const credit of all.filter(({ leadTime }) => leadTime !== undefined)) {
          const stages = stagesOf(credit).map((stage) => stage ?? 0);
          expect(stages.every((stage) => stage >= 0)).toBe(true);
          expect(stages.reduce((sum, stage) => sum + stage, 0)).toBe(credit.leadTime);
        }
      }),
      { numRuns: 200 },
    );
  });
});
