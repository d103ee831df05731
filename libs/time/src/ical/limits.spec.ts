import { describe, expect, test } from 'vitest';
import { CalendarFeed, type CalendarEntry } from './entry.js';
import { readCalendar } from './read.js';
import { writeCalendar } from './write.js';

const now = Date.parse('2027-01-02T03:04:05Z');
const berlin = 'DTSTART;TZID=Europe/Berlin:20270328T013000';
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT'];
const entry: CalendarEntry = {
  uid: 'a',
  sequence: 0,
  summary: '',
  status: 'CONFIRMED',
  transparency: 'OPAQUE',
  schedule: { kind: 'permit', zone: 'Europe/Berlin', start: '2027-01-01T00:00', duration: 'PT1H' },
};
const feed = (count: number) => ({
  name: 'a',
  entries: Array.from({ length: count }, (_, i) => ({ ...entry, uid: `w-${i}` })),
});

describe('calendars that are read', () => {
  test('are limited in number and size, and read in linear time', () => {
    expect(() => readCalendar('X:1\n'.repeat(200_001))).toThrow(
      'ICAL_TOO_LARGE: The calendar has more than 200000 lines.',
    );
    expect(() => readCalendar('X:1\n'.repeat(200_000))).toThrow('line 1: X stands outside');
    expect(() => readCalendar('x'.repeat(8_388_609))).toThrow(
      'ICAL_TOO_LARGE: The calendar has 8388609 characters; 8388608 are the most.',
    );
    expect(() => readCalendar('x'.repeat(8_388_608))).toThrow('line 1: "xxx');
    const long = calendar(...event(`SUMMARY:${'\r\n x'.repeat(100_000)}`, berlin, 'DURATION:PT3H'));
    expect(readCalendar(long).entries[0]!.summary).toBe('x'.repeat(100_000));
    expect(() =>
      readCalendar(calendar(...Array<string>(10_001).fill(event(berlin, 'DURATION:PT1H').join('\n')))),
    ).toThrow('ICAL_TOO_LARGE: The calendar has 10001 events; 10000 are the most.');
    for (const text of [
      ';'.repeat(4e5),
      '"'.repeat(4e5),
      `X${';A=b'.repeat(1e5)}:`,
      `X:${'\\'.repeat(4e5)}`,
      '\n'.repeat(100_000),
    ])
      expect(() => readCalendar(text)).toThrow('ICAL_INVALID');
  });
});

const rare = 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU;COUNT=4';

test('a thousand rules that count what hardly ever comes are read and written at once', () => {
  const from = 'DTSTART;TZID=Europe/Berlin:19120229T010000';
  const events = Array.from({ length: 1_000 }, (_, i) =>
    event(from, 'DURATION:PT1H', `RRULE:${rare}`).join('\n').replace('UID:a', `UID:${i}`),
  );
  const schedule = { ...entry.schedule, start: '1912-02-29T01:00:00', rule: rare };
  const [thursday, ...others] = readCalendar(calendar(...events)).entries;
  expect(thursday!.schedules).toEqual([{ ...schedule, rdates: ['1912-02-29T01:00:00'] }]);
  expect(others).toHaveLength(999);
  const entries = Array.from({ length: 1_000 }, (_, i) => ({ ...entry, uid: `${i}`, schedule }));
  const written = writeCalendar({ name: 'a', entries }, now);
  expect(written.match(/DTSTART;TZID=Europe\/Berlin:19160229T010000/g)).toHaveLength(1_000);
}, 10_000);

describe('calendars that are written', () => {
  test('have 10,000 entries at most', () => {
    expect(CalendarFeed.safeParse(feed(10_000)).success).toBe(true);
    expect(CalendarFeed.safeParse(feed(10_001)).success).toBe(false);
  });

  test('are read back, with hundreds of entries', () => {
    expect(readCalendar(writeCalendar(feed(200), now)).entries.length).toBe(200);
  });
});
