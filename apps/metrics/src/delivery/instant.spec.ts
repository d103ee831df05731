import { describe, expect, test } from 'vitest';
import { compare, earlier, instant, iso, later } from './instant.js';

describe('an instant', () => {
  test.each([
    ['2027-01-04T09:30:00Z', '2027-01-04T09:30:00.000Z'],
    ['2027-01-04T09:30Z', '2027-01-04T09:30:00.000Z'],
    ['2027-01-04T23:59:59.999999999Z', '2027-01-04T23:59:59.999Z'],
    ['2027-01-04T09:30:00.5+05:45', '2027-01-04T03:45:00.500Z'],
    ['2027-01-04T19:30:00-03:30', '2027-01-04T23:00:00.000Z'],
    ['2027-01-31T00:00:00Z', '2027-01-31T00:00:00.000Z'],
    ['2027-02-28T00:00:00Z', '2027-02-28T00:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2027-04-30T00:00:00Z', '2027-04-30T00:00:00.000Z'],
    ['2027-12-31T20:00:00Z', '2027-12-31T20:00:00.000Z'],
    ['0000-01-01T01:00:00+01:00', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T22:59:59.999-01:00', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => expect(iso(instant(text, 'at'))).toBe(expected));

  test.each([
    'at 2027-01-04T09:30:00Z',
    '2027-01-04T09:30:00Z or so',
    '2027-01-04T09:30:00.0000000000Z',
    '2027-01-04T09:30:00x05:45',
    '2027-01-04T25:30:00Z',
    '2027-13-04T09:30:00Z',
    '2027-02-29T00:00:00Z',
    '2027-04-31T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '0000-01-01T00:59:59.999+01:00',
    '9999-12-31T23:00:00-01:00',
    1_798_882_200_000,
    null,
  ])('%j is none', (text) =>
    expect(() => instant(text, 'decidedAt')).toThrow(
      expect.objectContaining({
        message:
          'INVALID_TIME: decidedAt must be an RFC 3339 instant with an offset, such as 2027-01-04T09:30:00Z.',
      }),
    ),
  );

  test('is not read from a list of one', () =>
    expect(() => instant(['2027-01-04T09:30:00Z'], 'at')).toThrow(/^INVALID_TIME: at must be/));

  test('that nobody told is null', () =>
    expect([iso(undefined), iso(0)]).toEqual([null, '1970-01-01T00:00:00.000Z']));

  test('is compared with one that may be missing', () =>
    expect([
      earlier(undefined, 2),
      earlier(1, 2),
      earlier(2, 1),
      later(undefined, 1),
      later(1, 2),
      later(2, 1),
    ]).toEqual([2, 1, 1, 1, 2, 2]));
});

test('texts are ordered by code units', () =>
  expect([compare('a', 'b'), compare('b', 'a'), compare('a', 'a'), compare('Z', 'a')]).toEqual([
    -1, 1, 0, -1,
  ]));
