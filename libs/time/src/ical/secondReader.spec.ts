import { describe, expect, test } from 'vitest';
import { expand } from '../expand.js';
import type { Schedule } from '../schedule.js';
import { secondReading } from './testSecondReader.js';
import { writeCalendar } from './write.js';

const year = { start: Date.UTC(2027, 0), end: Date.UTC(2028, 0) };
const zones = [
  'Africa/Casablanca',
  'America/Havana',
  'America/New_York',
  'America/Santiago',
  'Antarctica/Troll',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Chatham',
];

describe.each(zones)('in %s', (zone) => {
  const calendar = (schedule: Schedule) =>
    writeCalendar(
      {
        name: zone,
        entries: [
          { uid: 'a', sequence: 0, summary: '', status: 'CONFIRMED', transparency: 'OPAQUE', schedule },
        ],
      },
      year.start,
    );
  const ours = (schedule: Schedule) =>
    expand(schedule, year).occurrences.map(({ start, end }) => ({ start, end }));

  test('a daily window and a daily freeze are at the same instants for a second reader, by our VTIMEZONE', () => {
    const start = '2027-01-01T12:00:00';
    const window: Schedule = { kind: 'permit', zone, start, rule: 'FREQ=DAILY', duration: 'PT1H30M' };
    const freeze: Schedule = {
      kind: 'restrict',
      zone,
      start,
      rule: 'FREQ=DAILY',
      end: '2027-01-02T11:00:00',
    };
    expect(secondReading(calendar(window), year)).toEqual(ours(window));
    expect(secondReading(calendar(freeze), year)).toEqual(ours(freeze));
  });

  test('and a nightly window that starts where no clock changes', () => {
    const window: Schedule = {
      kind: 'permit',
      zone,
      start: '2027-01-01T05:59:59',
      rule: 'FREQ=DAILY',
      duration: 'PT1S',
    };
    expect(secondReading(calendar(window), year)).toEqual(ours(window));
  });
});
