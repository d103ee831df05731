import { expect, test } from 'vitest';
import { ascending } from './ascending.js';
import { percentile } from './percentile.js';

const of = (values: readonly number[], per100: number) => percentile(ascending(values, 'sample'), per100);

test.each([
  [[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 5, 0.175],
  [[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 50, 1.75],
  [[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 100, 3.5],
  [[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 0, 0],
  [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 50, 4.5],
  [
    [
      95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.061, 95.1591, 95.1195, 95.1772, 95.0925, 95.199,
      95.1682,
    ],
    90,
    95.19568,
  ],
  [[1], 99, 1],
  [[1, 2, 3, 4, 5], 25, 2],
])('the percentile of %j at %s is %s (definition 7, as in R and by NIST)', (values, per100, expected) =>
  expect(of(values, per100)).toBeCloseTo(expected, 10),
);
