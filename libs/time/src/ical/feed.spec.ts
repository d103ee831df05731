import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import type { Schedule } from '../schedule.js';
import { DAY, FIRST_WALL, LAST_WALL } from '../wall.js';
import type { CalendarEntry } from './entry.js';
import { fold, unfold } from './fold.js';
import { writeCalendar } from './write.js';

const now = Date.UTC(2027, 0, 2);
const schedule: Schedule = { kind: 'permit', zone: 'UTC', start: '2027-01-03T01:00:00', duration: 'PT3H' };
const entry: CalendarEntry = {
  uid: 'a',
  sequence: 0,
  summary: 's',
  status: 'CONFIRMED',
  transparency: 'OPAQUE',
  schedule,
};
const written = (entries: CalendarEntry[], at = now) => writeCalendar({ name: 'n', entries }, at);
const violations = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
};

describe('a calendar is not written, and the whole reason is given', () => {
  test('where now is no instant of the years 1900 to 9999', () => {
    const refused = [
      {
        code: 'ICAL_INVALID',
        message: 'now must be an instant in the years 1900 to 9999.',
        ref: 'SCH-06.4',
      },
    ];
    expect(violations(() => written([], FIRST_WALL - 1))).toEqual(refused);
    expect(violations(() => written([], LAST_WALL))).toEqual(refused);
    expect(written([entry], FIRST_WALL)).toContain('DTSTAMP:19000101T000000Z\r\n');
    expect(written([entry], LAST_WALL - 1)).toContain('DTSTAMP:99991231T235959Z\r\n');
  });

  test('where a rule gives no occurrence', () => {
    const never = { ...schedule, rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' };
    expect(violations(() => written([{ ...entry, uid: 'u'.repeat(61), schedule: never }]))).toEqual([
      {
        code: 'ICAL_NEVER',
        message: `entry "${'u'.repeat(60)}": its rule gives no occurrence in 100 years from its start.`,
        ref: 'SCH-06.4',
      },
    ]);
    const late = { ...schedule, start: '2001-03-01T00:00:00', rule: 'FREQ=YEARLY;BYWEEKNO=53;INTERVAL=23' };
    expect(written([{ ...entry, schedule: late }])).toContain(
      'RRULE:FREQ=YEARLY;BYWEEKNO=53;INTERVAL=23\r\n',
    );
  });

  test('where a text holds what no calendar can', () => {
    expect(violations(() => written([{ ...entry, summary: '\u0000' }]))).toEqual([
      {
        code: 'ICAL_TEXT_INVALID',
        message:
          'summary holds a control character or a lone surrogate, which a calendar cannot carry (RFC 5545 §3.1).',
        ref: 'SCH-06.4',
      },
    ]);
  });

  test('where a schedule is none, though it is well formed', () => {
    expect(violations(() => written([{ ...entry, schedule: { ...schedule, rule: 'FREQ=X' } }]))).toEqual([
      {
        code: 'RULE_INVALID',
        message: 'rule: FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY (RFC 5545 §3.3.10).',
        ref: 'LIB-05.1',
      },
    ]);
  });
});

describe('the zones of a calendar', () => {
  const changes = (...schedules: Schedule[]) =>
    written(schedules.map((one, i) => ({ ...entry, uid: `${i}`, schedule: one })))
      .split('\r\n')
      .filter((line) => line.startsWith('TZID') || /^DTSTART:.*\d$/.test(line));
  const berlin: Schedule = { ...schedule, zone: 'Europe/Berlin' };

  test('are described once each, from the first date named to ten years of 366 days after the last, UTC never', () => {
    const found = changes(schedule, berlin, { ...berlin, rdates: ['2029-06-01T00:00'] }, berlin);
    expect([found.length, found[0], found[1], found.at(-1)]).toEqual([
      27,
      'TZID:Europe/Berlin',
      'DTSTART:20261025T030000',
      'DTSTART:20390327T020000',
    ]);
    const early = changes({ ...berlin, start: '2020-06-01T00:00' }, { ...berlin, zone: 'Asia/Tokyo' });
    expect(early.slice(0, 3)).toEqual([
      'TZID:Europe/Berlin',
      'DTSTART:20200329T020000',
      'DTSTART:20201025T030000',
    ]);
    expect(early.slice(-3)).toEqual([
      'DTSTART:20361026T030000',
      'TZID:Asia/Tokyo',
      'DTSTART:19510909T010000',
    ]);
  });

  test('are described from two days before the first date, for its offset may be any', () => {
    const starts = (start: string) => changes({ ...berlin, start })[1];
    const change = Date.UTC(2020, 2, 29, 1);
    const at = (wall: number) => new Date(wall).toISOString().slice(0, 19);
    expect(starts(at(change + 2 * DAY))).toBe('DTSTART:20200329T020000');
    expect(starts(at(change + 2 * DAY - 1_000))).toBe('DTSTART:20191027T030000');
  });
});

describe('a line', () => {
  test('is folded after 75 octets, of which the space before the rest is one, and before a character that has no room', () => {
    expect(fold('x'.repeat(75))).toBe(`${'x'.repeat(75)}\r\n`);
    expect(fold('x'.repeat(150))).toBe(`${'x'.repeat(75)}\r\n ${'x'.repeat(74)}\r\n x\r\n`);
    expect(fold(`${'x'.repeat(73)}é`)).toBe(`${'x'.repeat(73)}é\r\n`);
    expect(fold(`${'x'.repeat(74)}é`)).toBe(`${'x'.repeat(74)}\r\n é\r\n`);
    expect(fold('🚀'.repeat(19))).toBe(`${'🚀'.repeat(18)}\r\n 🚀\r\n`);
    expect(fold('')).toBe('\r\n');
  });

  test('is unfolded with the number it begins at; a fold with nothing before it is a line', () => {
    expect(unfold(' a\r\n\r\nb\n\tc\r d\r\n\r\ne')).toEqual([
      { number: 1, text: ' a' },
      { number: 3, text: 'bcd' },
      { number: 7, text: 'e' },
    ]);
  });
});
