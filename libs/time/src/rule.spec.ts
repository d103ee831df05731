import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { parseRule } from './rule.js';
import { wallOf } from './wall.js';

/** The one violation that the act is refused with. */
function refusal(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
}
const invalid = (complaint: string) => [
  { code: 'RULE_INVALID', message: `rule: ${complaint} (RFC 5545 §3.3.10).`, ref: 'LIB-05.1' },
];

describe('a rule', () => {
  test('is read part by part, its lists in order and without doubles', () => {
    expect(
      parseRule(
        'FREQ=YEARLY;INTERVAL=2;COUNT=7;WKST=SU;BYMONTH=12,1,12;BYWEEKNO=-1,53;BYYEARDAY=366,-366;BYMONTHDAY=31,-31,+1;' +
          'BYDAY=MO,MO,TH;BYHOUR=23,0;BYMINUTE=59,0;BYSECOND=59,0;BYSETPOS=366,-366',
      ),
    ).toEqual({
      freq: 'YEARLY',
      interval: 2,
      count: 7,
      wkst: 'SU',
      byMonth: [1, 12],
      byWeekNo: [-1, 53],
      byYearDay: [-366, 366],
      byMonthDay: [-31, 1, 31],
      byDay: ['MO', 'TH'],
      byHour: [0, 23],
      byMinute: [0, 59],
      bySecond: [0, 59],
      bySetPos: [-366, 366],
    });
  });

  test('has an interval of one and weeks from Monday unless it says otherwise', () => {
    expect(parseRule('FREQ=DAILY')).toEqual({ freq: 'DAILY', interval: 1, wkst: 'MO' });
  });

  test('is read in any case, with its name, and with the semicolon that some put at its end', () => {
    expect(parseRule(' rrule:freq=monthly;byday=+1fr,-1fr,53MO; ')).toEqual({
      freq: 'MONTHLY',
      interval: 1,
      wkst: 'MO',
      byDay: ['1FR', '-1FR', '53MO'],
    });
  });

  test.each([
    ['20271231', { wall: wallOf('2027-12-31T23:59:59') }],
    ['20271231T010203', { wall: wallOf('2027-12-31T01:02:03') }],
    ['20271231T010203Z', { instant: Date.parse('2027-12-31T01:02:03Z') }],
    ['19000101', { wall: wallOf('1900-01-01T23:59:59') }],
  ])('ends with UNTIL=%s', (text, until) => {
    expect(parseRule(`FREQ=DAILY;UNTIL=${text}`).until).toEqual(until);
  });

  test.each([
    '20270229',
    '20271301',
    '2027-12-31',
    '20271231T240000Z',
    '20271231T0102',
    '18991231',
    '',
    'A20271231',
    '20271231A',
  ])('does not end with UNTIL=%s', (text) => {
    expect(refusal(() => parseRule(`FREQ=DAILY;UNTIL=${text}`))).toEqual(
      invalid(`UNTIL must be a date or time such as 20271231 or 20271231T235959Z, and not "${text}"`),
    );
  });

  test.each(['HOURLY', 'MINUTELY', 'SECONDLY'])(
    'that repeats within a day is refused by name: %s',
    (freq) => {
      expect(refusal(() => parseRule(`FREQ=${freq}`))).toEqual([
        {
          code: 'FREQUENCY_UNSUPPORTED',
          message: `rule: FREQ=${freq} is not offered; use FREQ=DAILY with BYHOUR and BYMINUTE.`,
          ref: 'LIB-05.1',
        },
      ]);
    },
  );

  test.each([
    [
      '',
      '"" is not known; known are FREQ, INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSECOND, BYSETPOS',
    ],
    ['INTERVAL=2', 'FREQ is missing'],
    ['FREQ=NEVER', 'FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY'],
    ['FREQ=DAILY;FREQ=DAILY', 'FREQ is given twice'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL must be a whole number from 1 to 999999999, and not "0"'],
    ['FREQ=DAILY;INTERVAL=1.5', 'INTERVAL must be a whole number from 1 to 999999999, and not "1.5"'],
    [
      'FREQ=DAILY;INTERVAL=1000000000',
      'INTERVAL must be a whole number from 1 to 999999999, and not "1000000000"',
    ],
    ['FREQ=DAILY;INTERVAL=', 'INTERVAL must be a whole number from 1 to 999999999, and not ""'],
    ['FREQ=DAILY;COUNT=0', 'COUNT must be a whole number from 1 to 10000, and not "0"'],
    ['FREQ=DAILY;COUNT=10001', 'COUNT must be a whole number from 1 to 10000, and not "10001"'],
    ['FREQ=DAILY;COUNT=1;UNTIL=20270101', 'COUNT and UNTIL exclude each other'],
    ['FREQ=DAILY;BYMONTH=0', 'BYMONTH must be a whole number from 1 to 12, and not "0"'],
    ['FREQ=DAILY;BYMONTH=13', 'BYMONTH must be a whole number from 1 to 12, and not "13"'],
    ['FREQ=DAILY;BYMONTHDAY=32', 'BYMONTHDAY must be a whole number from -31 to 31, and not "32"'],
    ['FREQ=DAILY;BYMONTHDAY=-32', 'BYMONTHDAY must be a whole number from -31 to 31, and not "-32"'],
    ['FREQ=DAILY;BYMONTHDAY=1,0', 'BYMONTHDAY counts from 1 or, from the end, from -1; there is no 0'],
    ['FREQ=YEARLY;BYYEARDAY=367', 'BYYEARDAY must be a whole number from -366 to 366, and not "367"'],
    ['FREQ=YEARLY;BYWEEKNO=54', 'BYWEEKNO must be a whole number from -53 to 53, and not "54"'],
    ['FREQ=DAILY;BYHOUR=24', 'BYHOUR must be a whole number from 0 to 23, and not "24"'],
    ['FREQ=DAILY;BYMINUTE=60', 'BYMINUTE must be a whole number from 0 to 59, and not "60"'],
    ['FREQ=DAILY;BYSECOND=60', 'BYSECOND must be a whole number from 0 to 59, and not "60"'],
    ['FREQ=DAILY;BYHOUR=1;BYSETPOS=367', 'BYSETPOS must be a whole number from -366 to 366, and not "367"'],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS needs another BY part to choose from'],
    ['FREQ=MONTHLY;BYDAY=FUNDAY', 'BYDAY must be made of MO, TU, WE, TH, FR, SA, SU, and not "FUNDAY"'],
    ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY must be made of MO, TU, WE, TH, FR, SA, SU, and not "0MO"'],
    ['FREQ=MONTHLY;BYDAY=54MO', 'BYDAY must be made of MO, TU, WE, TH, FR, SA, SU, and not "54MO"'],
    ['FREQ=MONTHLY;BYDAY=+MO', 'BYDAY must be made of MO, TU, WE, TH, FR, SA, SU, and not "+MO"'],
    ['FREQ=MONTHLY;BYDAY=--1MO', 'BYDAY must be made of MO, TU, WE, TH, FR, SA, SU, and not "--1MO"'],
    ['FREQ=WEEKLY;WKST=1MO', 'WKST must be made of MO, TU, WE, TH, FR, SA, SU, and not "1MO"'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'a numbered BYDAY has no meaning in FREQ=WEEKLY'],
    ['FREQ=DAILY;BYDAY=TU,-1MO', 'a numbered BYDAY has no meaning in FREQ=DAILY'],
    ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO', 'a numbered BYDAY has no meaning beside BYWEEKNO'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY has no meaning in FREQ=WEEKLY'],
    ['FREQ=MONTHLY;BYYEARDAY=1', 'BYYEARDAY has no meaning in FREQ=MONTHLY'],
    ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO has no meaning in FREQ=MONTHLY'],
  ])('%s is refused with its reason', (text, complaint) => {
    expect(refusal(() => parseRule(text))).toEqual(invalid(complaint));
  });

  test.each(['RSCALE=GREGORIAN', '__proto__=1', 'constructor=1', 'EVERY', 'COUNT=1=2', '\u0000', '\ud800'])(
    'does not know the part %j',
    (part) => {
      expect(refusal(() => parseRule(`FREQ=DAILY;${part}`))).toEqual([
        expect.objectContaining({
          code: 'RULE_INVALID',
          message: expect.stringContaining(' is not known; known are FREQ'),
        }),
      ]);
    },
  );

  test('that is very wrong is quoted in part', () => {
    expect(refusal(() => parseRule(`FREQ=DAILY;COUNT=${'9'.repeat(1_000)}`))).toEqual(
      invalid(`COUNT must be a whole number from 1 to 10000, and not "${'9'.repeat(40)}"`),
    );
  });

  test.each([
    'BYMONTH=1',
    'BYMONTHDAY=1',
    'BYDAY=MO',
    'BYHOUR=1',
    'BYMINUTE=1',
    'BYSECOND=1',
    'BYWEEKNO=1',
    'BYYEARDAY=1',
  ])('may choose positions among what %s gives', (part) => {
    expect(parseRule(`FREQ=YEARLY;${part};BYSETPOS=1`).bySetPos).toEqual([1]);
  });
});
