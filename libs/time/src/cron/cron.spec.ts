import type { Rejected } from '#events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../wall.js';
import { type Cron, lastBefore, parseCron } from './cron.js';

const day = (text: string) => Date.parse(`${text}T00:00Z`) / DAY;
const robfig = (text: string) => parseCron(text, 'robfig');
const fugit = (text: string) => parseCron(text, 'fugit');
const hours = ({ times }: Cron) => times.map((time) => time / HOUR);
const minutes = ({ times }: Cron) => times.map((time) => time / MINUTE);
/** The days of 2027 that match, as month-day. */
const days = ({ matches }: Cron) =>
  Array.from({ length: 365 }, (_, i) => day('2027-01-01') + i)
    .filter(matches)
    .map((day) => new Date(day * DAY).toISOString().slice(5, 10));

describe('the times of a cron expression', () => {
  test.each([
    ['0 2 * * *', [120]],
    ['59 23 * * *', [1439]],
    ['0,30 1 * * *', [60, 90]],
    ['30,0,30 1 * * *', [60, 90]],
    ['*/20 0 * * *', [0, 20, 40]],
    ['5/20 0 * * *', [5, 25, 45]],
    ['10-30/10 0 * * *', [10, 20, 30]],
    ['10-29/10 0 * * *', [10, 20]],
    ['55-59 0 * * *', [55, 56, 57, 58, 59]],
    ['0 22-23,1 * * *', [60, 1320, 1380]],
    ['0 0 * * ?', [0]],
  ])('%s are minutes %j', (text, expected) => {
    expect(minutes(robfig(text))).toEqual(expected);
    expect(minutes(fugit(text))).toEqual(expected);
  });

  test('are every minute for stars', () => {
    expect(minutes(robfig('* * * * *'))).toEqual(Array.from({ length: 1_440 }, (_, minute) => minute));
    expect(hours(robfig('0 */1 * * *'))).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
  });

  test('may have more than one blank between fields, and empty places in a list', () => {
    expect(minutes(robfig('  1,,2\t0   * * * '))).toEqual([1, 2]);
  });
});

describe('the days of a cron expression', () => {
  test.each([
    ['0 0 1 1 *', ['01-01']],
    ['0 0 31 * *', ['01-31', '03-31', '05-31', '07-31', '08-31', '10-31', '12-31']],
    ['0 0 * FEB sat', ['02-06', '02-13', '02-20', '02-27']],
    ['0 0 * dec SUN', ['12-05', '12-12', '12-19', '12-26']],
    [
      '0 0 ? 2 1-5/2',
      [
        '02-01',
        '02-03',
        '02-05',
        '02-08',
        '02-10',
        '02-12',
        '02-15',
        '02-17',
        '02-19',
        '02-22',
        '02-24',
        '02-26',
      ],
    ],
    ['0 0 1-3 5 *', ['05-01', '05-02', '05-03']],
  ])('%s are %j', (text, expected) => {
    expect(days(robfig(text))).toEqual(expected);
    expect(days(fugit(text))).toEqual(expected);
  });

  test('are either of two restrictions, and both where one is a star', () => {
    expect(days(robfig('0 0 13 8 5'))).toEqual(['08-06', '08-13', '08-20', '08-27']);
    expect(days(robfig('0 0 14 8 5'))).toEqual(['08-06', '08-13', '08-14', '08-20', '08-27']);
    expect(days(robfig('0 0 * 8 5'))).toEqual(['08-06', '08-13', '08-20', '08-27']);
    expect(days(robfig('0 0 14 8 *'))).toEqual(['08-14']);
    expect(days(robfig('0 0 14 8 */1'))).toEqual(['08-14']);
    expect(days(robfig('0 0 14 8 */3'))).toEqual([
      '08-01',
      '08-04',
      '08-07',
      '08-08',
      '08-11',
      '08-14',
      '08-15',
      '08-18',
      '08-21',
      '08-22',
      '08-25',
      '08-28',
      '08-29',
    ]);
    expect(days(robfig('0 0 14 8 5,*'))).toEqual(['08-14']);
  });

  test('include 29 February, even on one weekday only', () => {
    const leap = robfig('0 0 29 2 *');
    expect(days(leap)).toEqual([]);
    expect(leap.matches(day('2028-02-29'))).toBe(true);
  });
});

describe('what GitLab takes and Argo CD does not', () => {
  test('7 for Sunday', () => {
    expect(days(fugit('0 0 * 2 7'))).toEqual(['02-07', '02-14', '02-21', '02-28']);
    expect(days(fugit('0 0 * 2 6-7'))).toEqual(days(fugit('0 0 * 2 0,6')));
    expect(() => robfig('0 0 * * 7')).toThrow(
      'CRON_INVALID: schedule, day of week "7": it must be a whole number from 0 to 6.',
    );
  });

  test.each([
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@Midnight', '0 0 * * *'],
    ['@noon', '0 12 * * *'],
    ['@hourly', '0 * * * *'],
  ])('%s', (name, same) => {
    expect(days(fugit(name))).toEqual(days(fugit(same)));
    expect(fugit(name).times).toEqual(fugit(same).times);
    expect(() => robfig(name)).toThrow(
      `CRON_INVALID: schedule "${name}": it must have five fields: minute, hour, day of month, month and day of week.`,
    );
  });
});

