import { Rejected } from '#events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBusinessDays,
  addBusinessTime,
  businessDaysBetween,
  businessTimeBetween,
  isBusinessTime,
  nextBusinessInstant,
} from './businessTime.js';
import { type BusinessCalendar, workweek } from './calendar.js';

const hour = 3_600_000;
const at = (text: string) => Date.parse(text);
const iso = (instant: number) => new Date(instant).toISOString();
const nineToFive = [{ start: '09:00', end: '17:00' }];
const office: BusinessCalendar = {
  region: 'GB-ENG',
  version: '2027.1',
  zone: 'Europe/London',
  week: { MO: nineToFive, TU: nineToFive, WE: nineToFive, TH: nineToFive, FR: nineToFive },
  years: {
    2026: [
      { date: '2026-12-25', name: 'Christmas Day' },
      { date: '2026-12-28', name: 'Boxing Day (substitute)' },
    ],
    2027: [
      { date: '2027-01-01', name: 'New Year’s Day' },
      { date: '2027-03-26', name: 'Good Friday' },
      { date: '2027-03-29', name: 'Easter Monday' },
      { date: '2027-12-24', name: 'Christmas Eve', hours: [{ start: '09:00', end: '12:00' }] },
    ],
  },
};
const london = workweek(office);
const allDay = [{ start: '00:00', end: '24:00' }];
const everyDay = { MO: allDay, TU: allDay, WE: allDay, TH: allDay, FR: allDay, SA: allDay, SU: allDay };
/** Works round the clock. */
const always = (zone: string, week: BusinessCalendar['week'] = everyDay) =>
  workweek({
    region: zone,
    version: '1',
    zone,
    week,
    years: { 2010: [], 2011: [], 2012: [], 2026: [], 2027: [] },
  });
const nights = workweek({
  ...office,
  week: { SA: [{ start: '22:00', end: '24:00' }], SU: [{ start: '00:00', end: '06:00' }] },
});

