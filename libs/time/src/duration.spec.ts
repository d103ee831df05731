import { describe, expect, test } from 'vitest';
import { Duration, milliseconds } from './duration.js';
import { DAY, HOUR, MINUTE, SECOND } from './wall.js';

describe('an exact time', () => {
  test.each([
    ['PT3H', 3 * HOUR],
    ['PT90M', 90 * MINUTE],
    ['PT1S', SECOND],
    ['P1D', 24 * HOUR],
    ['P2W', 14 * DAY],
    ['P1DT2H3M4S', DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND],
    ['PT24H60M60S', DAY + HOUR + MINUTE],
    ['P36525D', 36_525 * DAY],
  ])('%s is as long as it says', (text, length) => {
    expect(Duration.safeParse(text).success).toBe(true);
    expect(milliseconds(text)).toBe(length);
  });

  test.each([
    'P',
    'PT',
    'P1DT',
    '3H',
    'PT3',
    'P1M',
    'P1Y',
    'PT-1H',
    '-PT1H',
    'PT1.5H',
    'P1W1D',
    'pt1h',
    ' PT1H',
    'PT1H ',
    'PT1H\n',
    'PT0S',
    'P0D',
    'P36525DT1S',
    'P0W',
    `PT${'9'.repeat(100)}S`,
    '',
  ])('is not %j', (text) => {
    expect(Duration.safeParse(text)).toMatchObject({
      success: false,
      error: {
        issues: [
          {
            message:
              'must be an exact time such as PT3H, PT90M or P2DT12H, in weeks, days (of 24 hours), hours, minutes and seconds',
          },
        ],
      },
    });
  });
});
