import { describe, expect, test } from 'vitest';
import { expand } from '../expand.js';
import type { Schedule } from '../schedule.js';
import type { CalendarEntry, CalendarFeed } from './entry.js';
import { readCalendar } from './read.js';
import { secondReading, secondValues } from './testSecondReader.js';
import { writeCalendar } from './write.js';

const now = Date.parse('2027-01-02T03:04:05Z');
const window: Schedule = {
  kind: 'permit',
  zone: 'Europe/London',
  start: '2027-01-03T01:00:00',
  rule: 'FREQ=WEEKLY;BYDAY=SU',
  duration: 'PT3H',
};
const entry: CalendarEntry = {
  uid: 'window-7@slipway',
  sequence: 2,
  summary: 'Sunday window',
  status: 'CONFIRMED',
  transparency: 'TRANSPARENT',
  changedAt: '2027-01-01T10:20:30.000Z',
  schedule: window,
};
const feed = (...entries: CalendarEntry[]): CalendarFeed => ({ name: 'Windows', entries });
const lines = (text: string) => text.split('\r\n');

describe('a calendar as iCalendar', () => {
  test('is what RFC 5545 and RFC 7986 ask for, to the byte', () => {
    const once: Schedule = {
      kind: 'restrict',
      zone: 'UTC',
      start: '2027-12-20T00:00:00',
      end: '2028-01-03T06:30:00',
      rdates: ['2028-02-01T00:00:00'],
      exdates: ['2027-12-21T00:00:00'],
    };
    const { changedAt: _, ...unknown } = entry;
    const text = writeCalendar(
      {
        name: 'Ops, all',
        color: 'teal',
        entries: [
          entry,
          {
            ...unknown,
            uid: 'f',
            status: 'CANCELLED',
            transparency: 'OPAQUE',
            description: 'a\nb',
            schedule: once,
          },
        ],
      },
      now,
    );
    const [, head, zone, rest] = /^(.*?)(BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n)(.*)$/s.exec(text)!;
    expect(lines(head!)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Slipway//Slipway//EN',
      'CALSCALE:GREGORIAN',
      'NAME:Ops\\, all',
      'X-WR-CALNAME:Ops\\, all',
      'COLOR:teal',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'X-PUBLISHED-TTL:PT1H',
      '',
    ]);
    expect(lines(zone!).slice(0, 6)).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:Europe/London',
      'BEGIN:STANDARD',
      'DTSTART:20261025T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0000',
    ]);
    expect(lines(rest!)).toEqual([
      'BEGIN:VEVENT',
      'UID:window-7@slipway',
      'DTSTAMP:20270101T102030Z',
      'SEQUENCE:2',
      'LAST-MODIFIED:20270101T102030Z',
      'STATUS:CONFIRMED',
      'TRANSP:TRANSPARENT',
      'SUMMARY:Sunday window',
      'DTSTART;TZID=Europe/London:20270103T010000',
      'DURATION:PT3H',
      'RRULE:FREQ=WEEKLY;BYDAY=SU',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:f',
      'DTSTAMP:20270102T030405Z',
      'SEQUENCE:2',
      'STATUS:CANCELLED',
      'TRANSP:OPAQUE',
      'SUMMARY:Sunday window',
      'DESCRIPTION:a\\nb',
      'DTSTART:20271220T000000Z',
      'DTEND:20280103T063000Z',
      'RDATE:20280201T000000Z',
      'EXDATE:20271221T000000Z',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  test('SCH-06 S2: rescheduled, keeps its UID, counts SEQUENCE up and starts anew', () => {
    const moved = { ...entry, sequence: 3, schedule: { ...window, start: '2027-01-10T02:00:00' } };
    const read = (one: CalendarEntry) => readCalendar(writeCalendar(feed(one), now)).entries[0]!;
    expect(read(entry)).toMatchObject({ uid: 'window-7@slipway', sequence: 2, schedules: [entry.schedule] });
    expect(read(moved)).toMatchObject({ uid: 'window-7@slipway', sequence: 3, schedules: [moved.schedule] });
  });

  test('starts where its rule first gives an occurrence, for readers take DTSTART for one', () => {
    const early: Schedule = { ...window, start: '2027-01-01T01:00:00', rule: 'FREQ=WEEKLY;BYDAY=SU;COUNT=2' };
    const freeze: Schedule = {
      kind: 'restrict',
      zone: 'Europe/London',
      start: '2027-01-01T01:00:00',
      end: '2027-01-02T02:00:00',
      rule: 'FREQ=MONTHLY;BYMONTHDAY=29;COUNT=3',
    };
    const text = writeCalendar(
      feed({ ...entry, schedule: early }, { ...entry, uid: 'x', schedule: freeze }),
      now,
    );
    expect(text).toContain('DTSTART;TZID=Europe/London:20270103T010000\r\n');
    expect(text).toContain(
      'DTSTART;TZID=Europe/London:20270129T010000\r\nDTEND;TZID=Europe/London:20270130T020000\r\n',
    );
    const range = { start: Date.UTC(2027, 0), end: Date.UTC(2028, 0) };
    expect(secondReading(text, range)).toEqual(
      [early, freeze].flatMap((schedule) =>
        expand(schedule, range).occurrences.map(({ start, end }) => ({ start, end })),
      ),
    );
  });

  test('ends a rule at an instant, wherever the schedule says it by the wall', () => {
    const ends = (rule: string, zone = 'America/New_York') =>
      /RRULE:(.*)\r/.exec(writeCalendar(feed({ ...entry, schedule: { ...window, zone, rule } }), now))![1];
    expect(ends('rrule:freq=weekly;until=20270704;byday=su;')).toBe(
      'FREQ=WEEKLY;UNTIL=20270705T035959Z;BYDAY=SU',
    );
    expect(ends('FREQ=WEEKLY;UNTIL=20270704T010000')).toBe('FREQ=WEEKLY;UNTIL=20270704T050000Z');
    expect(ends('FREQ=WEEKLY;UNTIL=20270704T010000Z')).toBe('FREQ=WEEKLY;UNTIL=20270704T010000Z');
    expect(ends('FREQ=WEEKLY;UNTIL=20270704T010000', 'UTC')).toBe('FREQ=WEEKLY;UNTIL=20270704T010000Z');
  });

  test('is refused where its rule never gives an occurrence', () => {
    const never = { ...entry, schedule: { ...window, rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' } };
    expect(() => writeCalendar(feed(never), now)).toThrow(
      'ICAL_NEVER: entry "window-7@slipway": its rule gives no occurrence in 100 years from its start.',
    );
  });

  test.each([
    ['NUL', 'a\0b'],
    ['a vertical tab', 'a\vb'],
    ['an escape', '\u001b'],
    ['a unit separator', '\u001f'],
    ['a backspace', '\b'],
    ['a delete', '\u007f'],
    ['a lone surrogate', '\ud83d'],
  ])('is refused with %s in a text', (_, text) => {
    const refusal = (field: string) =>
      `ICAL_TEXT_INVALID: ${field} holds a control character or a lone surrogate`;
    expect(() => writeCalendar(feed({ ...entry, summary: text }), now)).toThrow(refusal('summary'));
    expect(() => writeCalendar(feed({ ...entry, uid: text }), now)).toThrow(refusal('uid'));
    expect(() => writeCalendar(feed({ ...entry, description: text }), now)).toThrow(refusal('description'));
    expect(() => writeCalendar({ name: text, entries: [] }, now)).toThrow(refusal('name'));
  });

  test.each([
    ['name: ', { name: '', entries: [] }],
    ['color: ', { ...feed(), color: 'Teal;X=1' }],
    ['entries.0.sequence: ', feed({ ...entry, sequence: -1 })],
    [
      'entries.0.schedule.end: ',
      feed({
        ...entry,
        schedule: { kind: 'restrict', zone: 'UTC', start: '2027-01-01T00:00', end: '2027-01-01T00:00' },
      }),
    ],
    ['schedule: ', undefined],
  ])('that is not well formed is refused: %s', (field, wrong) => {
    expect(() => writeCalendar(wrong as CalendarFeed, now)).toThrow(`SCHEDULE_INVALID: ${field}`);
  });

  test('needs an instant for now, and zones that exist', () => {
    for (const wrong of [NaN, Infinity, -1e14])
      expect(() => writeCalendar(feed(), wrong)).toThrow('ICAL_INVALID: now must');
    expect(() =>
      writeCalendar(feed({ ...entry, schedule: { ...window, zone: 'Europe/Atlantis' } }), now),
    ).toThrow('ZONE_UNKNOWN');
  });
});

describe('hostile text', () => {
  const hostile = 'BEGIN:VEVENT\nEND:VEVENT\r\nBEGIN:VALARM\rDTSTART:1\\n;,"\\\\ 🚀 é 漢 \u2028\u0085\t:=x';
  const utc = { ...window, zone: 'UTC' };
  const text = writeCalendar(
    { name: hostile, entries: [{ ...entry, uid: hostile, summary: hostile, schedule: utc }] },
    now,
  );

  test('survives, and adds no line', () => {
    const asNewlines = hostile.replace(/\r\n?/g, '\n');
    const { name, entries } = readCalendar(text);
    expect([name, entries[0]!.uid, entries[0]!.summary]).toEqual([asNewlines, asNewlines, asNewlines]);
    expect(secondValues(text, 'summary')).toEqual([asNewlines]);
    expect(lines(text).filter((line) => /^(BEGIN|END):/.test(line)).length).toBe(4);
  });
});