describe('business time', () => {
  test('APR-04 S3: of 8 bh from 15:00 half are over at 11:00, four fifths at 13:24, all at 15:00 next day', () => {
    const from = at('2027-02-02T15:00Z');
    const after = (share: number) => iso(addBusinessTime(london, from, share * 8 * hour));
    expect(after(0.5)).toBe('2027-02-03T11:00:00.000Z');
    expect(after(0.8)).toBe('2027-02-03T13:24:00.000Z');
    expect(after(1)).toBe('2027-02-03T15:00:00.000Z');
  });

  test('EXE-13 S2: 24 bh from Friday 16:00 end on Wednesday 16:00', () => {
    expect(iso(addBusinessTime(london, at('2027-02-05T16:00Z'), 24 * hour))).toBe('2027-02-10T16:00:00.000Z');
  });

  test('ends at the end of a day, not at the start of the next', () => {
    expect(iso(addBusinessTime(london, at('2027-02-02T15:00Z'), 2 * hour))).toBe('2027-02-02T17:00:00.000Z');
    expect(iso(addBusinessTime(london, at('2027-02-02T15:00Z'), 2 * hour + 1))).toBe(
      '2027-02-03T09:00:00.001Z',
    );
  });

  test('none is the instant itself, be it business time or not', () => {
    expect(addBusinessTime(london, at('2027-02-06T03:00Z'), 0)).toBe(at('2027-02-06T03:00Z'));
  });

  test('taken away, ends at the start of a day, not at the end of the one before', () => {
    expect(iso(addBusinessTime(london, at('2027-02-03T10:00Z'), -hour))).toBe('2027-02-03T09:00:00.000Z');
    expect(iso(addBusinessTime(london, at('2027-02-03T10:00Z'), -hour - 1))).toBe('2027-02-02T16:59:59.999Z');
    expect(iso(addBusinessTime(london, at('2027-02-08T09:00Z'), -1))).toBe('2027-02-05T16:59:59.999Z');
  });

  test('leaves out holidays, and counts the hours worked on one all the same', () => {
    expect(businessTimeBetween(london, at('2027-03-25T00:00Z'), at('2027-03-31T00:00Z'))).toBe(16 * hour);
    expect(businessTimeBetween(london, at('2027-12-24T00:00Z'), at('2027-12-25T00:00Z'))).toBe(3 * hour);
  });

  test('is read in local time on both sides of a clock change', () => {
    expect(isBusinessTime(london, at('2027-03-25T09:00Z'))).toBe(true);
    expect(isBusinessTime(london, at('2027-03-30T08:00Z'))).toBe(true);
    expect(isBusinessTime(london, at('2027-03-30T07:59:59.999Z'))).toBe(false);
    expect(isBusinessTime(london, at('2027-03-30T15:59:59.999Z'))).toBe(true);
    expect(isBusinessTime(london, at('2027-03-30T16:00Z'))).toBe(false);
  });

  test('is as long over a clock change as the night really is', () => {
    const saturday = (text: string) => at(`${text}T12:00Z`);
    expect(businessTimeBetween(nights, saturday('2027-03-20'), saturday('2027-03-21'))).toBe(8 * hour);
    expect(businessTimeBetween(nights, saturday('2027-03-27'), saturday('2027-03-28'))).toBe(7 * hour);
    expect(businessTimeBetween(nights, saturday('2027-10-30'), saturday('2027-10-31'))).toBe(9 * hour);
  });

  test('of a calendar that never rests is elapsed time, where midnight is skipped or a whole day', () => {
    for (const [zone, from, to] of [
      ['America/Havana', '2027-03-13T00:00Z', '2027-03-16T00:00Z'],
      ['America/Havana', '2027-11-06T00:00Z', '2027-11-09T00:00Z'],
      ['Australia/Lord_Howe', '2027-04-03T00:00Z', '2027-04-06T00:00Z'],
      ['Pacific/Apia', '2011-12-28T00:00Z', '2012-01-03T00:00Z'],
      ['Africa/Cairo', '2027-04-28T00:00Z', '2027-05-02T00:00Z'],
      ['America/St_Johns', '2010-11-05T00:00Z', '2010-11-09T00:00Z'],
      ['America/St_Johns', '2010-03-12T00:00Z', '2010-03-16T00:00Z'],
    ] as const)
      expect([zone, businessTimeBetween(always(zone), at(from), at(to))]).toEqual([zone, at(to) - at(from)]);
  });

  test('goes by the day that has begun, where clocks go back over midnight', () => {
    const saturdays = always('America/St_Johns', { SA: allDay });
    const midnight = at('2010-11-07T02:30Z');
    expect(isBusinessTime(saturdays, midnight - 1)).toBe(true);
    expect(isBusinessTime(saturdays, midnight)).toBe(false);
    expect(isBusinessTime(saturdays, at('2010-11-07T03:00Z'))).toBe(false);
    expect(isBusinessTime(always('America/St_Johns', { SU: allDay }), at('2010-11-07T03:00Z'))).toBe(true);
    expect(businessDaysBetween(saturdays, at('2010-11-07T03:00Z'), at('2010-11-07T12:00Z'))).toBe(0);
  });

  test('is none on a day off, and any of several hours on a day', () => {
    expect(isBusinessTime(london, at('2027-02-06T10:00Z'))).toBe(false);
    expect(isBusinessTime(london, at('2027-03-29T10:00Z'))).toBe(false);
    const split = workweek({
      ...office,
      week: {
        MO: [
          { start: '08:00', end: '09:00' },
          { start: '10:00', end: '11:00' },
        ],
      },
    });
    expect(isBusinessTime(split, at('2027-02-01T08:30Z'))).toBe(true);
    expect(isBusinessTime(split, at('2027-02-01T09:30Z'))).toBe(false);
    expect(isBusinessTime(split, at('2027-02-01T10:30Z'))).toBe(true);
    expect(businessTimeBetween(split, at('2027-02-01T08:30Z'), at('2027-02-01T10:45Z'))).toBe(1.25 * hour);
  });

  test('taken away from the first instant of a day is of the day before', () => {
    const first = always('UTC', { FR: allDay, MO: allDay });
    expect(iso(addBusinessTime(first, at('2027-01-01T00:00Z'), -1))).toBe('2026-12-28T23:59:59.999Z');
    const lone = workweek({ ...office, zone: 'UTC', week: { FR: allDay, TH: allDay }, years: { 2026: [] } });
    expect(iso(addBusinessTime(lone, at('2027-01-01T00:00Z'), -1))).toBe('2026-12-31T23:59:59.999Z');
    expect(businessTimeBetween(lone, at('2027-01-01T00:00Z'), at('2027-01-01T00:00Z'))).toBe(0);
  });

  test('next comes at once within it, else at the next opening', () => {
    expect(iso(nextBusinessInstant(london, at('2027-02-05T16:59:59.999Z')))).toBe('2027-02-05T16:59:59.999Z');
    expect(iso(nextBusinessInstant(london, at('2027-02-05T17:00Z')))).toBe('2027-02-08T09:00:00.000Z');
    expect(iso(nextBusinessInstant(london, at('2027-03-25T17:00Z')))).toBe('2027-03-30T08:00:00.000Z');
    expect(iso(nextBusinessInstant(london, at('2027-02-08T03:00Z')))).toBe('2027-02-08T09:00:00.000Z');
  });

  test('in a year the calendar lacks is refused, naming calendar, version and year', () => {
    const refusal = 'Calendar GB-ENG 2027.1 does not list the holidays of 2028, which 2028-01-01 needs.';
    const last = at('2027-12-31T16:00Z');
    expect(() => addBusinessTime(london, last, hour + 1)).toThrow(`CALENDAR_INCOMPLETE: ${refusal}`);
    expect(iso(addBusinessTime(london, last, hour))).toBe('2027-12-31T17:00:00.000Z');
    expect(() => businessTimeBetween(london, last, at('2028-01-01T00:00:00.001Z'))).toThrow(refusal);
    expect(businessTimeBetween(london, last, at('2028-01-01T00:00Z'))).toBe(hour);
    expect(() => isBusinessTime(london, at('2028-01-01T00:00Z'))).toThrow(refusal);
    expect(() => nextBusinessInstant(london, at('2027-12-31T17:00Z'))).toThrow(refusal);
    expect(() => addBusinessDays(london, last, 1)).toThrow(refusal);
    expect(() => businessDaysBetween(london, last, at('2028-01-02T00:00Z'))).toThrow(refusal);
    expect(() => addBusinessTime(london, at('2026-01-01T09:00Z'), -1)).toThrow('holidays of 2025');
  });

  test('is refused for anything but whole numbers, and for an endless amount once the calendar ends', () => {
    for (const wrong of [
      NaN,
      Infinity,
      -Infinity,
      0.5,
      2 ** 53,
      at('1899-12-31T23:59:59.999Z'),
      at('+010000-01-01T00:00Z'),
    ]) {
      expect(() => addBusinessTime(london, wrong, 1)).toThrow(
        'BUSINESS_TIME_INVALID: from must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.',
      );
      expect(() => businessTimeBetween(london, 0, wrong)).toThrow(
        'to must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.',
      );
      expect(() => businessTimeBetween(london, wrong, 0)).toThrow(
        'from must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.',
      );
      expect(() => isBusinessTime(london, wrong)).toThrow(
        'at must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.',
      );
      expect(() => nextBusinessInstant(london, wrong)).toThrow(
        'at must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.',
      );
      expect(() => businessDaysBetween(london, 0, wrong)).toThrow(
        'to must be an instant in whole milliseconds since 1970, in the years 1900 to 9999.',
      );
    }
    for (const wrong of [NaN, Infinity, -Infinity, 0.5, 2 ** 53]) {
      expect(() => addBusinessTime(london, 0, wrong)).toThrow('amount must be a whole number.');
      expect(() => addBusinessDays(london, 0, wrong)).toThrow('days must be a whole number.');
    }
    expect(() => addBusinessDays(london, NaN, 0)).toThrow('BUSINESS_TIME_INVALID: from must be an instant');
    expect(() => addBusinessDays(london, NaN, 1)).toThrow('from must be an instant');
    expect(() => businessDaysBetween(london, NaN, 0)).toThrow('from must be an instant');
    expect(() => isBusinessTime(london, at('1900-01-01T00:00Z'))).toThrow('CALENDAR_INCOMPLETE');
    expect(() => isBusinessTime(london, at('9999-12-30T00:00Z'))).toThrow('CALENDAR_INCOMPLETE');
    expect(violations(() => addBusinessTime(london, 0, 0.5))).toEqual([
      { code: 'BUSINESS_TIME_INVALID', message: 'amount must be a whole number.', ref: 'LIB-05.6' },
    ]);
    expect(violations(() => addBusinessTime(london, NaN, 1))).toMatchObject([{ ref: 'LIB-05.6' }]);
    expect(violations(() => isBusinessTime(london, 0))).toMatchObject([{ ref: 'LIB-05.6' }]);
    expect(() => addBusinessTime(london, at('2027-01-04T09:00Z'), 2 ** 53 - 1)).toThrow(
      'CALENDAR_INCOMPLETE',
    );
    expect(() => addBusinessDays(london, at('2027-01-04T09:00Z'), 2 ** 53 - 1)).toThrow(
      'CALENDAR_INCOMPLETE',
    );
  });
});

