import { Rejected } from '#events';
import { FIRST_WALL, type Wall, wallOf, wallText } from './wall.js';

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
const SUB_DAILY = ['SECONDLY', 'MINUTELY', 'HOURLY'];
/** The names of the weekdays in the order of `weekdayOf`. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** The largest COUNT: no expansion may hold more (LIB-05.8). */
const MOST_COUNTED = 10_000;

export type Frequency = (typeof FREQUENCIES)[number];

/** Where a rule ends: an instant, or a reading of the clock on the wall (a date is its last second). */
export type Until = { readonly instant: number } | { readonly wall: Wall };

/** A recurrence rule as written; a part that is absent is not there. RFC 5545 §3.3.10. */
export interface Rule {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count?: number;
  readonly until?: Until;
  /** The weekday on which weeks start. */
  readonly wkst: string;
  readonly byMonth?: number[];
  readonly byWeekNo?: number[];
  readonly byYearDay?: number[];
  readonly byMonthDay?: number[];
  /** Weekdays such as `MO`, `2TU` or `-1FR`. */
  readonly byDay?: string[];
  readonly byHour?: number[];
  readonly byMinute?: number[];
  readonly bySecond?: number[];
  readonly bySetPos?: number[];
}

type Mutable = { -readonly [Part in keyof Rule]?: Rule[Part] };
type Read = (rule: Mutable, value: string, name: string) => void;

/** How each part is read into the rule. */
const parts: Record<string, Read> = {
  FREQ: (rule, value) => (rule.freq = frequency(value)),
  INTERVAL: (rule, value, name) => (rule.interval = number(value, name, 1, 999_999_999)),
  COUNT: (rule, value, name) => (rule.count = number(value, name, 1, MOST_COUNTED)),
  UNTIL: (rule, value) => (rule.until = until(value)),
  WKST: (rule, value, name) => (rule.wkst = weekday(value, name)),
  BYMONTH: (rule, value, name) => (rule.byMonth = numbers(value, name, 1, 12)),
  BYWEEKNO: (rule, value, name) => (rule.byWeekNo = signed(value, name, 53)),
  BYYEARDAY: (rule, value, name) => (rule.byYearDay = signed(value, name, 366)),
  BYMONTHDAY: (rule, value, name) => (rule.byMonthDay = signed(value, name, 31)),
  BYDAY: (rule, value, name) => (rule.byDay = weekdays(value, name)),
  BYHOUR: (rule, value, name) => (rule.byHour = numbers(value, name, 0, 23)),
  BYMINUTE: (rule, value, name) => (rule.byMinute = numbers(value, name, 0, 59)),
  BYSECOND: (rule, value, name) => (rule.bySecond = numbers(value, name, 0, 59)),
  BYSETPOS: (rule, value, name) => (rule.bySetPos = signed(value, name, 366)),
};

/**
 * Reads a recurrence rule: `FREQ=MONTHLY;BYDAY=1FR`, with or without `RRULE:` before it, in either case of letters.
 * @throws Rejected `FREQUENCY_UNSUPPORTED` for hours, minutes and seconds, which are no schedule of days;
 *   `RULE_INVALID` for what RFC 5545 §3.3.10 does not allow, COUNT together with UNTIL among it.
 */
export function parseRule(text: string): Rule {
  const rule: Mutable = {};
  const seen = new Set<string>();
  for (const part of pieces(text)) {
    const [name = '', value = '', more] = part.split('=');
    const read = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (!read || more !== undefined)
      refuse(`${shown(part)} is not known; known are ${Object.keys(parts).join(', ')}`);
    if (seen.has(name)) refuse(`${name} is given twice`);
    seen.add(name);
    read!(rule, value, name);
  }
  return checked(rule);
}

function pieces(text: string): string[] {
  return text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;$/, '')
    .split(';');
}

