import type { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../schedule.js';
import { readCalendar } from './read.js';

const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT'];
const read = (lines: string[], zone?: string) => readCalendar(calendar(...lines), zone);
const schedules = (...lines: string[]) => read(event(...lines)).entries[0]!.schedules;
const berlin = 'DTSTART;TZID=Europe/Berlin:20270328T013000';
const window: Schedule = {
  kind: 'permit',
  zone: 'Europe/Berlin',
  start: '2027-03-28T01:30:00',
  duration: 'PT3H',
};

describe('an event', () => {
  test('has the values of RFC 5545 where it names none', () => {
    expect(read(event(berlin, 'DURATION:PT3H'))).toEqual({
      entries: [
        {
          uid: 'a',
          sequence: 0,
          summary: '',
          status: 'CONFIRMED',
          transparency: 'OPAQUE',
          schedules: [window],
        },
      ],
      superseded: 0,
    });
  });

  test('is read with its texts, states and times of change', () => {
    const lines = event(
      'SEQUENCE:7',
      'SUMMARY;LANGUAGE=en:Freeze\\, all\\; of\\Nit \\\\n \\x',
      'DESCRIPTION:two\\nlines',
      'STATUS:tentative',
      'TRANSP:TRANSPARENT',
      'LAST-MODIFIED:20270101T102030Z',
      berlin,
      'DURATION:PT3H',
    );
    expect(read(['NAME:The\\, name', ...lines])).toEqual({
      name: 'The, name',
      entries: [
        {
          uid: 'a',
          sequence: 7,
          summary: 'Freeze, all; of\nit \\n \\x',
          description: 'two\nlines',
          status: 'TENTATIVE',
          transparency: 'TRANSPARENT',
          changedAt: '2027-01-01T10:20:30.000Z',
          schedules: [window],
        },
      ],
      superseded: 0,
    });
    expect(read(['X-WR-CALNAME:Other', ...lines]).name).toBe('Other');
  });

  test('was changed at an instant, in whichever zone it says so', () => {
    const lines = event('LAST-MODIFIED;TZID=Asia/Tokyo:20270101T090000', berlin, 'DURATION:PT3H');
    expect(read(lines).entries[0]!.changedAt).toBe('2027-01-01T00:00:00.000Z');
  });

  test('of exact duration is a permit schedule', () => {
    const duration = (value: string) => schedules(berlin, `DURATION:${value}`)[0];
    expect(duration('PT180M')).toEqual(window);
    expect(duration('+PT90M1S')).toEqual({ ...window, duration: 'PT1H30M1S' });
    expect(duration('PT100H')).toEqual({ ...window, duration: 'PT100H' });
  });

  test('with an end, or a duration in days, is a restrict schedule on the wall', () => {
    const until = (end: string) => ({ kind: 'restrict', zone: 'Europe/Berlin', start: window.start, end });
    expect(schedules(berlin, 'DTEND;TZID=Europe/Berlin:20270328T043000')).toEqual([
      until('2027-03-28T04:30:00'),
    ]);
    expect(schedules(berlin, 'DURATION:P1D')).toEqual([until('2027-03-29T01:30:00')]);
    expect(schedules(berlin, 'DURATION:P1W')).toEqual([until('2027-04-04T01:30:00')]);
    expect(schedules(berlin, 'DURATION:P1DT2H')).toEqual([until('2027-03-29T03:30:00')]);
    expect(schedules(berlin, 'DTEND:20270328T030000Z')).toEqual([until('2027-03-28T05:00:00')]);
    expect(schedules(berlin, 'DTEND;TZID=Asia/Tokyo:20270328T100000')).toEqual([
      until('2027-03-28T03:00:00'),
    ]);
  });

  test('of dates lasts from midnight to midnight, and a day if it names no end', () => {
    const days = (...lines: string[]) =>
      read(event('DTSTART;VALUE=DATE:20271220', ...lines), 'Asia/Tokyo').entries[0]!.schedules;
    const tokyo = { kind: 'restrict', zone: 'Asia/Tokyo', start: '2027-12-20T00:00:00' };
    expect(days()).toEqual([{ ...tokyo, end: '2027-12-21T00:00:00' }]);
    expect(days('DTEND;VALUE=DATE:20280103')).toEqual([{ ...tokyo, end: '2028-01-03T00:00:00' }]);
    expect(days('DURATION:P2D')).toEqual([{ ...tokyo, end: '2027-12-22T00:00:00' }]);
    expect(days('RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20281220,20291220')).toEqual([
      {
        ...tokyo,
        end: '2027-12-21T00:00:00',
        rule: 'FREQ=YEARLY',
        exdates: ['2028-12-20T00:00:00', '2029-12-20T00:00:00'],
      },
    ]);
  });

  test('of dates has a rule of days: times of day in it are ignored (RFC 5545 §3.3.10)', () => {
    const [first] = read(
      event(
        'DTSTART;VALUE=DATE:20241018',
        'RRULE:FREQ=DAILY;BYMINUTE=1,2,3,4;byhour=9;INTERVAL=2;BYSECOND=5;BYDAY=FR,SU;COUNT=3',
      ),
      'Europe/London',
    ).entries[0]!.schedules;
    expect(first).toEqual({
      kind: 'restrict',
      zone: 'Europe/London',
      start: '2024-10-18T00:00:00',
      end: '2024-10-19T00:00:00',
      rule: 'FREQ=DAILY;INTERVAL=2;BYDAY=FR,SU;COUNT=3',
    });
    expect(schedules(berlin, 'DURATION:PT3H', 'RRULE:FREQ=DAILY;BYHOUR=1')).toEqual([
      { ...window, rule: 'FREQ=DAILY;BYHOUR=1' },
    ]);
  });

  test('of dates has instances of dates, one of times has instances of times', () => {
    const days = event('DTSTART;VALUE=DATE:20270301', 'RRULE:FREQ=DAILY;COUNT=3');
    const moved = (id: string) => event(berlin, 'DURATION:PT3H', id);
    const complaint =
      'RECURRENCE-ID and the DTSTART of its event must both be dates or both times (RFC 5545 §3.8.4.4).';
    expect(
      read([...days, ...moved('RECURRENCE-ID;VALUE=DATE:20270302')], 'Asia/Tokyo').entries[0]!.schedules[0],
    ).toMatchObject({ exdates: ['2027-03-02T00:00:00'] });
    expect(() => read([...days, ...moved('RECURRENCE-ID:20270302T000000')], 'Asia/Tokyo')).toThrow(
      `ICAL_INVALID: line 11: ${complaint}`,
    );
    const times = event(berlin, 'DURATION:PT3H', 'RRULE:FREQ=DAILY;COUNT=3');
    expect(() => read([...times, ...moved('RECURRENCE-ID;VALUE=DATE:20270329')], 'Asia/Tokyo')).toThrow(
      `ICAL_INVALID: line 12: ${complaint}`,
    );
  });

  test('in UTC is in the zone UTC', () => {
    expect(schedules('DTSTART:20270101T000000Z', 'DURATION:PT1H')).toEqual([
      { kind: 'permit', zone: 'UTC', start: '2027-01-01T00:00:00', duration: 'PT1H' },
    ]);
  });

  test('without a zone is read in the one given, else in the calendar’s, else refused', () => {
    const floating = event('DTSTART:20270101T000000', 'DURATION:PT1H');
    const zone = (lines: string[], given?: string) => read(lines, given).entries[0]!.schedules[0]!.zone;
    expect(zone(floating, 'Asia/Tokyo')).toBe('Asia/Tokyo');
    expect(zone(['X-WR-TIMEZONE:Europe/Paris', ...floating])).toBe('Europe/Paris');
    expect(zone(['X-WR-TIMEZONE:Europe/Paris', ...floating], 'Asia/Tokyo')).toBe('Asia/Tokyo');
    expect(() => read(floating)).toThrow(
      'ICAL_ZONE_MISSING: line 4: DTSTART names no zone; say in which zone such dates and times are meant.',
    );
    expect(() => read(floating, '+01:00')).toThrow('ZONE_FIXED_OFFSET');
  });

  test('keeps rule, further starts and exceptions, brought into its zone', () => {
    expect(
      schedules(
        berlin,
        'DURATION:PT3H',
        'RRULE:FREQ=WEEKLY;COUNT=3',
        'RDATE;TZID=Europe/Berlin:20270501T010000,20270502T010000',
        'RDATE:20270503T000000Z',
        'EXDATE:20270402T230000Z',
        'EXDATE;TZID=Asia/Tokyo:20270411T083000',
      ),
    ).toEqual([
      {
        ...window,
        rule: 'FREQ=WEEKLY;COUNT=3',
        rdates: ['2027-05-01T01:00:00', '2027-05-02T01:00:00', '2027-05-03T02:00:00'],
        exdates: ['2027-04-03T01:00:00', '2027-04-11T01:30:00'],
      },
    ]);
  });

  test('has DTSTART for an occurrence even where its rule does not give it', () => {
    expect(
      schedules(
        berlin,
        'DURATION:PT3H',
        'RRULE:FREQ=WEEKLY;BYDAY=MO',
        'RDATE;TZID=Europe/Berlin:20270501T010000',
      ),
    ).toEqual([
      { ...window, rule: 'FREQ=WEEKLY;BYDAY=MO', rdates: ['2027-03-28T01:30:00', '2027-05-01T01:00:00'] },
    ]);
  });

  test('with periods is a schedule more for each', () => {
    expect(
      schedules(
        berlin,
        'DURATION:PT3H',
        'RDATE;VALUE=PERIOD:20270501T000000Z/PT2H,20270502T000000Z/20270502T010000Z',
        'RDATE;VALUE=PERIOD;TZID=Asia/Tokyo:20270503T000000/P1D',
      ),
    ).toEqual([
      window,
      { kind: 'permit', zone: 'UTC', start: '2027-05-01T00:00:00', duration: 'PT2H' },
      { kind: 'restrict', zone: 'UTC', start: '2027-05-02T00:00:00', end: '2027-05-02T01:00:00' },
      { kind: 'restrict', zone: 'Asia/Tokyo', start: '2027-05-03T00:00:00', end: '2027-05-04T00:00:00' },
    ]);
  });

  test('ignores what is no event, and the alarms in it', () => {
    const { entries } = read([
      'BEGIN:VTODO',
      'DUE:whenever',
      'END:VTODO',
      ...event(berlin, 'DURATION:PT3H', 'BEGIN:VALARM', 'DURATION:PT15M', 'END:VALARM'),
    ]);
    expect(entries.map(({ schedules }) => schedules)).toEqual([[window]]);
  });
});

describe('of several events with one UID', () => {
  const of = (sequence: number, stamp: string, ...lines: string[]) =>
    event(
      `SEQUENCE:${sequence}`,
      `DTSTAMP:${stamp}`,
      `SUMMARY:${sequence} ${stamp}`,
      berlin,
      'DURATION:PT3H',
      ...lines,
    );
  const summaries = (...events: string[][]) => {
    const { entries, superseded } = read(events.flat());
    return [...entries.map(({ summary }) => summary), superseded];
  };

  test('the highest SEQUENCE counts, in whichever order, then the latest DTSTAMP', () => {
    expect(summaries(of(4, 'x'), of(3, 'y'))).toEqual(['4 x', 1]);
    expect(summaries(of(3, 'y'), of(10, 'x'))).toEqual(['10 x', 1]);
    expect(summaries(of(3, '20270102T000000Z'), of(3, '20270101T000000Z'))).toEqual([
      '3 20270102T000000Z',
      1,
    ]);
    expect(summaries(of(3, '20270101T000000Z'), of(3, '20270102T000000Z'))).toEqual([
      '3 20270102T000000Z',
      1,
    ]);
  });

  test('an instance takes the place of its occurrence, or cancels it', () => {
    const instance = (day: string, ...lines: string[]) =>
      of(5, 'x', `RECURRENCE-ID:${day}T233000Z`, ...lines);
    const entry = read([
      ...of(1, 'x', 'RRULE:FREQ=DAILY', 'EXDATE:20270330T233000Z'),
      ...instance('20270331'),
      ...instance('20270401', 'STATUS:CANCELLED'),
    ]).entries[0]!;
    expect(entry).toMatchObject({ summary: '1 x', status: 'CONFIRMED', sequence: 5 });
    expect(entry.schedules).toEqual([
      {
        ...window,
        rule: 'FREQ=DAILY',
        exdates: ['2027-03-31T01:30:00', '2027-04-01T01:30:00', '2027-04-02T01:30:00'],
      },
      window,
    ]);
  });

  test('two instances of different days both count, and one without its series stands alone', () => {
    const { entries, superseded } = read([
      ...of(1, 'x', 'RECURRENCE-ID:20270331T233000Z'),
      ...of(1, 'x', 'RECURRENCE-ID:20270401T233000Z'),
      ...of(0, 'x', 'RECURRENCE-ID:20270401T233000Z'),
    ]);
    expect(entries.map(({ schedules }) => schedules)).toEqual([[window, window]]);
    expect(superseded).toBe(1);
  });

  test('cancelled ones are kept as cancelled, and all are where the calendar says METHOD:CANCEL', () => {
    const statuses = (lines: string[]) =>
      read(lines).entries.map(({ status, schedules }) => [status, schedules]);
    expect(statuses(of(1, 'x', 'STATUS:CANCELLED'))).toEqual([['CANCELLED', [window]]]);
    expect(statuses(['METHOD:cancel', ...of(1, 'x')])).toEqual([['CANCELLED', [window]]]);
    expect(statuses(['METHOD:PUBLISH', ...of(1, 'x')])).toEqual([['CONFIRMED', [window]]]);
  });
});

describe('a TZID', () => {
  const zone = (tzid: string, ...timezone: string[]) => {
    const parameter = /[:;,]/.test(tzid) ? `"${tzid}"` : tzid;
    return read([...timezone, ...event(`DTSTART;TZID=${parameter}:20270701T000000`, 'DURATION:PT1H')])
      .entries[0]!.schedules[0]!.zone;
  };

  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['US/Eastern', 'US/Eastern'],
    ['/freeassociation.sourceforge.net/Europe/Berlin', 'Europe/Berlin'],
    ['/citadel.org/20210210_1/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Eastern Standard Time', 'America/New_York'],
  ])('%s is %s', (tzid, meant) => {
    expect(zone(tzid)).toBe(meant);
  });

  test('may be explained by its VTIMEZONE', () => {
    const timezone = ['BEGIN:VTIMEZONE', 'TZID:Custom: 1', 'X-LIC-LOCATION:Asia/Tokyo', 'END:VTIMEZONE'];
    expect(zone('Custom: 1', ...timezone)).toBe('Asia/Tokyo');
  });

  test.each([
    'Custom',
    'toString',
    '/freeassociation.sourceforge.net/Europe/Atlantis',
    '+01:00',
    'Europe/Berlin/',
    'GMT+1',
  ])('%s is refused, never taken for UTC', (tzid) => {
    const timezone = [
      'BEGIN:VTIMEZONE',
      `TZID:${tzid}`,
      'BEGIN:STANDARD',
      'TZOFFSETTO:+0000',
      'END:STANDARD',
      'END:VTIMEZONE',
    ];
    expect(() => zone(tzid, ...timezone)).toThrow(
      `ZONE_UNKNOWN: line 10: TZID ${JSON.stringify(tzid)} is neither a zone of the IANA time zone database nor a name that is known for one`,
    );
  });
});