/** By `lib/fugit/cron.rb` of Fugit 1.11 (`range`, `determine_weekdays`, `monthday_match?`, `weekday_hash_match?`). */
describe('what only Fugit reads', () => {
  test.each([
    ['0 0 L 1-3 *', ['01-31', '02-28', '03-31']],
    ['0 0 last 2 *', ['02-28']],
    ['0 0 -2,1 2 *', ['02-01', '02-27']],
    ['0 0 -3-L 2 *', ['02-26', '02-27', '02-28']],
    ['0 0 -28 2,3 *', ['02-01', '03-04']],
    ['0 0 27-l 2 *', ['02-27', '02-28']],
    ['0 0 30-2 4 *', ['04-01', '04-02', '04-30']],
    ['0 0 * 2-4 mon#1', ['02-01', '03-01', '04-05']],
    ['0 0 * 2-4 7#-1', ['02-28', '03-28', '04-25']],
    ['0 0 * 2-4 fri#L,1#2', ['02-08', '02-26', '03-08', '03-26', '04-12', '04-30']],
    ['0 0 * 1-4 0#5', ['01-31']],
    ['0 0 * 2 6#LAST', ['02-27']],
    ['0 0 14 2 1#1', ['02-01', '02-14']],
    ['0 0 1 nov-feb *', ['01-01', '02-01', '11-01', '12-01']],
    ['0 0 1 11-3/2 *', ['01-01', '03-01', '11-01']],
  ])('%s are %j', (text, expected) => {
    expect(days(fugit(text))).toEqual(expected);
    expect(() => robfig(text)).toThrow('CRON_INVALID');
  });

  test('a range over the end of a field, and 24 for midnight', () => {
    expect(hours(fugit('0 22-2 * * *'))).toEqual([0, 1, 2, 22, 23]);
    expect(hours(fugit('0 21-3/2 * * *'))).toEqual([1, 3, 21, 23]);
    expect(hours(fugit('0 22-24 * * *'))).toEqual([0, 22, 23]);
    expect(hours(fugit('0 24 * * *'))).toEqual([0]);
    expect(minutes(fugit('58-1 0 * * *'))).toEqual([0, 1, 58, 59]);
    expect(days(fugit('0 0 * * fri-mon'))).toEqual(days(fugit('0 0 * * 0,1,5,6')));
    expect(days(fugit('0 0 * * 7-2'))).toEqual(days(fugit('0 0 * * 0-2')));
  });

  test('a weekday with a step is that weekday alone', () => {
    expect(days(fugit('0 0 * 2 1/2'))).toEqual(['02-01', '02-08', '02-15', '02-22']);
    expect(days(fugit('0 0 * 2 */2'))).toEqual(days(fugit('0 0 * 2 0,2,4,6')));
  });

  test.each([
    ['0 0 -32 * *', 'schedule, day of month "32": it must be a whole number from 1 to 31.'],
    ['0 0 -0 * *', 'day of month "0": it must be a whole number from 1 to 31.'],
    ['0 0 -1-3 * *', 'day of month "-1-3": its range ends before it begins.'],
    ['0 0 -1--3 * *', 'day of month "-1--3": its range ends before it begins.'],
    ['0 25 * * *', 'hour "25": it must be a whole number from 0 to 24.'],
    ['-5 0 * * *', 'minute "-5": it must be a whole number from 0 to 59.'],
    ['0 0 * L *', 'month "L": it must be a whole number from 1 to 12.'],
    ['0 0 1#2 * *', 'day of month "1#2": it is no range.'],
    ['0 0 * * 1#6', 'day of week "1#6": it is no range.'],
    ['0 0 * * 8#1', 'day of week "8": it must be a whole number from 0 to 7.'],
    ['0 0 * * mon%2', 'day of week "mon%2": it is no range.'],
    ['*/100 0 * * *', 'minute "*/100": it is no range.'],
    ['*/0 0 * * *', 'minute "0": it must be a whole number from 1 to 99.'],
    [', 0 * * *', 'minute ",": it is empty.'],
    ['*-10 0 * * *', 'minute "*-10": it is no range.'],
  ])('%s is refused', (text, complaint) => {
    expect(() => fugit(text)).toThrow(complaint);
  });
});

