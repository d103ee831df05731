import { describe, expect, test } from 'vitest';
import { iso } from '../delivery/instant.js';
import { bucketsOf, countsIn, windowOf } from './window.js';

describe('a window', () => {
  test('of dates begins and ends at midnight in its zone', () => {
    const { from, to, days } = windowOf('2027-03-01', '2027-04-01', 'Europe/London');
    expect([iso(from), iso(to), days]).toEqual(['2027-03-01T00:00:00.000Z', '2027-03-31T23:00:00.000Z', 31]);
  });

  test('of instants is taken as it is', () => {
    const { from, to, days } = windowOf('2027-01-01T06:00:00+01:00', '2027-01-02T17:00:00Z', 'UTC');
    expect([iso(from), iso(to), days]).toEqual(['2027-01-01T05:00:00.000Z', '2027-01-02T17:00:00.000Z', 1.5]);
  });

  test('counts a day of 23 or 25 hours as one', () => {
    expect(windowOf('2027-03-28', '2027-03-29', 'Europe/London').days).toBe(1);
    expect(windowOf('2027-10-31', '2027-11-01', 'Europe/London').days).toBe(1);
    expect(bucketsOf(windowOf('2027-03-28', '2027-03-29', 'Europe/London'), 'day')).toHaveLength(1);
  });

  test.each([
    ['2027-04-30', '2027-05-01', 1],
    ['2027-04-30', '2027-05-10', 10],
    ['2027-04-30', '2027-05-10T12:00:00+03:00', 10.5],
    ['2027-04-30T13:00:00+03:00', '2027-05-01T13:00:00+03:00', 1],
    ['2027-04-29', '2027-04-30', 1],
    ['2027-04-20', '2027-05-10', 20],
  ])('counts a day that begins at 01:00 as one: from %s to %s in Cairo are %d', (from, to, days) =>
    expect(windowOf(from, to, 'Africa/Cairo').days).toBe(days),
  );

  test('is cut into ISO weeks, from Monday, and marks what it does not hold whole', () => {
    const weeks = bucketsOf(windowOf('2027-01-01', '2027-02-01', 'UTC'), 'week');
    expect(weeks.map(({ from, whole }) => `${iso(from)!.slice(0, 10)} ${whole}`)).toEqual([
      '2027-01-01 false',
      '2027-01-04 true',
      '2027-01-11 true',
      '2027-01-18 true',
      '2027-01-25 true',
    ]);
  });

  test('is cut into months without a gap, in a zone where a midnight is missing', () => {
    const months = bucketsOf(windowOf('2018-10-15', '2019-01-15', 'America/Sao_Paulo'), 'month');
    expect(months.map(({ from, to, whole }) => [iso(from), iso(to), whole])).toEqual([
      ['2018-10-15T03:00:00.000Z', '2018-11-01T03:00:00.000Z', false],
      ['2018-11-01T03:00:00.000Z', '2018-12-01T02:00:00.000Z', true],
      ['2018-12-01T02:00:00.000Z', '2019-01-01T02:00:00.000Z', true],
      ['2019-01-01T02:00:00.000Z', '2019-01-15T02:00:00.000Z', false],
    ]);
    const [day] = bucketsOf(windowOf('2018-11-04', '2018-11-05', 'America/Sao_Paulo'), 'day');
    expect([iso(day!.from), iso(day!.to)]).toEqual(['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z']);
  });

  test('puts an instant on an edge into the later bucket', () => {
    const days = bucketsOf(windowOf('2027-01-01', '2027-01-04', 'UTC'), 'day');
    const times = [
      '2027-01-01T00:00:00Z',
      '2027-01-02T00:00:00Z',
      '2027-01-02T23:59:59.999Z',
      '2027-01-04T00:00:00Z',
    ];
    expect(
      countsIn(
        days,
        times.map((time) => Date.parse(time)),
      ),
    ).toEqual([1, 2, 0]);
  });

  test.each([
    ['2027-01-02', '2027-01-01', 'UTC', 'INVALID_WINDOW', 'from'],
    ['2027-01-01', '2027-01-01', 'UTC', 'INVALID_WINDOW', 'from'],
    ['0001-01-01', '2027-01-01', 'UTC', 'INVALID_WINDOW', 'days'],
    ['2027-02-29', '2027-03-01', 'UTC', 'INVALID_TIME', 'from'],
    ['2027-01-01', '2027-02-30T00:00:00Z', 'UTC', 'INVALID_TIME', 'to'],
    ['2027-01-01', '2027-02-01T00:00:00', 'UTC', 'INVALID_TIME', 'to'],
    ['2027-01-01', Number.NaN, 'UTC', 'INVALID_TIME', 'to'],
    ['2027-01-01', '2027-02-01', 'Mars/Olympus', 'UNKNOWN_ZONE', 'zone'],
    ['2027-01-01', '2027-02-01', '+01:00', 'UNKNOWN_ZONE', 'zone'],
    ['2027-01-01', '2027-02-01', 'GMT+1', 'UNKNOWN_ZONE', 'zone'],
    ['2027-01-01', '2027-02-01', '', 'UNKNOWN_ZONE', 'zone'],
    ['2027-01-01', '2027-02-01', `${'A'.repeat(1e6)}/B`, 'UNKNOWN_ZONE', 'zone'],
  ])('from %s to %s in %.20s is refused as %s', (from, to, zone, code, field) => {
    expect(() => windowOf(from, to as string, zone)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(field) }),
    );
  });
});
