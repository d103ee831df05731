import { describe, expect, test } from 'vitest';
import { LocalDateTime, wallOf, wallText } from './wall.js';

describe('a wall-clock time', () => {
  test.each([
    ['2027-03-28T01:30', Date.UTC(2027, 2, 28, 1, 30), '2027-03-28T01:30:00'],
    ['2027-03-28T01:30:59', Date.UTC(2027, 2, 28, 1, 30, 59), '2027-03-28T01:30:59'],
    ['2028-02-29T00:00', Date.UTC(2028, 1, 29), '2028-02-29T00:00:00'],
    ['1900-01-01T00:00', Date.UTC(1900, 0, 1), '1900-01-01T00:00:00'],
    ['9999-12-31T23:59:59', Date.UTC(9999, 11, 31, 23, 59, 59), '9999-12-31T23:59:59'],
  ])('%s is read and written', (text, wall, written) => {
    expect(LocalDateTime.parse(text)).toBe(text);
    expect(wallOf(text)).toBe(wall);
    expect(wallText(wall)).toBe(written);
  });

  test('is written with milliseconds only where it has some', () => {
    expect(wallText(-1)).toBe('1969-12-31T23:59:59.999');
  });

  test.each([
    '2027-02-29T00:00',
    '2027-04-31T00:00',
    '2027-13-01T00:00',
    '2027-01-01T24:00',
    '2027-01-01T23:60',
    '2027-01-01T23:59:60',
    '2027-01-01',
    '2027-01-01T00:00Z',
    '2027-01-01T00:00+01:00',
    '2027-01-01T00:00:00.5',
    '2027-01-01 00:00',
    '1899-12-31T23:59:59',
    '10000-01-01T00:00',
    '',
    '2027-1-1T0:0',
    ' 2027-01-01T00:00',
    '2027-01-01T00:00\n',
  ])('is not %j', (text) => {
    expect(LocalDateTime.safeParse(text)).toMatchObject({
      success: false,
      error: {
        issues: [
          {
            message:
              'must be a local date and time such as 2027-03-28T01:30, of a date that exists, from 1900 on',
          },
        ],
      },
    });
  });
});
