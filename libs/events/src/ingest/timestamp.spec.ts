import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf } from './timestamp.js';

describe('an RFC 3339 date-time', () => {
  test('of any instant is read back', () =>
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(instantOf(date.toISOString())).toBe(date.getTime());
        },
      ),
    ));

  test.each([
    ['2026-03-20T14:27:05.315384Z', '2026-03-20T14:27:05.315Z'],
    ['2026-03-20t14:27:05z', '2026-03-20T14:27:05.000Z'],
    ['2026-03-20T14:27:05-11:30', '2026-03-21T01:57:05.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['2024-02-29T00:00:00.1Z', '2024-02-29T00:00:00.100Z'],
    ['2000-02-29T12:00:00Z', '2000-02-29T12:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => expect(instantOf(text)).toBe(Date.parse(instant)));

  test.each([
    '2026-03-20',
    '2026-03-20T14:27Z',
    '2026-03-20T14:27:05',
    '2026-03-20T14:27:05+2',
    '2026-03-20 14:27:05Z',
    '2023-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
    '2026-01-01T00:00:00+24:00',
    '1900-02-29T00:00:00Z',
    '2026-01-01T00:00:00+01:60',
    '2026-01-01T00:00:00.Z',
    ' 2026-01-01T00:00:00Z',
    '+002026-01-01T00:00:00Z',
    '',
  ])('%j is none', (text) => expect(instantOf(text)).toBeUndefined());
});
