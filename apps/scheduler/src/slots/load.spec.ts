import { describe, expect, test } from 'vitest';
import { forecasts, type Sample } from './load.js';
import { median, standing } from './standard.js';

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;
const AT = 40 * WEEK;
const rules = { loadWeeks: 8, thinWeeks: 4 };
/** The values of one hour of the week, the last one a week before it is due again. */
const weekly = (hour: number, ...values: number[]): Sample[] =>
  values.map((value, i) => ({ at: AT - (values.length - i) * WEEK + hour * HOUR, hour, value }));
const next = (samples: Sample[], hour = 5) => forecasts(samples, AT, rules)[hour];

describe('the load of next week', () => {
  test('MET-10 S2: 100, 102, … 114 over 8 weeks are 116', () =>
    expect(next(weekly(5, 100, 102, 104, 106, 108, 110, 112, 114))).toEqual({ value: 116, thin: false }));

  test('MET-10 S3: is not moved by one week of ten times the load', () => {
    const usual = [100, 103, 99, 101, 100, 102, 98, 101];
    const level = next(weekly(5, ...usual))!.value!;
    for (let week = 0; week < 8; week++)
      expect(Math.abs(next(weekly(5, ...usual.with(week, 1_000)))!.value! / level - 1)).toBeLessThan(0.05);
  });

  test('looks at eight weeks, at hours that are over', () => {
    const eight = weekly(5, 10, 10, 10, 10, 10, 10, 10, 10);
    expect(next([...weekly(5, 999, ...eight.map(() => 10)).slice(0, 1), ...eight])).toEqual({
      value: 10,
      thin: false,
    });
    const edge = (ago: number) =>
      forecasts([{ at: AT - ago, hour: 5, value: 7 }, ...weekly(9, 1)], AT, rules)[5]!.value;
    expect([HOUR - 1, HOUR, 8 * WEEK + HOUR - 1, 8 * WEEK + HOUR].map(edge)).toEqual([null, 7, 7, null]);
  });

  test('pools the two samples of a repeated hour', () =>
    expect(next([...weekly(5, 10, 10, 10, 10), ...weekly(5, 30, 30, 30, 30)])).toEqual({
      value: 20,
      thin: false,
    }));

  test('falls to nothing, not below', () =>
    expect(next(weekly(5, 70, 60, 50, 40, 30, 20, 10, 0))).toEqual({ value: 0, thin: false }));

  test('of a thin hour is borrowed from the neighbours, round the week', () => {
    expect(next([...weekly(5, 8, 8, 8), ...weekly(4, 4, 4, 4, 4), ...weekly(6, 12, 12, 12, 12)])).toEqual({
      value: 8,
      thin: true,
    });
    expect(next(weekly(6, 12, 12, 12, 12))).toEqual({ value: 12, thin: true });
    expect(next(weekly(167, 12, 12, 12, 12), 0)).toEqual({ value: 12, thin: true });
    expect(next(weekly(0, 12, 12, 12, 12), 167)).toEqual({ value: 12, thin: true });
    expect(next([...weekly(5, 10), ...weekly(4, 4, 4, 4, 4)])).toEqual({ value: 8, thin: true });
    expect(next(weekly(5, 1, 2, 3))).toEqual({ value: 4, thin: true });
  });

  test('without samples is not known', () =>
    expect(next(weekly(9, 1, 2, 3, 4))).toEqual({ value: null, thin: true }));
});

describe('a value among its kind', () => {
  test('stands by deviations and by the share it exceeds, ties half', () => {
    expect(standing([2, 4, 4, 4, 5, 5, 7, 9], 0.5).map((one) => [one!.z, one!.percentile])).toEqual([
      [-1.5, 0.0625],
      [-0.5, 0.3125],
      [-0.5, 0.3125],
      [-0.5, 0.3125],
      [0, 0.625],
      [0, 0.625],
      [1, 0.8125],
      [2, 0.9375],
    ]);
  });

  test('is unknown if it is, and with too many others that are', () => {
    expect(standing([1, null, 3, null], 0.5)).toEqual([
      { z: -1, percentile: 0.25 },
      null,
      { z: 1, percentile: 0.75 },
      null,
    ]);
    expect(standing([1, null, null, 3], 0.51)).toEqual([null, null, null, null]);
    expect(standing([null, null], 0)).toEqual([null, null]);
  });

  test('is nowhere special where all are equal', () =>
    expect(standing([0.1, 0.1, 0.1], 0.5)).toEqual(Array(3).fill({ z: 0, percentile: 0.5 })));
});

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 10, 2], 3],
])('the median of %j is %s', (values, middle) => expect(median(values)).toBe(middle));
