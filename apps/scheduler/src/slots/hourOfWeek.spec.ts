import { Temporal } from 'temporal-polyfill';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hourOfWeek, stays } from './hourOfWeek.js';

const at = (text: string) => Date.parse(text);
const between = (start: string, end: string, zone: string) =>
  stays({ start: at(start), end: at(end) }, zone).map(({ hour, minutes }) => [hour, minutes]);

const SUNDAY_1 = 6 * 24 + 1;

describe('the hour of the week', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 'UTC', 72],
    ['2027-03-01T00:00:00Z', 'UTC', 0],
    ['2027-02-28T23:59:59.999Z', 'UTC', 167],
    ['2027-03-01T00:00:00Z', 'America/New_York', 163],
    ['2027-03-01T00:15:00Z', 'Asia/Kathmandu', 6],
    ['1969-12-28T23:00:00Z', 'UTC', 167],
    ['1920-03-01T12:00:00Z', 'UTC', 12],
  ])('at %s in %s is %s', (instant, zone, hour) => expect(hourOfWeek(at(instant), zone)).toBe(hour));

  test('MET-10 S1: both hours 01:00 to 02:00 of 31 October 2027 in London are Sunday 01, none of 28 March', () => {
    const zone = 'Europe/London';
    expect(between('2027-10-31T00:00:00Z', '2027-10-31T02:00:00Z', zone)).toEqual([
      [SUNDAY_1, 60],
      [SUNDAY_1, 60],
    ]);
    expect(between('2027-03-28T00:00:00Z', '2027-03-28T02:00:00Z', zone)).toEqual([
      [SUNDAY_1 - 1, 60],
      [SUNDAY_1 + 1, 60],
    ]);
  });
});

describe('the stays of an interval', () => {
  test('begin and end where it does', () =>
    expect(between('2027-03-02T02:50:00Z', '2027-03-02T04:06:00Z', 'UTC')).toEqual([
      [26, 10],
      [27, 60],
      [28, 6],
    ]));

  test('end at local hours, also where those are not whole hours of UTC', () =>
    expect(between('2027-03-02T02:50:00Z', '2027-03-02T03:50:00Z', 'Asia/Kolkata')).toEqual([
      [32, 40],
      [33, 20],
    ]));

  test('are cut at a shift of half an hour', () =>
    expect(between('2027-04-03T14:30:00Z', '2027-04-03T16:00:00Z', 'Australia/Lord_Howe')).toEqual([
      [SUNDAY_1, 30],
      [SUNDAY_1, 30],
      [SUNDAY_1 + 1, 30],
    ]));

  test('add up to its length, each as long as the local clock says', () => {
    const zone = fc.constantFrom(
      'Europe/London',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Casablanca',
    );
    const start = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });
    fc.assert(
      fc.property(zone, start, fc.integer({ min: 1, max: 400_000_000 }), (zone, start, length) => {
        const found = stays({ start, end: start + length }, zone);
        expect(found.reduce((sum, { minutes }) => sum + minutes, 0) * 60_000).toBeCloseTo(length, 3);
        let from = start;
        for (const { hour, minutes } of found) {
          const local = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
          expect(hour).toBe((local.dayOfWeek - 1) * 24 + local.hour);
          from = Math.round(from + minutes * 60_000);
        }
      }),
      { numRuns: 30 },
    );
  });
});
