import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { evaluate } from './evaluate.js';
import { expandAll, tzdata } from './expand.js';
import { contains } from './intervals.js';
import type { Schedule } from './schedule.js';
import { anySchedule } from './testSchedule.js';
import { DAY, HOUR } from './wall.js';

const at = (text: string) => Date.parse(text);
const nights: Schedule = {
  kind: 'permit',
  id: 'nights',
  zone: 'Europe/Berlin',
  start: '2027-01-01T22:00',
  rule: 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR',
  duration: 'PT2H',
};
const after: Schedule = { ...nights, id: undefined, start: '2027-01-02T00:00', rule: 'FREQ=WEEKLY;BYDAY=SA' };
const friday = {
  start: at('2027-01-08T21:00Z'),
  end: at('2027-01-08T23:00Z'),
  named: '2027-01-08T22:00:00',
  local: { start: '2027-01-08T22:00:00+01:00', end: '2027-01-09T00:00:00+01:00' },
};

describe('an evaluation', () => {
  test('tells the occurrence that holds the instant, and when the opening ends that it is part of', () => {
    expect(evaluate([after, nights], friday.start)).toEqual({
      open: true,
      because: [{ schedule: 1, id: 'nights', occurrence: friday }],
      changesAt: at('2027-01-09T01:00Z'),
      lookedUntil: at('2029-01-08T21:00Z'),
      tzdata,
    });
    expect(evaluate([nights], friday.start).changesAt).toBe(friday.end);
  });

  test('tells the occurrences that open next, where none holds the instant', () => {
    expect(evaluate([nights], friday.start - 1)).toMatchObject({
      open: false,
      because: [{ schedule: 0, id: 'nights', occurrence: friday }],
      changesAt: friday.start,
    });
    expect(evaluate([nights, nights], friday.end)).toMatchObject({
      open: false,
      because: [
        { schedule: 0, occurrence: { named: '2027-01-11T22:00:00' } },
        { schedule: 1, occurrence: { named: '2027-01-11T22:00:00' } },
      ],
      changesAt: at('2027-01-11T21:00Z'),
    });
  });

  test('looks two years ahead: to the instant before, not to the instant itself', () => {
    const once: Schedule = { kind: 'permit', zone: 'UTC', start: '2029-01-01T00:00', duration: 'PT1H' };
    const far = at('2027-01-01T00:00Z');
    expect(evaluate([once], far)).toEqual({
      open: false,
      because: [],
      changesAt: null,
      lookedUntil: at('2029-01-01T00:00Z'),
      tzdata,
    });
    expect(evaluate([once], far + 1)).toMatchObject({
      changesAt: at('2029-01-01T00:00Z'),
      because: [{ schedule: 0 }],
    });
  });

  test('of a long opening does not say when it closes, if that is more than two years off', () => {
    const long: Schedule = {
      kind: 'restrict',
      zone: 'UTC',
      start: '2027-01-01T00:00',
      end: '2029-01-01T00:00',
    };
    expect(evaluate([long], at('2027-01-01T00:00Z'))).toMatchObject({
      open: true,
      changesAt: null,
      because: [{ schedule: 0 }],
    });
    expect(evaluate([long], at('2027-01-01T00:00:00.001Z'))).toMatchObject({
      open: true,
      changesAt: at('2029-01-01T00:00Z'),
    });
  });

  test('of an opening made of many that touch tells the end of the last', () => {
    const days: Schedule = {
      kind: 'permit',
      zone: 'UTC',
      start: '2027-01-01T00:00',
      rule: 'FREQ=DAILY;COUNT=300',
      duration: 'PT24H',
    };
    const start = at('2027-01-01T00:00Z');
    expect(evaluate([days], start)).toMatchObject({ open: true, changesAt: start + 300 * DAY });
    for (const look of [DAY, 8 * DAY, 64 * DAY])
      expect(evaluate([{ ...days, duration: 'PT23H' }], start + look - HOUR)).toMatchObject({
        open: false,
        changesAt: start + look,
      });
  });

  test('looks no further than it must: what is too much for two years is told while it changes soon', () => {
    const dense: Schedule = {
      kind: 'permit',
      zone: 'UTC',
      start: '2027-01-01T00:00',
      rule: 'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19;BYMINUTE=0,10,20,30,40',
      duration: 'PT1M',
    };
    const start = at('2027-02-01T00:00Z');
    expect(evaluate([dense], start)).toMatchObject({ open: true, changesAt: start + 60_000 });
    expect(evaluate([dense], start + 60_000)).toMatchObject({ open: false, changesAt: start + 600_000 });
  });

  test('looks less far where two years are too much, and is refused where a day is', () => {
    const hours = [...Array(24).keys()].join(',');
    const always: Schedule = {
      kind: 'permit',
      zone: 'UTC',
      start: '2027-01-01T00:00',
      rule: `FREQ=DAILY;BYHOUR=${hours}`,
      duration: 'PT1H',
    };
    const start = at('2027-02-01T00:00Z');
    expect(evaluate([always], start)).toEqual({
      open: true,
      because: [
        {
          schedule: 0,
          id: undefined,
          occurrence: {
            start,
            end: start + HOUR,
            named: '2027-02-01T00:00:00',
            local: { start: '2027-02-01T00:00:00+00:00', end: '2027-02-01T01:00:00+00:00' },
          },
        },
      ],
      changesAt: null,
      lookedUntil: start + 64 * DAY,
      tzdata,
    });
    const minutes = [...Array(60).keys()].join(',');
    const rule = `FREQ=DAILY;BYHOUR=${hours};BYMINUTE=${minutes};BYSECOND=0,6,12,18,24,30,36,42`;
    expect(() => evaluate([{ ...always, rule }], start)).toThrow('EXPANSION_TOO_LARGE');
  });

  test('of the past is given like any other', () => {
    const old: Schedule = { ...nights, start: '1960-01-01T22:00' };
    expect(evaluate([old], at('1963-06-07T20:59:59.999Z'))).toMatchObject({
      open: false,
      changesAt: at('1963-06-07T21:00Z'),
    });
  });

  test('of no schedules is closed for good', () => {
    expect(evaluate([], 0)).toMatchObject({ open: false, because: [], changesAt: null });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 8.64e15 + 1])('of %d is refused', (instant) => {
    expect(() => evaluate([nights], instant)).toThrow('instant.');
    expect(() => evaluate([nights], instant)).toThrow(Rejected);
  });

  test('agrees with the expansion at any instant, and nothing changes before it says', () =>
    fc.assert(
      fc.property(
        fc.array(anySchedule, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: at('2026-06-01T00:00Z') / 1_000, max: at('2028-01-01T00:00Z') / 1_000 }),
        (schedules, seconds) => {
          const now = seconds * 1_000;
          const { open, because, changesAt, lookedUntil } = evaluate(schedules, now);
          const until = Math.min(changesAt ?? Infinity, now + 90 * DAY);
          const { intervals } = expandAll(schedules, { start: now, end: until + 1 });
          const within = { start: now, end: until };
          expect(contains(intervals, within)).toBe(open);
          expect(intervals.some(({ start, end }) => start < until && now < end)).toBe(open);
          expect(lookedUntil).toBeGreaterThan(changesAt ?? now);
          if (changesAt === until) expect(contains(intervals, { start: until, end: until + 1 })).toBe(!open);
          const decisive = open ? now : (changesAt ?? Number.NaN);
          expect(because.every(({ occurrence: { start, end } }) => start <= decisive && decisive < end)).toBe(
            true,
          );
          expect(because.length > 0).toBe(open || changesAt !== null);
        },
      ),
      { numRuns: 150 },
    ));
});