describe('a cron expression is refused', () => {
  const isFugit = ['0 24 * * *', '0 0 L * *', '0 0 * * 1#2', '30-10 0 * * *'];

  test.each([
    ['', 'schedule "": it must have five fields'],
    ['0 0 * *', 'schedule "0 0 * *": it must have five fields'],
    ['0 0 0 * * *', 'schedule "0 0 0 * * *": it must have five fields'],
    ['TZ=Asia/Tokyo 0 0 * * *', 'it must have five fields'],
    [`0 0 * * *${' '.repeat(192)}`, 'it must have five fields'],
    ['60 0 * * *', 'minute "60": it must be a whole number from 0 to 59.'],
    ['-1 0 * * *', 'minute "": it must be a whole number from 0 to 59.'],
    ['0 24 * * *', 'hour "24": it must be a whole number from 0 to 23.'],
    ['0 0 0 * *', 'day of month "0": it must be a whole number from 1 to 31.'],
    ['0 0 32 * *', 'day of month "32": it must'],
    ['0 0 * 0 *', 'month "0": it must be a whole number from 1 to 12.'],
    ['0 0 * 13 *', 'month "13": it must'],
    ['0 0 * march *', 'month "march": it must'],
    ['0 0 L * *', 'day of month "L": it must'],
    ['0 0 * * 1#2', 'day of week "1#2": it must'],
    ['1.5 0 * * *', 'minute "1.5": it must'],
    ['0x1 0 * * *', 'minute "0x1": it must'],
    [', 0 * * *', 'minute ",": it is empty.'],
    ['*/0 0 * * *', 'minute "0": it must be a whole number from 1 to 1000000000.'],
    ['*/ 0 * * *', 'minute "": it must'],
    ['1/2/3 0 * * *', 'minute "1/2/3": it has too many signs.'],
    ['1-2-3 0 * * *', 'minute "1-2-3": it has too many signs.'],
    ['30-10 0 * * *', 'minute "30-10": its range ends before it begins.'],
    ['*-10 0 * * *', 'minute "*-10": a range has two ends.'],
  ])('%j', (text, complaint) => {
    expect(() => robfig(text)).toThrow('CRON_INVALID: schedule');
    expect(() => robfig(text)).toThrow(complaint);
    if (!isFugit.includes(text)) expect(() => fugit(text)).toThrow('CRON_INVALID: schedule');
  });

  test('where its dates never come', () => {
    expect(() => robfig('0 0 30 2 *')).toThrow(
      'CRON_NEVER: schedule "0 0 30 2 *" names dates that never come.',
    );
    expect(() => parseCron('0 0 31 4,6,9,11 *', 'fugit', 'freeze_end')).toThrow('CRON_NEVER: freeze_end ');
  });
});

describe('the last time before', () => {
  const at = (text: string) => Date.parse(`${text}Z`);
  const weekly = robfig('0 2,4 * * 1');

  test('is at or before it, and no earlier than asked', () => {
    const monday = at('2027-08-02T04:00');
    expect(lastBefore(weekly, monday, 0)).toBe(monday);
    expect(lastBefore(weekly, monday - 1, 0)).toBe(at('2027-08-02T02:00'));
    expect(lastBefore(weekly, at('2027-08-02T01:59'), 0)).toBe(at('2027-07-26T04:00'));
    expect(lastBefore(weekly, at('2027-08-08T00:00'), monday)).toBe(monday);
    expect(lastBefore(weekly, at('2027-08-08T00:00'), monday + 1)).toBeUndefined();
  });

  test('agrees with looking at every minute', () => {
    const expression = fc.constantFrom('*/7 3 * * *', '0 0 13 * 5', '30 23 */2 * *', '15 6-8 1-7 * 1');
    fc.assert(
      fc.property(expression, fc.integer({ min: 0, max: 60 * 1_440 }), (text, minute) => {
        const cron = robfig(text);
        const isTime = (wall: number) =>
          cron.matches(Math.floor(wall / DAY)) && cron.times.includes(wall % DAY);
        const wall = at('2027-03-01T00:00') + minute * MINUTE;
        let last = wall;
        while (last > wall - 40 * DAY && !isTime(last)) last -= MINUTE;
        expect(lastBefore(cron, wall, wall - 40 * DAY)).toBe(isTime(last) ? last : undefined);
      }),
      { numRuns: 60 },
    );
  });
});

test('an expression has 200 characters at most', () => {
  const wide = (length: number) => `0${' '.repeat(length - 8)}* * * *`;
  expect(robfig(wide(200)).times).toHaveLength(24);
  expect(() => robfig(wide(201))).toThrow('it must have five fields');
});

test('a refusal names the field, shows 60 characters at most, and the rule', () => {
  const refs = ['0 0 30 2 *', `${'1'.repeat(70)} 0 * * *`, 'x'].map((text) => {
    try {
      return fugit(text);
    } catch (error) {
      return (error as Rejected).violations;
    }
  });
  expect(refs).toEqual([
    [{ code: 'CRON_NEVER', message: 'schedule "0 0 30 2 *" names dates that never come.', ref: 'LIB-05.1' }],
    [
      {
        code: 'CRON_INVALID',
        message: `schedule, minute "${'1'.repeat(60)}": it must be a whole number from 0 to 59.`,
        ref: 'LIB-05.1',
      },
    ],
    [
      {
        code: 'CRON_INVALID',
        message: 'schedule "x": it must have five fields: minute, hour, day of month, month and day of week.',
        ref: 'LIB-05.1',
      },
    ],
  ]);
  expect(() => fugit('0 0 * * 8')).toThrow(
    'schedule, day of week "8": it must be a whole number from 0 to 7.',
  );
});