describe('business days', () => {
  test('are counted over weekends, holidays and the turn of the year, at the same wall clock', () => {
    expect(iso(addBusinessDays(london, at('2027-02-05T16:00Z'), 1))).toBe('2027-02-08T16:00:00.000Z');
    expect(iso(addBusinessDays(london, at('2027-03-25T16:00Z'), 1))).toBe('2027-03-30T15:00:00.000Z');
    expect(iso(addBusinessDays(london, at('2026-12-24T10:00Z'), 5))).toBe('2027-01-05T10:00:00.000Z');
    expect(iso(addBusinessDays(london, at('2027-02-06T10:00Z'), -1))).toBe('2027-02-05T10:00:00.000Z');
    expect(addBusinessDays(london, at('2027-02-06T10:00Z'), 0)).toBe(at('2027-02-06T10:00Z'));
  });

  test('keep the wall clock over a change, and count one that is skipped by the offset before the gap', () => {
    const sundays = workweek({ ...office, week: { SU: allDay, MO: allDay } });
    expect(iso(addBusinessDays(sundays, at('2027-03-22T01:30Z'), 1))).toBe('2027-03-28T01:30:00.000Z');
    expect(iso(addBusinessDays(sundays, at('2027-03-22T01:30Z'), 2))).toBe('2027-04-04T00:30:00.000Z');
    expect(iso(addBusinessDays(sundays, at('2027-10-25T00:30Z'), 1))).toBe('2027-10-31T00:30:00.000Z');
  });

  test('between are those after the first day up to the last', () => {
    expect(businessDaysBetween(london, at('2027-02-05T16:00Z'), at('2027-02-08T01:00Z'))).toBe(1);
    expect(businessDaysBetween(london, at('2027-02-08T01:00Z'), at('2027-02-05T16:00Z'))).toBe(-1);
    expect(businessDaysBetween(london, at('2027-02-05T01:00Z'), at('2027-02-05T16:00Z'))).toBe(0);
  });
});

