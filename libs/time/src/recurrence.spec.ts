import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { firstStart, recurrence } from './recurrence.js';
import { type Frequency, parseRule, type Rule } from './rule.js';
import { slowRecurrence } from './testRecurrence.js';
import { DAY, SECOND, type Wall, wallText } from './wall.js';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const FREQUENCIES: Frequency[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

const some = <T>(one: fc.Arbitrary<T>, most = 3) =>
  fc.option(fc.uniqueArray(one, { minLength: 1, maxLength: most }), { nil: undefined });
const seldom = <T>(one: fc.Arbitrary<T>, most = 3) =>
  fc.option(fc.uniqueArray(one, { minLength: 1, maxLength: most }), { nil: undefined, freq: 1 });
const signed = (most: number) =>
  fc.oneof(fc.integer({ min: 1, max: most }), fc.integer({ min: -most, max: -1 }));
const never = fc.constant(undefined);
const ordinals: Record<Frequency, string[]> = {
  DAILY: [''],
  WEEKLY: [''],
  MONTHLY: ['', '', '1', '2', '5', '-1', '-2', '+3'],
  YEARLY: ['', '', '1', '20', '-1', '53', '-53'],
};

const anyRule = (freq: Frequency) =>
  fc
    .record({
      FREQ: fc.constant(freq),
      INTERVAL: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      COUNT: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
      WKST: fc.option(fc.constantFrom(...WEEKDAYS), { nil: undefined }),
      BYMONTH: some(fc.integer({ min: 1, max: 12 })),
      BYWEEKNO: freq === 'YEARLY' ? seldom(signed(53)) : never,
      BYYEARDAY: freq === 'YEARLY' ? seldom(signed(366)) : never,
      BYMONTHDAY: freq === 'WEEKLY' ? never : some(signed(31)),
      BYDAY: some(
        fc
          .tuple(fc.constantFrom(...ordinals[freq]), fc.constantFrom(...WEEKDAYS))
          .map(([ordinal, weekday]) => ordinal + weekday),
      ),
      BYHOUR: seldom(fc.integer({ min: 0, max: 23 }), 2),
      BYMINUTE: seldom(fc.integer({ min: 0, max: 59 }), 2),
      BYSETPOS: seldom(signed(5)),
    })
    .filter(({ BYWEEKNO, BYDAY }) => !(BYWEEKNO && BYDAY?.some((each) => each.length > 2)))
    .filter(
      ({ BYSETPOS, ...rest }) =>
        !BYSETPOS || Object.entries(rest).some(([name, value]) => name.startsWith('BY') && value),
    )
    .map((parts) =>
      Object.entries(parts)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(';'),
    );

const anyFirst = fc
  .integer({ min: Date.UTC(2019, 6, 1) / SECOND, max: Date.UTC(2024, 11, 31) / SECOND })
  .map((seconds) => seconds * SECOND);

/** Long enough for each kind of rule to have begun more than one period. */
const years: Record<Frequency, number> = { DAILY: 1, WEEKLY: 1, MONTHLY: 2, YEARLY: 6 };
const texts = (walls: Wall[]) => walls.map(wallText);

describe('the starts of a rule', () => {
  test.each(FREQUENCIES)(
    '%s: are the days that satisfy each part, as found by looking at each day',
    (freq) => {
      fc.assert(
        fc.property(anyRule(freq), anyFirst, (text, first) => {
          const rule = parseRule(text);
          const to = first + years[freq] * 366 * DAY;
          expect(texts(recurrence(rule, first)(first, to))).toEqual(texts(slowRecurrence(rule, first, to)));
        }),
        { numRuns: 80 },
      );
    },
  );

  test.each(FREQUENCIES)('%s: in a part of time are those of the whole that lie in it', (freq) => {
    fc.assert(
      fc.property(anyRule(freq), anyFirst, fc.nat(800), fc.nat(800), (text, first, skip, length) => {
        const starts = recurrence(parseRule(text), first);
        const [from, to] = [first + skip * DAY - 9 * DAY, first + (skip + length) * DAY];
        const whole = starts(first, to).filter((wall) => from <= wall);
        expect(texts(starts(from, to))).toEqual(texts(whole));
      }),
      { numRuns: 80 },
    );
  });

  test.each(FREQUENCIES)(
    '%s: are those of rrule-temporal, where it joins the parts as RFC 5545 says',
    (freq) => {
      fc.assert(
        fc.property(anyRule(freq), anyFirst, (text, first) => {
          const rule = parseRule(text);
          fc.pre(!isMisread(rule));
          const to = first + years[freq] * 366 * DAY;
          expect(texts(recurrence(rule, first)(first, to))).toEqual(texts(secondReader(rule, first, to)));
        }),
        { numRuns: 40, seed: 5545 },
      );
    },
  );
});

describe('what is looked through', () => {
  const first = Date.UTC(1900, 0, 1);
  const most = 200 * 366 * DAY;
  const never = parseRule('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231');

  test('is 200 years at once', () => {
    const complaint =
      'EXPANSION_TOO_LARGE: rule: would have to be looked for in more than 200 years; it is too much to expand.';
    expect(recurrence(never, first)(first, first + most)).toEqual([]);
    expect(() => recurrence(never, first)(first, first + most + 1)).toThrow(complaint);
    expect(recurrence(never, first)(first - 9 * DAY, first + most)).toEqual([]);
    expect(() => recurrence(never, first)(first + DAY, first + most + DAY + 1)).toThrow(complaint);
    const ends = parseRule('FREQ=YEARLY;UNTIL=20991231');
    expect(recurrence(ends, first)(first, Date.UTC(9999, 0, 1))).toHaveLength(200);
  });

  test('for the first start are 100 years, whatever the count', () => {
    const start = (rule: string, from = first) => firstStart(parseRule(rule), from);
    expect(start('FREQ=DAILY')).toBe(first);
    expect(start('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;COUNT=9')).toBe(Date.UTC(1904, 1, 29));
    expect(start('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;UNTIL=19040228')).toBeUndefined();
    expect(start('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30')).toBeUndefined();
    expect(start('FREQ=YEARLY;INTERVAL=100;BYMONTH=1', first + DAY)).toBe(first + DAY);
    expect(start('FREQ=YEARLY;INTERVAL=100;BYYEARDAY=1', first + DAY)).toBe(Date.UTC(2000, 0, 1));
    expect(start('FREQ=YEARLY;INTERVAL=101;BYYEARDAY=1', first + DAY)).toBeUndefined();
  });
});

/**
 * Yearly rules that rrule-temporal 2.2.7 reads otherwise: where one part limits the other it gives the days of either,
 * where a year has no 53rd last weekday it gives the last, a weekday beside the same one with a number is forgotten, and
 * days of the month are those of every month.
 */
function isMisread({ freq, byMonth, byWeekNo, byYearDay, byMonthDay, byDay }: Rule): boolean {
  const numbered = byDay?.some((each) => each.length > 2) ?? false;
  const parts = [byWeekNo, byYearDay, byMonthDay].filter(Boolean).length;
  const mixed = numbered && byDay!.some((each) => each.length === 2);
  if (mixed || byDay?.some((each) => each.startsWith('-53'))) return true;
  if (freq === 'YEARLY' && byMonthDay && !byMonth) return true;
  return freq === 'YEARLY' && (parts > 1 || (parts === 1 && numbered) || (byYearDay && byDay) !== undefined);
}

function secondReader(rule: Rule, first: Wall, to: Wall): Wall[] {
  const utc = (wall: Wall) => Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC');
  const reader = new RRuleTemporal({ ...rule, until: undefined, dtstart: utc(first), tzid: 'UTC' });
  return reader
    .between(new Date(first), new Date(to - 1), true)
    .map(({ epochMilliseconds }) => epochMilliseconds);
}
