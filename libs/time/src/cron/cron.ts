import { Rejected } from '#events';
import { dayOf, type DayNumber, weekdayOf } from '../calendar.js';
import { DAY, MINUTE, type Wall } from '../wall.js';
import { cronInvalid, type Field, readField, type Values } from './field.js';
import { type FugitField, readFugitField } from './fugitField.js';

/** A cron expression: the days it names, and the times it names on each of them. */
export interface Cron {
  readonly matches: (day: DayNumber) => boolean;
  /** Times since midnight in milliseconds, ascending. */
  readonly times: readonly number[];
}

/** Whose expressions: those of robfig/cron 3 as Argo CD uses it, or those of Fugit as GitLab does. */
export type Dialect = 'robfig' | 'fugit';

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const weekdays = 'sun mon tue wed thu fri sat'.split(' ');
const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: months },
  { name: 'day of week', least: 0, most: 6, words: weekdays },
];
/** What Fugit takes beside that. */
const more: readonly Partial<FugitField>[] = [
  {},
  { again: 24 },
  { fromEnd: true },
  {},
  { again: 7, numbered: true },
];
const named = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@noon', '0 12 * * *'],
  ['@hourly', '0 * * * *'],
]);
const LONGEST = 200;
/** Every date of the calendar comes within these days from 2000 on, 29 February on each weekday included. */
const [CYCLE_START, CYCLE] = [10_957, 28 * 366];

/**
 * Reads a cron expression of five fields. Where both days are restricted, either is enough; where one is a star, the other
 * alone decides (`dayMatches` of robfig/cron, `day_match?` of Fugit). Argo CD's parser takes no `@daily`, Fugit does.
 * @throws Rejected CRON_INVALID; CRON_NEVER for dates that never come, such as 30 February
 */
export function parseCron(text: string, dialect: Dialect, name = 'schedule'): Cron {
  const trimmed = text.trim();
  const expression = (dialect === 'fugit' ? named.get(trimmed.toLowerCase()) : undefined) ?? trimmed;
  const parts = text.length > LONGEST ? [] : expression.split(/\s+/);
  if (parts.length !== 5)
    throw cronInvalid(
      name,
      text,
      'it must have five fields: minute, hour, day of month, month and day of week',
    );
  const read = parts.map((part, i) => {
    const field = { ...fields[i]!, name: `${name}, ${fields[i]!.name}` };
    return dialect === 'fugit' ? readFugitField(part, { ...field, ...more[i] }) : readField(part, field);
  });
  const [minutes, hours, ...days] = read as [Values, Values, Values, Values, Values];
  const matches = dayMatcher(...days);
  if (!Array.from({ length: CYCLE }, (_, i) => CYCLE_START + i).some(matches))
    throw new Rejected(
      'CRON_NEVER',
      `${name} ${JSON.stringify(text)} names dates that never come.`,
      'LIB-05.1',
    );
  const times = hours.values.flatMap((hour) => minutes.values.map((minute) => (hour * 60 + minute) * MINUTE));
  return { matches, times };
}

/** The last time on the wall at or before `wall` that the expression names, no earlier than `earliest`. */
export function lastBefore({ matches, times }: Cron, wall: Wall, earliest: Wall): Wall | undefined {
  for (let day = Math.floor(wall / DAY); (day + 1) * DAY > earliest; day--) {
    const time = matches(day) ? times.findLast((time) => day * DAY + time <= wall) : undefined;
    if (time !== undefined) return day * DAY + time < earliest ? undefined : day * DAY + time;
  }
  return undefined;
}

function dayMatcher(monthDays: Values, months: Values, weekdays: Values): (day: DayNumber) => boolean {
  const [inMonth, onMonthDay] = [new Set(months.values), new Set(monthDays.values)];
  const onWeekday = new Set(weekdays.values);
  const both = monthDays.any || weekdays.any;
  return (day) => {
    const { month, dayOfMonth, daysInMonth } = dayOf(day);
    if (!inMonth.has(month)) return false;
    const fromEnd = dayOfMonth - daysInMonth - 1;
    const weekday = (weekdayOf(day) + 1) % 7;
    const places = [Math.ceil(dayOfMonth / 7), Math.floor(fromEnd / 7)];
    const isNth =
      weekdays.nth?.some(([named, place]) => named === weekday && places.includes(place)) ?? false;
    const first = onMonthDay.has(dayOfMonth) || onMonthDay.has(fromEnd);
    const second = isNth || onWeekday.has(weekday);
    return both ? first && second : first || second;
  };
}