describe('a calendar that breaks the rules is refused by line and rule', () => {
  test.each<[string, string[], string]>([
    ['no DTSTART', event('DURATION:PT1H'), 'line 2: VEVENT has no DTSTART (RFC 5545 §3.6.1).'],
    [
      'no UID',
      ['BEGIN:VEVENT', berlin, 'DURATION:PT3H', 'END:VEVENT'],
      'line 2: VEVENT must have a UID, of 1000 characters at most (RFC 5545 §3.8.4.7).',
    ],
    [
      'an endless UID',
      ['BEGIN:VEVENT', `UID:${'x'.repeat(1_001)}`, berlin, 'DURATION:PT3H', 'END:VEVENT'],
      'line 2: VEVENT must have a UID',
    ],
    ['two DTSTART', event(berlin, berlin), 'line 5: VEVENT has DTSTART a second time (RFC 5545 §3.6.1).'],
    [
      'no length',
      event(berlin),
      'line 4: the event has neither DTEND nor DURATION, so it lasts no time (RFC 5545 §3.6.1).',
    ],
    [
      'two lengths',
      event(berlin, 'DTEND:20270328T120000Z', 'DURATION:PT1H'),
      'line 6: DTEND and DURATION exclude each other',
    ],
    [
      'an end at the start',
      event(berlin, 'DTEND;TZID=Europe/Berlin:20270328T013000'),
      'line 5: DTEND must lie after DTSTART (RFC 5545 §3.8.2.2).',
    ],
    [
      'an end of another kind',
      event(berlin, 'DTEND;VALUE=DATE;TZID=Europe/Berlin:20270329'),
      'line 5: DTEND and DTSTART must both be dates or both times',
    ],
    [
      'an end in the second hour',
      event(berlin, 'DTEND:20271031T013000Z'),
      'line 5: DTEND is the second 2027-10-31T02:30:00 in Europe/Berlin, which cannot be named there',
    ],
    [
      'no time at all',
      event(berlin, 'DURATION:PT0S'),
      'line 5: DURATION is "PT0S"; it must be a time such as PT3H or P2D, and more than none (RFC 5545 §3.3.6).',
    ],
    ['a negative time', event(berlin, 'DURATION:-PT1H'), 'line 5: DURATION is "-PT1H"'],
    ['an unfinished duration', event(berlin, 'DURATION:P1DT'), 'line 5: DURATION is "P1DT"'],
    ['weeks beside days', event(berlin, 'DURATION:P1W1D'), 'line 5: DURATION is "P1W1D"'],
    ['a duration with more after it', event(berlin, 'DURATION:PT1HX'), 'line 5: DURATION is'],
    ['a duration with more before it', event(berlin, 'DURATION:XPT1H'), 'line 5: DURATION is'],
    [
      'hours of a date',
      event('DTSTART;VALUE=DATE;TZID=Europe/Berlin:20270328', 'DURATION:PT1H'),
      'line 5: DURATION of a date must be in days (RFC 5545 §3.8.2.5).',
    ],
    [
      'a date that does not exist',
      event('DTSTART:20270229T000000Z', 'DURATION:PT1H'),
      'line 4: DTSTART is "20270229T000000Z"; it must be a date and time such as 20271220T090000 that exists (RFC 5545 §3.3.5).',
    ],
    ['a leap second', event('DTSTART:20270228T235960Z', 'DURATION:PT1H'), 'line 4: DTSTART is'],
    ['a date as a time', event('DTSTART:20270228', 'DURATION:PT1H'), 'line 4: DTSTART is'],
    [
      'a time as a date',
      event('DTSTART;VALUE=DATE:20270228T000000Z', 'DURATION:PT1H'),
      'line 4: DTSTART is "20270228T000000Z"; it must be a date such as 20271220 that exists (RFC 5545 §3.3.4).',
    ],
    ['a year before 1900', event('DTSTART:18991231T000000Z', 'DURATION:PT1H'), 'line 4: DTSTART is'],
    ['more after a time', event('DTSTART:20270228T000000ZZ', 'DURATION:PT1H'), 'line 4: DTSTART is'],
    ['more before a time', event('DTSTART:120270228T000000Z', 'DURATION:PT1H'), 'line 4: DTSTART is'],
    [
      'a rule of hours',
      event(berlin, 'DURATION:PT1H', 'RRULE:FREQ=HOURLY'),
      'FREQUENCY_UNSUPPORTED: line 6: rule: FREQ=HOURLY',
    ],
    [
      'a rule with a calendar',
      event(berlin, 'DURATION:PT1H', 'RRULE:RSCALE=CHINESE;FREQ=YEARLY'),
      'RULE_INVALID: line 6: rule: "RSCALE=CHINESE" is not known',
    ],
    [
      'two rules',
      event(berlin, 'DURATION:PT1H', 'RRULE:FREQ=DAILY', 'RRULE:FREQ=DAILY'),
      'line 7: VEVENT has RRULE a second time',
    ],
    [
      'EXRULE',
      event(berlin, 'DURATION:PT1H', 'EXRULE:FREQ=DAILY'),
      'line 6: EXRULE is out of use; EXDATE takes its place (RFC 5545 §3.8.5).',
    ],
    [
      'a date among times',
      event(berlin, 'DURATION:PT1H', 'EXDATE;VALUE=DATE;TZID=Europe/Berlin:20270329'),
      'line 6: EXDATE and DTSTART must both be dates or both times (RFC 5545 §3.8.5).',
    ],
    [
      'a period without end',
      event(berlin, 'DURATION:PT1H', 'RDATE;VALUE=PERIOD:20270501T000000Z'),
      'line 6: RDATE is ""',
    ],
    [
      'a period that ends first',
      event(berlin, 'DURATION:PT1H', 'RDATE;VALUE=PERIOD:20270501T000000Z/20270501T000000Z'),
      'line 6: RDATE must lie after DTSTART',
    ],
    [
      'a change of this and what follows',
      event(berlin, 'DURATION:PT1H', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20270329T000000Z'),
      'line 6: RECURRENCE-ID with RANGE is not offered: end the rule and start another event (RFC 5545 §3.8.4.4).',
    ],
    [
      'a negative SEQUENCE',
      event(berlin, 'DURATION:PT1H', 'SEQUENCE:-1'),
      'line 6: SEQUENCE must be a whole number, 0 or more (RFC 5545 §3.8.7.4).',
    ],
    [
      'a SEQUENCE with more after it',
      event(berlin, 'DURATION:PT1H', 'SEQUENCE:1 x'),
      'line 6: SEQUENCE must',
    ],
    [
      'an unknown STATUS',
      event(berlin, 'DURATION:PT1H', 'STATUS:FREE'),
      'line 6: STATUS must be one of CONFIRMED, TENTATIVE, CANCELLED (RFC 5545 §3.8).',
    ],
    [
      'a line without colon',
      ['VERSION 2.0'],
      'line 2: "VERSION 2.0" has no colon before a value (RFC 5545 §3.1).',
    ],
    ['a colon in quotes only', ['X;A="b:c"'], 'line 2: "X;A=\\"b:c\\"" has no colon before a value'],
    ['a name that is none', ['VER SION:2.0'], 'line 2: "VER SION" is no name of a property (RFC 5545 §3.1).'],
    ['no name', [':2.0'], 'line 2: "" is no name of a property'],
    ['a parameter that is none', ['X;A:2.0'], 'line 2: "A" is no parameter (RFC 5545 §3.2).'],
    [
      'an END of another',
      ['BEGIN:VEVENT', 'END:VTODO'],
      'line 3: END:"VTODO" ends BEGIN:VEVENT (RFC 5545 §3.6).',
    ],
    [
      'components too deep',
      ['A', 'B', 'C', 'D', 'E'].map((name) => `BEGIN:${name}`),
      'line 6: more than 5 components lie in each other (RFC 5545 §3.6).',
    ],
    [
      'a calendar in a calendar',
      ['BEGIN:VCALENDAR'],
      'line 2: BEGIN:"VCALENDAR" stands inside a calendar (RFC 5545 §3.4).',
    ],
    [
      'a duration without end',
      event(
        berlin,
        `DURATION:PT${'9'.repeat(9)}S`,
        'RRULE:FREQ=DAILY',
        `EXDATE:${Array(10_001).fill('20270101T000000Z').join(',')}`,
      ),
      'SCHEDULE_INVALID: line 4: exdates: ',
    ],
  ])('%s', (_, lines, message) => {
    expect(() => read(lines)).toThrow(message);
  });

  test.each([
    ['', 'line 1: there is no BEGIN:VCALENDAR (RFC 5545 §3.4).'],
    ['VERSION:2.0\r\n', 'line 1: VERSION stands outside a calendar (RFC 5545 §3.4).'],
    ['BEGIN:VEVENT\r\n', 'line 1: BEGIN:"VEVENT" stands outside a calendar'],
    ['END:VCALENDAR\r\n', 'line 1: END:"VCALENDAR" ends nothing'],
    ['\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n', 'line 3: BEGIN:VEVENT has no END (RFC 5545 §3.6).'],
  ])('%j', (text, message) => {
    expect(() => readCalendar(text)).toThrow(`ICAL_INVALID: ${message}`);
  });
});

describe('lines', () => {
  const lines = event('SUMMARY:one two', berlin, 'DURATION:PT3H');

  test('are unfolded, whatever ends them, and a mark before the first is left out', () => {
    const folded = calendar(...lines)
      .replace('one two', 'on\r\n e\r\n\t two')
      .replace('DTSTART;TZID', 'DTST\r\n ART;TZ\r\n ID');
    for (const text of [
      folded,
      folded.replaceAll('\r\n', '\n'),
      folded.replaceAll('\r\n', '\r'),
      `\uFEFF${folded}`,
    ])
      expect(readCalendar(text).entries).toMatchObject([{ summary: 'one two', schedules: [window] }]);
  });

  test('keep their numbers where others are folded or empty', () => {
    expect(() => readCalendar('BEGIN:VCALENDAR\r\nX:\r\n a\r\n b\r\n\r\nWRONG\r\n')).toThrow(
      'line 6: "WRONG"',
    );
  });

  test('are named in either case of letters, with quotes around what holds punctuation', () => {
    const text = calendar(...lines)
      .replace('BEGIN:VEVENT', 'begin:vevent')
      .replace('DTSTART;TZID=Europe/Berlin:', 'dtstart;x-a="a;b:c,d";tzid="Europe/Berlin":');
    expect(readCalendar(text).entries).toMatchObject([{ schedules: [window] }]);
  });

  test('of several calendars in one text all count', () => {
    const other = calendar(...lines).replace('UID:a', 'UID:b');
    expect(readCalendar(calendar(...lines) + other).entries.map(({ uid }) => uid)).toEqual(['a', 'b']);
  });
});

test('a refusal says what is wrong, where, and which rule it breaks', () => {
  const refused = (lines: string[]) => {
    try {
      return read(lines);
    } catch (error) {
      return (error as Rejected).violations;
    }
  };
  expect(refused(['OOPS'])).toEqual([
    {
      code: 'ICAL_INVALID',
      message: 'line 2: "OOPS" has no colon before a value (RFC 5545 §3.1).',
      ref: 'LIB-05',
    },
  ]);
  expect(refused(['x'.repeat(70)])).toMatchObject([
    { message: expect.stringContaining(`line 2: "${'x'.repeat(60)}" has`) },
  ]);
  expect(refused(event('DTSTART:20270101T000000', 'DURATION:PT1H'))).toMatchObject([{ ref: 'LIB-05.1' }]);
  expect(refused(event('DTSTART;TZID=Nowhere:20270101T000000', 'DURATION:PT1H'))).toEqual([
    {
      code: 'ZONE_UNKNOWN',
      message:
        'line 4: TZID "Nowhere" is neither a zone of the IANA time zone database nor a name that is known for one; its VTIMEZONE does not say which place it means.',
      ref: 'LIB-05.1',
    },
  ]);
  expect(refused(['X:1\n'.repeat(200_001)])).toMatchObject([{ code: 'ICAL_TOO_LARGE', ref: 'LIB-05' }]);
});
