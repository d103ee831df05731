import { describe, expect, test } from 'vitest';
import { iso } from './instant.js';

describe('iso', () => {
  test.each(['0000-01-01T00:00:00.000Z', '2027-01-29T18:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
    'spells %s',
    (text) => {
      expect(iso(Date.parse(text))).toBe(text);
    },
  );

  test.each([
    Date.parse('0000-01-01T00:00:00Z') - 1,
    Date.parse('9999-12-31T23:59:59.999Z') + 1,
    8.64e15 + 1,
    Infinity,
    NaN,
  ])('refuses %s, which RFC 3339 cannot spell', (at) => {
    expect(() => iso(at)).toThrow(
      expect.objectContaining({
        violations: [
          {
            code: 'INSTANT_OUT_OF_RANGE',
            message:
              'The answer has an instant outside of the years 0000 to 9999, which no timestamp can name.',
          },
        ],
      }),
    );
  });
});
