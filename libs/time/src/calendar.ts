/** A day of the Gregorian calendar as the number of days since 1970-01-01. */
export type DayNumber = number;

/** A day with what recurrence rules ask about it. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly dayOfMonth: number;
  readonly daysInMonth: number;
  readonly dayOfYear: number;
  readonly daysInYear: number;
  /** 0 (Monday) to 6 (Sunday). */
  readonly weekday: number;
}

const MEAN_YEAR = 365.2425;
const COMMON = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const LEAP = COMMON.map((days, month) => (month > 1 ? days + 1 : days));

/** The first day of a year; years may be negative or far away. */
export function startOfYear(year: number): DayNumber {
  const before = year - 1;
  return (
    before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
  );
}

/** The first day of a month, counted from January of year 0; months may be negative or far away. */
export function startOfMonth(month: number): DayNumber {
  const year = Math.floor(month / 12);
  return startOfYear(year) + monthStarts(year)[month - year * 12]!;
}

/** 0 (Monday) to 6 (Sunday). */
export function weekdayOf(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function dayOf(day: DayNumber): Day {
  const year = yearOf(day);
  const starts = monthStarts(year);
  const sinceNewYear = day - startOfYear(year);
  let month = Math.floor(sinceNewYear / 31);
  if (starts[month + 1]! <= sinceNewYear) month++;
  return {
    year,
    month: month + 1,
    dayOfMonth: sinceNewYear - starts[month]! + 1,
    daysInMonth: starts[month + 1]! - starts[month]!,
    dayOfYear: sinceNewYear + 1,
    daysInYear: starts[12]!,
    weekday: weekdayOf(day),
  };
}

/** The first day of week 1, the first week with four days in the year, where weeks start on `weekStart` (0 is Monday). */
export function startOfWeekOne(year: number, weekStart: number): DayNumber {
  const fourth = startOfYear(year) + 3;
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7);
}

function yearOf(day: DayNumber): number {
  const guess = 1970 + Math.floor(day / MEAN_YEAR);
  if (day < startOfYear(guess)) return guess - 1;
  return day < startOfYear(guess + 1) ? guess : guess + 1;
}

function monthStarts(year: number): readonly number[] {
  return startOfYear(year + 1) - startOfYear(year) === 366 ? LEAP : COMMON;
}
