import type { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import { type BusinessCalendar, workweek } from './calendar.js';

const calendar: BusinessCalendar = {
  region: 'DE-BE',
  version: '3',
  zone: 'Europe/Berlin',
  week: {
    MO: [
      { start: '13:00', end: '17:30' },
      { start: '08:00', end: '12:00' },
      { start: '10:00', end: '12:30' },
      { start: '12:30', end: '12:45' },
    ],
    SU: [{ start: '22:00', end: '24:00' }],
  },
  years: {
    2027: [
      { date: '2027-03-08', name: 'Women’s Day' },
      { date: '2027-12-24', name: 'Christmas Eve', hours: [{ start: '00:00', end: '00:01' }] },
    ],
    2028: [],
  },
};
const years = (holidays: BusinessCalendar['years'][string]) => ({ ...calendar, years: { 2027: holidays } });

describe('a business calendar', () => {
  test('is hours in minutes, ascending, touching and overlapping ones joined', () => {
    expect(workweek(calendar)).toEqual({
      name: 'DE-BE 3',
      zone: 'Europe/Berlin',
      week: [
        [
          { start: 480, end: 765 },
          { start: 780, end: 1050 },
        ],
        [],
        [],
        [],
        [],
        [],
        [{ start: 1320, end: 1440 }],
      ],
      years: new Set([2027, 2028]),
      exceptions: new Map([
        ['2027-03-08', []],
        ['2027-12-24', [{ start: 0, end: 1 }]],
      ]),
    });
  });

  test('in which nobody ever works is refused', () => {
    for (const week of [{}, { MO: [], SU: [] }])
      expect(() => workweek({ ...calendar, week })).toThrow(
        'CALENDAR_WITHOUT_WORKING_TIME: Calendar DE-BE 3 has no working hours: week must give hours for at least one day.',
      );
  });

  test.each([
    [
      'hours that end before they start',
      { ...calendar, week: { FR: [{ start: '17:00', end: '09:00' }] } },
      'week.FR has hours that do not end after they start.',
    ],
    [
      'hours of no length',
      { ...calendar, week: { FR: [{ start: '09:00', end: '09:00' }] } },
      'week.FR has hours',
    ],
    [
      'a start at 24:00',
      { ...calendar, week: { FR: [{ start: '24:00', end: '24:00' }] } },
      'week.FR.0.start: ',
    ],
    ['a minute 60', { ...calendar, week: { FR: [{ start: '09:60', end: '10:00' }] } }, 'week.FR.0.start: '],
    [
      'a time with something before it',
      { ...calendar, week: { FR: [{ start: '109:00', end: '10:00' }] } },
      'week.FR.0.start: ',
    ],
    [
      'a time with something after it',
      { ...calendar, week: { FR: [{ start: '09:00:00', end: '10:00' }] } },
      'week.FR.0.start: ',
    ],
    [
      'a holiday of another year',
      years([{ date: '2028-01-01', name: 'x' }]),
      'years.2027 lists 2028-01-01, which is not in that year.',
    ],
    [
      'a holiday listed twice',
      years([
        { date: '2027-01-01', name: 'x' },
        { date: '2027-01-01', name: 'y' },
      ]),
      'years.2027 lists 2027-01-01 twice.',
    ],
    ['a date that does not exist', years([{ date: '2027-02-29', name: 'x' }]), 'years.2027.0.date: '],
    [
      'hours of a holiday the wrong way round',
      years([{ date: '2027-01-04', name: 'x', hours: [{ start: '10:00', end: '09:00' }] }]),
      'years.2027 2027-01-04 has hours',
    ],
    ['a year that is none', { ...calendar, years: { 27: [] } }, 'years.27: '],
    [
      'more than 40 years',
      { ...calendar, years: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [2000 + i, []])) },
      'years: at most 40 years.',
    ],
    ['no data at all', undefined, 'calendar: '],
  ])('with %s is refused', (_, wrong, message) => {
    expect(() => workweek(wrong as BusinessCalendar)).toThrow(`CALENDAR_INVALID: ${message}`);
  });

  test('says which rule it breaks', () => {
    const refs = [{ ...calendar, week: {} }, years([{ date: '2028-01-01', name: 'x' }])].map((wrong) => {
      try {
        return workweek(wrong);
      } catch (error) {
        return (error as Rejected).violations.map(({ ref }) => ref);
      }
    });
    expect(refs).toEqual([['LIB-05.6'], ['LIB-05.6']]);
  });

  test('may know 40 years', () => {
    const years = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [2000 + i, []]));
    expect(workweek({ ...calendar, years }).years.size).toBe(40);
  });

  test.each([
    ['+01:00', 'ZONE_FIXED_OFFSET'],
    ['Europe/Atlantis', 'ZONE_UNKNOWN'],
  ])('in zone %s is refused', (zone, code) => {
    expect(() => workweek({ ...calendar, zone })).toThrow(code);
  });
});
