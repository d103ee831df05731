import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../schedule.js';
import { readCalendar } from './read.js';
import { secondValues } from './testSecondReader.js';
import { writeCalendar } from './write.js';

const now = Date.parse('2027-01-02T03:04:05Z');
const lines = (text: string) => text.split('\r\n');

describe('laws', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/London',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kolkata',
  );
  const local = fc
    .integer({ min: Date.UTC(2026, 0) / 60_000, max: Date.UTC(2029, 0) / 60_000 })
    .map((minute) => new Date(minute * 60_000).toISOString().slice(0, 19));
  const dates = fc.option(fc.uniqueArray(local, { minLength: 1, maxLength: 3 }), { nil: undefined });
  const rule = fc.constantFrom(
    undefined,
    'FREQ=DAILY;COUNT=5',
    'FREQ=DAILY;INTERVAL=3',
    'FREQ=WEEKLY;UNTIL=20301231T235959Z',
    'FREQ=MONTHLY;COUNT=3',
    'FREQ=YEARLY',
  );
  const length = fc.integer({ min: 1, max: 200_000 });
  const schedule = fc
    .record({ zone, start: local, rule, rdates: dates, exdates: dates, length, permits: fc.boolean() })
    .map(({ length, permits, ...common }): Schedule => {
      const plain = Object.fromEntries(
        Object.entries(common).filter(([, value]) => value !== undefined),
      ) as typeof common;
      const [hours, minutes, seconds] = [
        Math.floor(length / 3_600),
        Math.floor(length / 60) % 60,
        length % 60,
      ];
      const duration = `PT${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
      const end = new Date(Date.parse(`${common.start}Z`) + length * 1_000).toISOString().slice(0, 19);
      return permits ? { kind: 'permit', ...plain, duration } : { kind: 'restrict', ...plain, end };
    });
  const text = fc
    .string({ unit: 'binary', maxLength: 120 })
    .filter((text) => !/(?![\t\n\u0080-\u009f])\p{Cc}/u.test(text));
  const feeds = fc.record({
    name: text.filter((name) => name !== ''),
    entries: fc.uniqueArray(
      fc.record({
        uid: text.filter((uid) => uid !== ''),
        sequence: fc.nat(),
        summary: text,
        status: fc.constantFrom('CONFIRMED' as const, 'TENTATIVE' as const, 'CANCELLED' as const),
        transparency: fc.constantFrom('OPAQUE' as const, 'TRANSPARENT' as const),
        changedAt: fc.constant('2027-01-01T10:20:30.000Z'),
        schedule,
      }),
      { maxLength: 4, selector: ({ uid }) => uid },
    ),
  });

  test('what was written reads back the same', () => {
    fc.assert(
      fc.property(feeds, ({ name, entries }) => {
        const read = readCalendar(writeCalendar({ name, entries }, now));
        const expected = entries.map(({ schedule, ...entry }) => ({ ...entry, schedules: [schedule] }));
        expect(read).toEqual({ name, entries: expected, superseded: 0 });
      }),
      { numRuns: 50 },
    );
  });

  test('no line is over 75 octets, none is cut inside a character, each ends with CRLF', () => {
    fc.assert(
      fc.property(feeds, (feed) => {
        const written = writeCalendar(feed, now);
        expect(written.endsWith('\r\n')).toBe(true);
        expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]|\p{Cs}/u);
        for (const line of lines(written)) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      }),
      { numRuns: 50 },
    );
  });

  test('a second reader finds the same texts', () => {
    fc.assert(
      fc.property(feeds, (feed) => {
        const written = writeCalendar(feed, now);
        expect(secondValues(written, 'summary')).toEqual(feed.entries.map(({ summary }) => summary));
        expect(secondValues(written, 'uid')).toEqual(feed.entries.map(({ uid }) => uid));
        expect(secondValues(written, 'sequence')).toEqual(feed.entries.map(({ sequence }) => sequence));
      }),
      { numRuns: 40 },
    );
  });
});
