import { describe, expect, test } from 'vitest';
import { localText, permitted, restricted } from './resolve.js';
import { HOUR, wallOf } from './wall.js';

const iso = (interval: { start: number; end: number } | undefined) =>
  interval && [interval.start, interval.end].map((at) => new Date(at).toISOString().slice(0, 19));
const permit = (zone: string, start: string) => iso(permitted(zone, wallOf(start), HOUR));
const restrict = (zone: string, start: string, end: string) =>
  iso(restricted(zone, wallOf(start), wallOf(end)));

describe('a permit interval', () => {
  test.each([
    ['in an ordinary hour', 'Europe/Paris', '2027-06-01T12:00', '2027-06-01T10:00:00', '2027-06-01T11:00:00'],
    ['in a gap', 'Europe/Paris', '2027-03-28T02:30', '2027-03-28T01:30:00', '2027-03-28T02:30:00'],
    [
      'at the first moment of a gap',
      'Europe/Paris',
      '2027-03-28T02:00',
      '2027-03-28T01:00:00',
      '2027-03-28T02:00:00',
    ],
    ['at the end of a gap', 'Europe/Paris', '2027-03-28T03:00', '2027-03-28T01:00:00', '2027-03-28T02:00:00'],
    ['in an overlap', 'Europe/Paris', '2027-10-31T02:30', '2027-10-31T00:30:00', '2027-10-31T01:30:00'],
    [
      'at the first moment of an overlap',
      'Europe/Paris',
      '2027-10-31T02:00',
      '2027-10-31T00:00:00',
      '2027-10-31T01:00:00',
    ],
    [
      'at the end of an overlap',
      'Europe/Paris',
      '2027-10-31T03:00',
      '2027-10-31T02:00:00',
      '2027-10-31T03:00:00',
    ],
    [
      'where winter time is the exception',
      'Europe/Dublin',
      '2027-10-31T01:30',
      '2027-10-31T00:30:00',
      '2027-10-31T01:30:00',
    ],
    [
      'in the month of fasting',
      'Africa/Casablanca',
      '2027-02-07T02:30',
      '2027-02-07T01:30:00',
      '2027-02-07T02:30:00',
    ],
    [
      'on a day that was skipped',
      'Pacific/Apia',
      '2011-12-30T01:00',
      '2011-12-30T11:00:00',
      '2011-12-30T12:00:00',
    ],
    [
      'on the first of a year',
      'Asia/Kolkata',
      '2027-01-01T00:00',
      '2026-12-31T18:30:00',
      '2026-12-31T19:30:00',
    ],
    ['before 1970', 'Europe/London', '1968-07-01T12:00', '1968-07-01T11:00:00', '1968-07-01T12:00:00'],
    [
      'at an offset with seconds',
      'Africa/Monrovia',
      '1950-01-01T00:00:30',
      '1950-01-01T00:45:00',
      '1950-01-01T01:45:00',
    ],
    ['centuries ahead', 'Europe/London', '2525-07-01T12:00', '2525-07-01T11:00:00', '2525-07-01T12:00:00'],
  ])('%s', (_, zone, start, from, to) => {
    expect(permit(zone, start)).toEqual([from, to]);
  });
});

describe('a restrict interval', () => {
  test.each([
    ['from a gap', '2027-03-28T02:30', '2027-03-28T04:00', '2027-03-28T01:00:00', '2027-03-28T02:00:00'],
    ['into a gap', '2027-03-28T00:00', '2027-03-28T02:30', '2027-03-27T23:00:00', '2027-03-28T01:30:00'],
    ['within a gap', '2027-03-28T02:10', '2027-03-28T02:20', '2027-03-28T01:00:00', '2027-03-28T01:20:00'],
    ['across a gap', '2027-03-28T01:00', '2027-03-28T04:00', '2027-03-28T00:00:00', '2027-03-28T02:00:00'],
    ['from an overlap', '2027-10-31T02:30', '2027-10-31T04:00', '2027-10-31T00:30:00', '2027-10-31T03:00:00'],
    ['into an overlap', '2027-10-31T01:00', '2027-10-31T02:30', '2027-10-30T23:00:00', '2027-10-31T01:30:00'],
    [
      'within an overlap',
      '2027-10-31T02:10',
      '2027-10-31T02:20',
      '2027-10-31T00:10:00',
      '2027-10-31T01:20:00',
    ],
    [
      'across an overlap',
      '2027-10-31T01:00',
      '2027-10-31T04:00',
      '2027-10-30T23:00:00',
      '2027-10-31T03:00:00',
    ],
  ])('%s', (_, start, end, from, to) => {
    expect(restrict('Europe/Paris', start, end)).toEqual([from, to]);
  });

  test('that names only times a gap leaves out is none', () => {
    expect(restrict('Europe/Paris', '2027-03-28T02:30', '2027-03-28T03:00')).toBeUndefined();
    expect(restrict('Pacific/Apia', '2011-12-30T00:00', '2011-12-31T00:00')).toBeUndefined();
    expect(restrict('Europe/Paris', '2027-03-28T02:30', '2027-03-28T03:01')).toEqual([
      '2027-03-28T01:00:00',
      '2027-03-28T01:01:00',
    ]);
  });
});

test.each([
  ['Europe/London', '2027-03-28T00:59:59.999Z', '2027-03-28T00:59:59.999+00:00'],
  ['Europe/London', '2027-03-28T01:00:00Z', '2027-03-28T02:00:00+01:00'],
  ['America/St_Johns', '2027-01-01T00:00:00Z', '2026-12-31T20:30:00-03:30'],
  ['Asia/Kathmandu', '2027-12-31T20:00:00Z', '2028-01-01T01:45:00+05:45'],
  ['Australia/Lord_Howe', '2027-04-03T15:00:00Z', '2027-04-04T01:30:00+10:30'],
  ['Africa/Monrovia', '1970-01-01T00:00:00Z', '1969-12-31T23:15:30-00:44:30'],
  ['UTC', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59+00:00'],
])('in %s the clocks show %s as %s', (zone, instant, text) => {
  expect(localText(zone, Date.parse(instant))).toBe(text);
});
