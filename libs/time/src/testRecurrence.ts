import type { Rule } from './rule.js';
import { DAY, HOUR, MINUTE, SECOND, type Wall } from './wall.js';

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A date with all that a rule may ask about it. */
interface Day {
  readonly at: Wall;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Days in the month. */
  readonly monthDays: number;
  /** 1 to 366. */
  readonly yearDay: number;
  readonly yearDays: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** The week, by the rule's week start, and the year that it belongs to. */
  readonly week: {
    readonly year: number;
    readonly number: number;
    readonly of: number;
    readonly start: Wall;
  };
}

/**
 * The slow truth about recurrence, straight from the definitions of RFC 5545 §3.3.10: looks at each day from `first` to
 * before `to`, asks whether it is in the rule's set, groups what is by the rule's periods, and picks positions.
 */
export function slowRecurrence(rule: Rule, first: Wall, to: Wall): Wall[] {
  const origin = dayOf(Math.floor(first / DAY) * DAY, rule);
  const periods = new Map<number, Wall[]>();
  const from = Date.UTC(origin.year - 1, 11, 1);
  for (let at = from; at < to + 400 * DAY; at += DAY) {
    const day = dayOf(at, rule);
    const period = periodOf(day, rule) - startPeriod(origin, rule);
    if (period % rule.interval !== 0 || !matches(day, rule, origin)) continue;
    const starts = times(rule, first).map((time) => at + time);
    periods.set(period, [...(periods.get(period) ?? []), ...starts]);
  }
  const starts = [...periods.values()]
    .flatMap((set) => picked(set, rule.bySetPos))
    .filter((wall) => wall >= first);
  const sorted = [...new Set(starts)].sort((a, b) => a - b).slice(0, rule.count);
  return sorted.filter((wall) => wall < to && !(rule.until && wall > lastOf(rule.until)));
}

function lastOf(until: NonNullable<Rule['until']>): Wall {
  return 'wall' in until ? until.wall : until.instant;
}

function picked(set: Wall[], positions: number[] | undefined): Wall[] {
  const sorted = set.sort((a, b) => a - b);
  if (!positions) return sorted;
  return positions
    .map((position) => sorted.at(position > 0 ? position - 1 : position))
    .filter((wall) => wall !== undefined);
}

/** The number of the period a day is in; a yearly rule with weeks goes by the years of weeks. */
function periodOf(day: Day, { freq, byWeekNo }: Rule): number {
  if (freq === 'DAILY') return day.at / DAY;
  if (freq === 'WEEKLY') return day.week.start / DAY / 7;
  if (freq === 'MONTHLY') return day.year * 12 + day.month;
  return byWeekNo ? day.week.year : day.year;
}

/** A rule with weeks counts its years from the calendar year it begins in. */
function startPeriod(origin: Day, rule: Rule): number {
  return rule.freq === 'YEARLY' ? origin.year : periodOf(origin, rule);
}

function matches(day: Day, rule: Rule, origin: Day): boolean {
  const { byMonth, byWeekNo, byYearDay, byMonthDay, byDay } = rule;
  const inList = (list: number[] | undefined, value: number, of: number) =>
    !list || list.includes(value) || list.includes(value - of - 1);
  return (
    inList(byMonth, day.month, Infinity) &&
    inList(byWeekNo, day.week.number, day.week.of) &&
    inList(byYearDay, day.yearDay, day.yearDays) &&
    inList(byMonthDay, day.day, day.monthDays) &&
    (!byDay || byDay.some((each) => isWeekday(day, each, rule))) &&
    inherited(day, rule, origin)
  );
}

/** What the rule does not say, the start does. */
function inherited(
  day: Day,
  { freq, byMonth, byWeekNo, byYearDay, byMonthDay, byDay }: Rule,
  origin: Day,
): boolean {
  if (freq === 'YEARLY' && byMonthDay && !(byMonth || byWeekNo || byYearDay))
    return day.month === origin.month;
  if (byYearDay || byMonthDay || byDay || freq === 'DAILY') return true;
  if (freq === 'WEEKLY' || byWeekNo) return day.weekday === origin.weekday;
  return (
    day.day === origin.day && (freq === 'MONTHLY' || byMonth !== undefined || day.month === origin.month)
  );
}

function isWeekday(day: Day, each: string, { freq, byMonth }: Rule): boolean {
  const ordinal = Number(each.slice(0, -2));
  if (each.slice(-2) !== WEEKDAYS[day.weekday]) return false;
  if (ordinal === 0) return true;
  const [position, length] =
    freq === 'MONTHLY' || byMonth ? [day.day, day.monthDays] : [day.yearDay, day.yearDays];
  return ordinal > 0
    ? Math.ceil(position / 7) === ordinal
    : Math.ceil((length - position + 1) / 7) === -ordinal;
}

function times({ byHour, byMinute, bySecond }: Rule, first: Wall): number[] {
  const start = new Date(first);
  return (byHour ?? [start.getUTCHours()]).flatMap((hour) =>
    (byMinute ?? [start.getUTCMinutes()]).flatMap((minute) =>
      (bySecond ?? [start.getUTCSeconds()]).map((second) => hour * HOUR + minute * MINUTE + second * SECOND),
    ),
  );
}

function dayOf(at: Wall, { wkst }: Rule): Day {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  return {
    at,
    year,
    month,
    day: date.getUTCDate(),
    monthDays: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    yearDay: (at - Date.UTC(year, 0, 1)) / DAY + 1,
    yearDays: (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY,
    weekday: date.getUTCDay(),
    week: weekOf(at, WEEKDAYS.indexOf(wkst)),
  };
}

/** Week 1 is the first one with four days in the year: the one that 4 January is in. */
function weekOf(at: Wall, firstWeekday: number): Day['week'] {
  const startOf = (wall: Wall) => wall - ((new Date(wall).getUTCDay() - firstWeekday + 7) % 7) * DAY;
  const weekOne = (year: number) => startOf(Date.UTC(year, 0, 4));
  const start = startOf(at);
  const year = new Date(start + 3 * DAY).getUTCFullYear();
  const number = (start - weekOne(year)) / DAY / 7 + 1;
  return { year, number, of: (weekOne(year + 1) - weekOne(year)) / DAY / 7, start };
}
