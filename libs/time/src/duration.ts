import { z } from 'zod';
import { DAY, HOUR, MINUTE, SECOND } from './wall.js';

const SHAPE = /^P(?:(\d{1,5})W|(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?)$/;
const UNITS = [7 * DAY, DAY, HOUR, MINUTE, SECOND];
const LONGEST = 36_525 * DAY;

/**
 * An exact time in ISO 8601 form: weeks, or days, hours, minutes and seconds in whole numbers, from one second to 100
 * years. It is elapsed time: a day is 24 hours and a week 168, whatever the clocks do meanwhile.
 */
export const Duration = z
  .string()
  .refine(
    (text) => milliseconds(text) > 0 && milliseconds(text) <= LONGEST,
    'must be an exact time such as PT3H, PT90M or P2DT12H, in weeks, days (of 24 hours), hours, minutes and seconds',
  )
  .describe('Exact elapsed time; a day is 24 hours')
  .meta({ id: 'ExactDuration' });

/** The milliseconds of a `Duration`; NaN for anything else. */
export function milliseconds(text: string): number {
  const [, ...parts] = SHAPE.exec(text) ?? [];
  if (parts.length === 0) return Number.NaN;
  return parts.reduce((sum, part, i) => sum + Number(part ?? 0) * UNITS[i]!, 0);
}
