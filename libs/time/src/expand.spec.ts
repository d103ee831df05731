import { describe, expect, test } from 'vitest';
import { expand } from './expand.js';
import type { Schedule } from './schedule.js';

const day = (text: string, days = 1) => {
  const start = Date.parse(`${text}T00:00:00Z`);
  return { start: start - 43_200_000, end: start + (days + 0.5) * 86_400_000 };
};
const instants = (schedule: Schedule, range = day(schedule.start.slice(0, 10))) =>
  expand(schedule, range).occurrences.map(({ start, end }) => [
    new Date(start).toISOString(),
    new Date(end).toISOString(),
  ]);

describe('LIB-05', () => {
  const sundays: Schedule = {
    kind: 'permit',
    zone: 'Europe/London',
    start: '2027-01-03T01:00',
    rule: 'FREQ=WEEKLY;BYDAY=SU',
    duration: 'PT3H',
  };

  test('LIB-05 S1: Sundays at 01:00 in London for three hours, in the gap and in the overlap', () => {
    expect(instants(sundays, day('2027-03-28'))).toEqual([
      ['2027-03-28T01:00:00.000Z', '2027-03-28T04:00:00.000Z'],
    ]);
    expect(instants(sundays, day('2027-10-31'))).toEqual([
      ['2027-10-31T00:00:00.000Z', '2027-10-31T03:00:00.000Z'],
    ]);
  });

  test('LIB-05 S2: a freeze ends with the second 01:30, a window that starts in the gap starts after it', () => {
    const freeze: Schedule = {
      kind: 'restrict',
      zone: 'America/New_York',
      start: '2027-11-06T00:00',
      end: '2027-11-07T01:30',
    };
    expect(instants(freeze)).toEqual([['2027-11-06T04:00:00.000Z', '2027-11-07T06:30:00.000Z']]);
    const window: Schedule = {
      kind: 'permit',
      zone: 'America/New_York',
      start: '2027-03-14T02:30',
      duration: 'PT1H',
    };
    expect(instants(window)).toEqual([['2027-03-14T07:30:00.000Z', '2027-03-14T08:30:00.000Z']]);
  });

  test('LIB-05 S3: the half hour that Lord Howe leaps over', () => {
    const window: Schedule = {
      kind: 'permit',
      zone: 'Australia/Lord_Howe',
      start: '2027-10-03T02:15',
      duration: 'PT1H',
    };
    expect(instants(window)).toEqual([['2027-10-02T15:45:00.000Z', '2027-10-02T16:45:00.000Z']]);
  });

  test('LIB-05 S4: the 31st of a month, three times', () => {
    const { occurrences } = expand({
      kind: 'permit',
      zone: 'UTC',
      start: '2027-01-31T00:00',
      rule: 'FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3',
      duration: 'PT1H',
    });
    expect(occurrences.map(({ named }) => named)).toEqual([
      '2027-01-31T00:00:00',
      '2027-03-31T00:00:00',
      '2027-05-31T00:00:00',
    ]);
  });
});
