import { describe, expect, test } from 'vitest';
import { type ClusterMetric, nearestCluster } from '../editions.js';

const nothing = { deploymentFrequency: null, changeLeadTime: null, changeFailRate: null, recoveryTime: null };
const fits = (metric: ClusterMetric, value: number, year: number) =>
  nearestCluster({ ...nothing, [metric]: value }, year).metrics[0]?.fits;

/** A day, a week, a month and half a year in hours, and the frequencies of a deployment in each. */
const [DAY, WEEK, MONTH, HALF_YEAR] = [24, 168, 730, 4380] as const;

describe('a figure that lies where two clusters meet', () => {
  test.each([
    ['changeLeadTime', 0.999, 2021, ['elite']],
    ['changeLeadTime', 1, 2021, ['elite']],
    ['changeLeadTime', DAY - 0.001, 2023, ['elite']],
    ['changeLeadTime', DAY, 2023, ['high']],
    ['changeLeadTime', WEEK, 2022, ['medium']],
    ['changeLeadTime', MONTH, 2022, ['low']],
    ['changeLeadTime', HALF_YEAR, 2021, ['low']],
    ['recoveryTime', 0.999, 2023, ['elite', 'high']],
    ['recoveryTime', 1, 2023, ['high']],
    ['recoveryTime', DAY, 2023, ['medium']],
    ['recoveryTime', WEEK, 2022, ['low']],
    ['recoveryTime', 0, 2024, ['elite', 'high', 'medium']],
  ] as const)('%s of %d h in %d is that of the slower one', (metric, value, year, expected) =>
    expect(fits(metric, value, year)).toEqual(expected),
  );

  test.each([
    [1.001, 2023, ['elite']],
    [1, 2023, ['high']],
    [1 / 7, 2023, ['high']],
    [0.142, 2023, ['medium', 'low']],
    [1, 2021, ['elite']],
    [DAY / MONTH, 2021, ['high']],
    [DAY / HALF_YEAR, 2021, ['medium']],
    [0.005, 2021, ['low']],
    [0, 2021, ['low']],
  ] as const)('%d deployments a day in %d are those of the more frequent one', (value, year, expected) =>
    expect(fits('deploymentFrequency', value, year)).toEqual(expected),
  );

  test.each([
    [0.15, 2021, ['elite']],
    [0.16, 2021, ['high', 'medium', 'low']],
    [0.155, 2021, ['elite', 'high', 'medium', 'low']],
    [0.3, 2022, ['medium']],
    [0.38, 2022, ['medium', 'low']],
    [0.46, 2022, ['low']],
    [0.15, 2024, ['high', 'medium']],
    [1, 2024, ['low']],
  ] as const)('a fail rate of %d in %d', (value, year, expected) =>
    expect(fits('changeFailRate', value, year)).toEqual(expected),
  );

  test('counts as one that lies within, wherever only its neighbour would too', () =>
    expect(nearestCluster({ ...nothing, changeLeadTime: DAY, recoveryTime: 0.5 }, 2023)).toMatchObject({
      nearest: 'high',
      tied: [],
      disagree: [],
    }));
});
