import { DAY, HOUR, MINUTE, SECOND } from '../wall.js';
import type { ContentLine } from './contentLine.js';
import { refusal, shown } from './refusal.js';

const SHAPE = /^\+?P(?:(\d{1,5})W|(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?)$/;

/** How long something lasts. Weeks and days are days on the wall, whatever the clocks do; the rest is exact. */
export interface Length {
  readonly milliseconds: number;
  /** Whether it is exact: without weeks and days. */
  readonly exact: boolean;
}

/** Reads a DURATION; one that is negative or nothing is refused. RFC 5545 §3.3.6. */
export function readDuration(value: string, { line, name }: ContentLine): Length {
  const [, weeks, days, hours, minutes, seconds] = SHAPE.exec(value) ?? [];
  const nominal = Number(weeks ?? 0) * 7 * DAY + Number(days ?? 0) * DAY;
  const exact = Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE + Number(seconds ?? 0) * SECOND;
  if (nominal + exact > 0) return { milliseconds: nominal + exact, exact: nominal === 0 };
  throw refusal(
    line,
    `${name} is ${shown(value)}; it must be a time such as PT3H or P2D, and more than none`,
    '3.3.6',
  );
}

/** An exact duration in hours, minutes and seconds, for days are not always 24 hours: `PT73H30M`. */
export function exactDuration(milliseconds: number): string {
  const parts = [
    [Math.floor(milliseconds / HOUR), 'H'],
    [Math.floor((milliseconds % HOUR) / MINUTE), 'M'],
    [Math.floor((milliseconds % MINUTE) / SECOND), 'S'],
  ] as const;
  return `PT${parts.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('')}`;
}
