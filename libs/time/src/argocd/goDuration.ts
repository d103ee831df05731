import { Rejected } from '#events';
import { DAY, HOUR, MINUTE, SECOND } from '../wall.js';

const UNITS: Readonly<Record<string, number>> = {
  h: HOUR,
  m: MINUTE,
  s: SECOND,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};
const PART = /(\d{0,12}(?:\.\d{0,12})?)(ms|us|µs|μs|ns|h|m|s)/y;
const LONGEST = 366 * DAY;

/**
 * Reads a duration as Go writes it, such as `1h30m` or `1.5h`, in whole milliseconds, up to 366 days.
 * @throws Rejected DURATION_INVALID
 */
export function goDuration(text: string, name: string): number {
  const parts = [...(text.length > 60 ? '' : text).matchAll(new RegExp(PART, 'g'))];
  const isWhole =
    parts.map(([part]) => part).join('') === text && parts.every(([, number]) => /\d/.test(number!));
  const milliseconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
  if (isWhole && milliseconds >= 1 && milliseconds <= LONGEST) return Math.round(milliseconds);
  throw new Rejected(
    'DURATION_INVALID',
    `${name} ${JSON.stringify(text.slice(0, 60))} must be a duration of Go such as 1h30m, from 1ms to 8784h.`,
    'LIB-05.1',
  );
}
