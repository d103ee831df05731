import { type Day, dayOf, type DayNumber, startOfWeekOne } from './calendar.js';
import { type Rule, WEEKDAYS } from './rule.js';

type Test = (day: Day, number: DayNumber) => boolean;

/**
 * Whether a rule's parts leave a day in its set, by RFC 5545 §3.3.10. Each part is a condition on the day, and all must
 * hold: where the RFC expands by one part and limits by the next, what is left are the days that satisfy both. What no
 * part says of the day, `origin`, the day the rule begins on, does.
 */
export function matching(rule: Rule, origin: Day): (day: DayNumber) => boolean {
  const tests = [...testsOf(rule), ...inherited(rule, origin)];
  if (tests.length === 0) return () => true;
  return (number) => {
    const day = dayOf(number);
    return tests.every((test) => test(day, number));
  };
}

function testsOf(rule: Rule): Test[] {
  const { byMonth, byWeekNo, byYearDay, byMonthDay, byDay } = rule;
  const tests: Test[] = [];
  if (byMonth) tests.push(({ month }) => byMonth.includes(month));
  if (byDay) tests.push(onWeekdays(rule, byDay));
  if (byMonthDay) tests.push(({ dayOfMonth, daysInMonth }) => isNamed(byMonthDay, dayOfMonth, daysInMonth));
  if (byYearDay) {
    const named = new Set(byYearDay);
    tests.push(({ dayOfYear, daysInYear }) => named.has(dayOfYear) || named.has(dayOfYear - daysInYear - 1));
  }
  if (byWeekNo) tests.push(inWeeks(byWeekNo, WEEKDAYS.indexOf(rule.wkst)));
  return tests;
}

/**
 * A yearly rule with days of the month but no month keeps to the month of `origin`, as libical has it: the 25th every
 * year is not the 25th of each month. Others (`rrule-temporal`, dateutil) take all twelve.
 */
function inherited({ freq, byMonth, byWeekNo, byYearDay, byMonthDay, byDay }: Rule, origin: Day): Test[] {
  const sameMonth: Test = ({ month }) => month === origin.month;
  const sameDay: Test = ({ dayOfMonth }) => dayOfMonth === origin.dayOfMonth;
  const sameWeekday: Test = ({ weekday }) => weekday === origin.weekday;
  if (freq === 'YEARLY' && byMonthDay && !byMonth && !byWeekNo && !byYearDay) return [sameMonth];
  if (byYearDay || byMonthDay || byDay || freq === 'DAILY') return [];
  if (freq === 'WEEKLY' || byWeekNo) return [sameWeekday];
  return freq === 'MONTHLY' || byMonth ? [sameDay] : [sameDay, sameMonth];
}

/** A numbered weekday counts within the month if the rule is monthly or names months, else within the year. */
function onWeekdays({ freq, byMonth }: Rule, byDay: readonly string[]): Test {
  const inMonth = freq === 'MONTHLY' || byMonth !== undefined;
  const named = byDay.map((each) => ({
    weekday: WEEKDAYS.indexOf(each.slice(-2)),
    ordinal: Number(each.slice(0, -2)),
  }));
  return (day) => {
    const [position, of] = inMonth ? [day.dayOfMonth, day.daysInMonth] : [day.dayOfYear, day.daysInYear];
    const [nth, nthLast] = [Math.ceil(position / 7), -Math.ceil((of - position + 1) / 7)];
    return named.some(
      ({ weekday, ordinal }) =>
        weekday === day.weekday && (ordinal === 0 || ordinal === nth || ordinal === nthLast),
    );
  };
}

/** Weeks belong to the year that has most of their days, so the first may begin in December. ISO 8601. */
function inWeeks(byWeekNo: readonly number[], weekStart: number): Test {
  return ({ weekday, year }, number) => {
    const start = number - ((weekday - weekStart + 7) % 7);
    const weekYear = [year + 1, year, year - 1].find((one) => startOfWeekOne(one, weekStart) <= start)!;
    const first = startOfWeekOne(weekYear, weekStart);
    const weeks = (startOfWeekOne(weekYear + 1, weekStart) - first) / 7;
    return isNamed(byWeekNo, (start - first) / 7 + 1, weeks);
  };
}

/** Whether a list names the position, counted from the front (1) or, below zero, from the back (-1). */
function isNamed(list: readonly number[], position: number, of: number): boolean {
  return list.includes(position) || list.includes(position - of - 1);
}