describe('laws', () => {
  const instant = fc.integer({ min: at('2027-02-01T00:00Z'), max: at('2027-11-15T00:00Z') });
  const amount = fc.integer({ min: -160 * hour, max: 160 * hour });
  const calendar = fc.constantFrom(london, nights, always('America/Havana'), always('Australia/Lord_Howe'));

  test('adding, then measuring, gives the amount back', () => {
    fc.assert(
      fc.property(calendar, instant, amount, (calendar, from, amount) => {
        fc.pre(calendar !== nights || Math.abs(amount) < 8 * hour);
        expect(businessTimeBetween(calendar, from, addBusinessTime(calendar, from, amount))).toBe(amount);
      }),
      { numRuns: 200 },
    );
  });

  test('adding in two steps is adding at once', () => {
    fc.assert(
      fc.property(instant, fc.nat(40 * hour), fc.nat(40 * hour), (from, a, b) => {
        const inTwo = addBusinessTime(london, addBusinessTime(london, from, a), b);
        expect(inTwo).toBe(a + b === 0 ? from : addBusinessTime(london, from, a + b));
      }),
      { numRuns: 200 },
    );
  });

  test('later starts and larger amounts never end earlier', () => {
    fc.assert(
      fc.property(instant, fc.nat(96 * hour), amount, fc.nat(20 * hour), (from, later, amount, more) => {
        const end = addBusinessTime(london, from, amount);
        expect(addBusinessTime(london, from + later, amount)).toBeGreaterThanOrEqual(end);
        expect(addBusinessTime(london, from, amount + more)).toBeGreaterThanOrEqual(end);
      }),
      { numRuns: 200 },
    );
  });

  test('what lies between adds up', () => {
    fc.assert(
      fc.property(calendar, instant, instant, instant, (calendar, a, b, c) => {
        const between = (from: number, to: number) => businessTimeBetween(calendar, from, to);
        expect(between(a, b) + between(b, c)).toBe(between(a, c));
      }),
      { numRuns: 60 },
    );
  });

  test('business days added are business days between', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -15, max: 15 }), (from, days) => {
        expect(businessDaysBetween(london, from, addBusinessDays(london, from, days))).toBe(days);
      }),
      { numRuns: 200 },
    );
  });

  test('the next business instant is business time, with none before it', () => {
    fc.assert(
      fc.property(instant, (from) => {
        const next = nextBusinessInstant(london, from);
        expect(isBusinessTime(london, next)).toBe(true);
        expect(businessTimeBetween(london, from, next)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

function violations(refused: () => unknown): unknown {
  try {
    return refused();
  } catch (error) {
    return (error as Rejected).violations;
  }
}
