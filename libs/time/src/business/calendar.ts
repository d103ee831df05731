import { z } from 'zod';
import { Rejected } from '#events';
import { checkZone } from '../zone.js';

const Clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
const Hours = z
  .object({
    start: Clock.describe('Wall clock, such as 09:00'),
    end: z.union([Clock, z.literal('24:00')]).describe('Wall clock, after the start; 24:00 ends the day'),
  })
  .meta({ id: 'BusinessHours' });
const Day = z.array(Hours).max(24);
const Holiday = z
  .object({
    date: z.iso.date(),
    name: z.string().min(1).max(200),
    hours: Day.optional().describe('Hours worked all the same; none if absent'),
  })
  .meta({ id: 'Holiday' });

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/**
 * When a region works: a version of its week and its holidays. `years` lists every year that is known; a year without
 * holidays is an empty list, a year that is absent is unknown and never taken for one without holidays. LIB-05.6.
 */
export const BusinessCalendar = z
  .object({
    region: z.string().min(1).max(100).describe('Such as GB-ENG'),
    version: z.string().min(1).max(100),
    zone: z.string().min(1).max(100).describe('IANA zone in which the hours are read'),
    week: z.partialRecord(z.enum(weekdays), Day).describe('Hours by weekday; a day that is absent is free'),
    years: z
      .record(z.string().regex(/^[12]\d{3}$/), z.array(Holiday).max(366))
      .refine((years) => Object.keys(years).length <= 40, 'at most 40 years')
      .describe('Holidays of each year that is known'),
  })
  .meta({ id: 'BusinessCalendar' });
export type BusinessCalendar = z.infer<typeof BusinessCalendar>;

/** Minutes of the local day, `[start, end)`; 1440 is the midnight that ends it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A calendar ready for use: hours as minutes, ascending and merged. */
export interface Workweek {
  readonly name: string;
  readonly zone: string;
  /** By ISO weekday less one. */
  readonly week: readonly (readonly Span[])[];
  readonly years: ReadonlySet<number>;
  readonly exceptions: ReadonlyMap<string, readonly Span[]>;
}

/**
 * Reads a calendar. Refuses hours that end before they start and holidays outside the year they are listed in
 * (`CALENDAR_INVALID`), and a week in which nobody ever works (`CALENDAR_WITHOUT_WORKING_TIME`).
 */
export function workweek(calendar: BusinessCalendar): Workweek {
  const { region, version, zone } = wellFormed(calendar);
  checkZone(zone);
  const name = `${region} ${version}`;
  const week = weekdays.map((day) => spans(calendar.week[day] ?? [], `week.${day}`));
  if (week.every((day) => day.length === 0))
    throw new Rejected(
      'CALENDAR_WITHOUT_WORKING_TIME',
      `Calendar ${name} has no working hours: week must give hours for at least one day.`,
      'LIB-05.6',
    );
  const years = new Set(Object.keys(calendar.years).map(Number));
  return { name, zone, week, years, exceptions: exceptions(calendar) };
}

function wellFormed(calendar: BusinessCalendar): BusinessCalendar {
  const { success, data, error } = BusinessCalendar.safeParse(calendar);
  if (success) return data;
  const [issue] = error.issues;
  throw invalid(`${issue!.path.join('.') || 'calendar'}: ${issue!.message}.`);
}

function exceptions({ years }: BusinessCalendar): Map<string, Span[]> {
  const found = new Map<string, Span[]>();
  for (const [year, holidays] of Object.entries(years))
    for (const { date, hours } of holidays) {
      if (!date.startsWith(year)) throw invalid(`years.${year} lists ${date}, which is not in that year.`);
      if (found.has(date)) throw invalid(`years.${year} lists ${date} twice.`);
      found.set(date, spans(hours ?? [], `years.${year} ${date}`));
    }
  return found;
}

function spans(hours: z.infer<typeof Day>, field: string): Span[] {
  const merged: { start: number; end: number }[] = [];
  const read = hours.map(({ start, end }) => ({ start: minutes(start), end: minutes(end) }));
  for (const { start, end } of read.sort((a, b) => a.start - b.start)) {
    if (end <= start) throw invalid(`${field} has hours that do not end after they start.`);
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const invalid = (message: string) => new Rejected('CALENDAR_INVALID', message, 'LIB-05.6');
