import { z } from 'zod';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/**
 * What a clock on the wall shows, as the milliseconds since 1970 at which a clock in UTC shows the same. It is no
 * instant until a zone is given (`resolve.ts`), and its arithmetic knows no gaps: a day always has 24 hours.
 */
export type Wall = number;

/** The years that schedules may name; beyond them neither zones nor calendars are known. */
export const FIRST_WALL: Wall = Date.UTC(1900, 0, 1);
/** The end, exclusive, of the years that schedules may name. */
export const LAST_WALL: Wall = Date.UTC(10_000, 0, 1);

const SHAPE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/** A wall-clock date and time without zone or offset, to the second, on a date that exists, in 1900 to 9999. */
export const LocalDateTime = z
  .string()
  .refine(
    names,
    'must be a local date and time such as 2027-03-28T01:30, of a date that exists, from 1900 on',
  )
  .describe('Wall-clock time, without offset, such as 2027-03-28T01:30')
  .meta({ id: 'LocalDateTime' });

/** The wall of a `LocalDateTime`. */
export function wallOf(text: string): Wall {
  return Date.parse(`${text}Z`);
}

/** The wall as a `LocalDateTime` to the second; with milliseconds only if it has some. */
export function wallText(wall: Wall): string {
  const text = new Date(wall).toISOString();
  return text.slice(0, wall % SECOND === 0 ? -5 : -1);
}

function names(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const wall = wallOf(text);
  return wall >= FIRST_WALL && new Date(wall).toISOString().startsWith(text);
}
