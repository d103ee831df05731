import { Rejected } from '#events';
import { dayOf, type DayNumber, startOfMonth, startOfWeekOne, startOfYear } from './calendar.js';
import { matching } from './matching.js';
import { type Rule, WEEKDAYS } from './rule.js';
import { DAY, HOUR, LAST_WALL, MINUTE, SECOND, type Wall } from './wall.js';

/** Beyond what any answer may hold, with room for the starts around a range that do not reach into it. */
const MOST_STARTS = 100_000;
/** How far a COUNT is followed, so that rules which never apply come to an end. */
const COUNTED_YEARS = 100;
/** How much is looked through at once: more than the longest duration and an expansion together. */
const MOST_YEARS = 200;
const YEAR = 366 * DAY;

/** The starts of a rule on the wall, ascending, in `[from, to)`. */
export type Recurrence = (from: Wall, to: Wall) => Wall[];

/** How a frequency divides time: the number of the period that a day is in, and the first day of a period. */
interface Periods {
  numberOf(day: DayNumber): number;
  startOf(period: number): DayNumber;
}

/**
 * The starts that a rule gives from `first` on (RFC 5545 §3.3.10), found on the wall, where each day has 24 hours: a start
 * that falls into a gap of the zone is kept, for `resolve.ts` to place; a date that does not exist is neither given nor
 * counted (LIB-05.4). `first` itself is a start, and counted, only where the rule says so; the RFC leaves that open. An
 * `until` in UTC is kept to the day, for only the caller knows the zone. Looks at each day of the periods in reach;
 * where a COUNT ends is found once, by counting from `first`.
 * @throws Rejected `EXPANSION_TOO_LARGE` for more than 100,000 starts, and for what lies more than 100 years after
 *   `first`, if the rule is still counting then; for more than 200 years at once.
 */
export function recurrence(rule: Rule, first: Wall): Recurrence {
  const walk = walking(rule, first);
  const horizon = first + COUNTED_YEARS * YEAR;
  let end: Wall | undefined;
  return (from, to) => {
    end ??= rule.count === undefined ? endOf(rule) : counted(walk(first, horizon), rule.count);
    if (end === Infinity && to > horizon) throw tooLarge(`is still counting after ${COUNTED_YEARS} years`);
    const last = Math.min(to, end, LAST_WALL);
    if (last - Math.max(from, first) > MOST_YEARS * YEAR)
      throw tooLarge(`would have to be looked for in more than ${MOST_YEARS} years`);
    const found: Wall[] = [];
    for (const wall of walk(from, last))
      if (wall >= from && found.push(wall) > MOST_STARTS)
        throw tooLarge(`gives more than ${MOST_STARTS} starts`);
    return found;
  };
}

/** The first start that a rule gives from `first` on, whatever its COUNT; undefined if there is none in 100 years. */
export function firstStart(rule: Rule, first: Wall): Wall | undefined {
  for (const wall of walking(rule, first)(
    first,
    Math.min(first + COUNTED_YEARS * YEAR, endOf(rule), LAST_WALL),
  ))
    return wall;
  return undefined;
}

/** The starts from the period before `from` on, to before `end`. */
function walking(rule: Rule, first: Wall): (from: Wall, end: Wall) => Iterable<Wall> {
  const { numberOf, startOf } = periodsOf(rule);
  const origin = numberOf(dayAt(first));
  const matches = matching(rule, dayOf(dayAt(first)));
  const chosen = choosing(rule, first);
  return function* (from, end) {
    const skipped = Math.floor((numberOf(dayAt(Math.max(from, first))) - origin) / rule.interval) - 1;
    for (let period = origin + skipped * rule.interval; startOf(period) * DAY < end; period += rule.interval)
      for (const wall of chosen(daysFrom(startOf(period), startOf(period + 1), matches))) {
        if (wall >= end) return;
        if (wall >= first) yield wall;
      }
  };
}

/** The first wall after as many starts; Infinity if there are fewer. */
function counted(starts: Iterable<Wall>, count: number): Wall {
  let left = count;
  for (const wall of starts) if (--left === 0) return wall + 1;
  return Infinity;
}

function periodsOf({ freq, byWeekNo, wkst }: Rule): Periods {
  const weekStart = WEEKDAYS.indexOf(wkst);
  const year = (day: DayNumber) => dayOf(day).year;
  switch (freq) {
    case 'DAILY':
      return { numberOf: (day) => day, startOf: (period) => period };
    case 'WEEKLY':
      return {
        numberOf: (day) => Math.floor((day + 3 - weekStart) / 7),
        startOf: (period) => period * 7 - 3 + weekStart,
      };
    case 'MONTHLY':
      return { numberOf: (day) => year(day) * 12 + dayOf(day).month - 1, startOf: startOfMonth };
    case 'YEARLY':
      return {
        numberOf: year,
        startOf: byWeekNo ? (period) => startOfWeekOne(period, weekStart) : startOfYear,
      };
  }
}

function daysFrom(start: DayNumber, end: DayNumber, matches: (day: DayNumber) => boolean): DayNumber[] {
  const days: DayNumber[] = [];
  for (let day = start; day < end; day++) if (matches(day)) days.push(day);
  return days;
}

/** How the starts of a period are taken from its days: all of them, or those at the positions that BYSETPOS names. */
function choosing(rule: Rule, first: Wall): (days: readonly DayNumber[]) => Iterable<Wall> {
  const times = timesOf(rule, first);
  const { bySetPos } = rule;
  if (bySetPos) return (days) => positions(bySetPos, days, times);
  return function* (days) {
    for (const day of days) for (const time of times) yield day * DAY + time;
  };
}

function positions(wanted: readonly number[], days: readonly DayNumber[], times: readonly number[]): Wall[] {
  const size = days.length * times.length;
  const indices = new Set(wanted.map((position) => (position > 0 ? position - 1 : size + position)));
  return [...indices]
    .filter((index) => index >= 0 && index < size)
    .sort((a, b) => a - b)
    .map((index) => days[Math.floor(index / times.length)]! * DAY + times[index % times.length]!);
}

/** The times of day, in milliseconds, ascending; what the rule does not say, the start does. */
function timesOf({ byHour, byMinute, bySecond }: Rule, first: Wall): number[] {
  const start = new Date(first);
  const hours = byHour ?? [start.getUTCHours()];
  const minutes = byMinute ?? [start.getUTCMinutes()];
  const seconds = bySecond ?? [start.getUTCSeconds()];
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * HOUR + minute * MINUTE + second * SECOND)),
  );
}

/** The first wall that is too late for the rule; for an end in UTC, one that surely is. */
function endOf({ until }: Rule): Wall {
  if (!until) return LAST_WALL;
  return 'wall' in until ? until.wall + 1 : until.instant + 2 * DAY;
}

function dayAt(wall: Wall): DayNumber {
  return Math.floor(wall / DAY);
}

function tooLarge(what: string): Rejected {
  return new Rejected('EXPANSION_TOO_LARGE', `rule: ${what}; it is too much to expand.`, 'LIB-05.8');
}