function checked(rule: Mutable): Rule {
  const { freq } = rule;
  if (!freq) throw invalid('FREQ is missing');
  const ordinal = rule.byDay?.some((day) => day.length > 2);
  const rules: [unknown, string][] = [
    [rule.count && rule.until, 'COUNT and UNTIL exclude each other'],
    [ordinal && (freq === 'DAILY' || freq === 'WEEKLY'), `a numbered BYDAY has no meaning in FREQ=${freq}`],
    [ordinal && rule.byWeekNo, 'a numbered BYDAY has no meaning beside BYWEEKNO'],
    [rule.byMonthDay && freq === 'WEEKLY', 'BYMONTHDAY has no meaning in FREQ=WEEKLY'],
    [rule.byYearDay && freq !== 'YEARLY', `BYYEARDAY has no meaning in FREQ=${freq}`],
    [rule.byWeekNo && freq !== 'YEARLY', `BYWEEKNO has no meaning in FREQ=${freq}`],
    [rule.bySetPos && !selects(rule), 'BYSETPOS needs another BY part to choose from'],
  ];
  const broken = rules.find(([is]) => is);
  if (broken) refuse(broken[1]);
  return { interval: 1, wkst: 'MO', ...rule, freq };
}

function selects({
  byMonth,
  byWeekNo,
  byYearDay,
  byMonthDay,
  byDay,
  byHour,
  byMinute,
  bySecond,
}: Mutable): boolean {
  return [byMonth, byWeekNo, byYearDay, byMonthDay, byDay, byHour, byMinute, bySecond].some(Boolean);
}

function frequency(value: string): Frequency {
  if (SUB_DAILY.includes(value))
    throw new Rejected(
      'FREQUENCY_UNSUPPORTED',
      `rule: FREQ=${value} is not offered; use FREQ=DAILY with BYHOUR and BYMINUTE.`,
      'LIB-05.1',
    );
  return FREQUENCIES.find((one) => one === value) ?? refuse(`FREQ must be one of ${FREQUENCIES.join(', ')}`);
}

function number(value: string, name: string, least: number, most: number): number {
  const read = /^[+-]?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (read >= least && read <= most) return read;
  return refuse(`${name} must be a whole number from ${least} to ${most}, and not ${shown(value)}`);
}

function numbers(value: string, name: string, least: number, most: number): number[] {
  return ascending(value.split(',').map((each) => number(each, name, least, most)));
}

function signed(value: string, name: string, most: number): number[] {
  const list = numbers(value, name, -most, most);
  return list.includes(0) ? refuse(`${name} counts from 1 or, from the end, from -1; there is no 0`) : list;
}

function weekdays(value: string, name: string): string[] {
  return [...new Set(value.split(',').map((each) => weekday(each.slice(-2), name, each)))];
}

function weekday(value: string, name: string, whole = value): string {
  const ordinal = whole.slice(0, -2);
  const known =
    WEEKDAYS.includes(value) && /^([+-]?[1-9]\d?)?$/.test(ordinal) && Math.abs(Number(ordinal)) <= 53;
  if (!known) refuse(`${name} must be made of ${WEEKDAYS.join(', ')}, and not ${shown(whole)}`);
  return (ordinal && String(Number(ordinal))) + value;
}

function until(value: string): Until {
  const [, year, month, day, hour, minute, second, utc] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value) ?? [];
  const text = `${year}-${month}-${day}T${hour ?? 23}:${minute ?? 59}:${second ?? 59}`;
  const wall = year ? wallOf(text) : Number.NaN;
  if (!(wall >= FIRST_WALL && wallText(wall) === text))
    return refuse(
      `UNTIL must be a date or time such as 20271231 or 20271231T235959Z, and not ${shown(value)}`,
    );
  return utc ? { instant: wall } : { wall };
}

function ascending(list: readonly number[]): number[] {
  return [...new Set(list)].sort((a, b) => a - b);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

function refuse(complaint: string): never {
  throw invalid(complaint);
}

function invalid(complaint: string): Rejected {
  return new Rejected('RULE_INVALID', `rule: ${complaint} (RFC 5545 §3.3.10).`, 'LIB-05.1');
}
