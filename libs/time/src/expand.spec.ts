import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { expand, expandAll, latestEnd, tzdata } from './expand.js';
import { contains, intersect, merge } from './intervals.js';
import type { Schedule } from './schedule.js';
import { anySchedule } from './testSchedule.js';
import { DAY, MINUTE } from './wall.js';

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

const at = (text: string) => Date.parse(text);
const code = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
};
const daily: Schedule = {
  kind: 'permit',
  zone: 'UTC',
  start: '2027-01-01T12:00',
  rule: 'FREQ=DAILY',
  duration: 'PT1H',
};
const names = (schedule: Schedule, range?: { start: number; end: number }) =>
  expand(schedule, range).occurrences.map(({ named }) => named.slice(5, 16));

describe('an expansion', () => {
  test('tells zone, edition, instants, what the schedule names and what the clocks show', () => {
    const schedule: Schedule = {
      kind: 'restrict',
      id: 'any',
      zone: 'Europe/London',
      start: '2027-03-28T01:30',
      end: '2027-03-28T03:00',
    };
    expect(expand(schedule)).toEqual({
      zone: 'Europe/London',
      tzdata: process.versions['tz'],
      occurrences: [
        {
          start: at('2027-03-28T01:00Z'),
          end: at('2027-03-28T02:00Z'),
          named: '2027-03-28T01:30:00',
          local: { start: '2027-03-28T02:00:00+01:00', end: '2027-03-28T03:00:00+01:00' },
        },
      ],
    });
    expect(tzdata).toMatch(/^20\d\d[a-z]$/);
  });

  test('holds what overlaps the range, whole, and not what ends where it starts or starts where it ends', () => {
    const [start, end] = [at('2027-01-02T13:00Z'), at('2027-01-04T12:00Z')];
    expect(names(daily, { start, end })).toEqual(['01-03T12:00']);
    expect(names(daily, { start: start - 1, end })).toEqual(['01-02T12:00', '01-03T12:00']);
    expect(names(daily, { start, end: end + 1 })).toEqual(['01-03T12:00', '01-04T12:00']);
  });

  test('adds dates, takes dates away from both, and gives none twice', () => {
    const schedule: Schedule = {
      ...daily,
      rule: 'FREQ=DAILY;COUNT=3',
      rdates: ['2027-01-05T09:00', '2027-01-02T12:00', '2027-01-06T09:00', '2026-12-30T09:00'],
      exdates: ['2027-01-01T12:00', '2027-01-06T09:00', '2027-01-03T12:01'],
    };
    expect(names(schedule)).toEqual(['12-30T09:00', '01-02T12:00', '01-03T12:00', '01-05T09:00']);
    expect(names({ ...schedule, rule: undefined })).toEqual(['12-30T09:00', '01-02T12:00', '01-05T09:00']);
  });

  test('begins where the rule first applies, at the start only if that does', () => {
    const wednesdays: Schedule = {
      ...daily,
      start: '2027-01-04T12:00',
      rule: 'FREQ=WEEKLY;BYDAY=WE;COUNT=2',
    };
    expect(names(wednesdays)).toEqual(['01-06T12:00', '01-13T12:00']);
  });

  test('keeps the count of a rule that began long before the range', () => {
    const schedule: Schedule = { ...daily, start: '2000-01-01T12:00', rule: 'FREQ=DAILY;COUNT=9863' };
    expect(names(schedule, { start: at('2026-12-31T00:00Z'), end: at('2027-02-01T00:00Z') })).toEqual([
      '12-31T12:00',
      '01-01T12:00',
    ]);
  });

  test.each([
    ['an instant', '20270104T120000Z', ['01-02T12:00', '01-03T12:00', '01-04T12:00']],
    ['the instant before', '20270104T115959Z', ['01-02T12:00', '01-03T12:00']],
    ['a local time', '20270104T120000', ['01-02T12:00', '01-03T12:00', '01-04T12:00']],
    ['the local time before', '20270104T115959', ['01-02T12:00', '01-03T12:00']],
    ['a date', '20270104', ['01-02T12:00', '01-03T12:00', '01-04T12:00']],
  ])('ends with UNTIL, here %s', (_, until, starts) => {
    expect(names({ ...daily, start: '2027-01-02T12:00', rule: `FREQ=DAILY;UNTIL=${until}` })).toEqual(starts);
  });

  test('compares an UNTIL in UTC with the instant of the start, in the zone of the schedule', () => {
    const tokyo: Schedule = { ...daily, zone: 'Asia/Tokyo', start: '2027-01-01T08:00' };
    const honolulu: Schedule = { ...daily, zone: 'Pacific/Honolulu', start: '2027-01-01T20:00' };
    const last = (schedule: Schedule, until: string) =>
      names({ ...schedule, rule: `FREQ=DAILY;UNTIL=${until}` }).at(-1);
    expect(last(tokyo, '20270103T230000Z')).toBe('01-04T08:00');
    expect(last(tokyo, '20270103T225959Z')).toBe('01-03T08:00');
    expect(last(honolulu, '20270105T060000Z')).toBe('01-04T20:00');
    expect(last(honolulu, '20270105T055959Z')).toBe('01-03T20:00');
  });

  test('keeps a recurrence that falls into a gap, and the wall-clock length of each restriction', () => {
    const freeze: Schedule = {
      kind: 'restrict',
      zone: 'Europe/Paris',
      start: '2027-03-27T02:30',
      end: '2027-03-28T02:15',
      rule: 'FREQ=DAILY;COUNT=3',
    };
    expect(instants(freeze, day('2027-03-27', 4))).toEqual([
      ['2027-03-27T01:30:00.000Z', '2027-03-28T01:15:00.000Z'],
      ['2027-03-28T01:00:00.000Z', '2027-03-29T00:15:00.000Z'],
      ['2027-03-29T00:30:00.000Z', '2027-03-30T00:15:00.000Z'],
    ]);
  });

  test('has nothing where a gap swallows the occurrence, and one where two come to the same', () => {
    const night: Schedule = {
      kind: 'restrict',
      zone: 'Europe/Paris',
      start: '2027-03-27T02:30',
      end: '2027-03-27T03:00',
      rule: 'FREQ=DAILY;COUNT=3',
    };
    expect(names(night)).toEqual(['03-27T02:30', '03-29T02:30']);
    expect(names({ ...night, rule: 'FREQ=DAILY;UNTIL=20270329T003000Z' })).toEqual([
      '03-27T02:30',
      '03-29T02:30',
    ]);
    const double: Schedule = {
      kind: 'permit',
      zone: 'Europe/Paris',
      start: '2027-03-28T03:30',
      rdates: ['2027-03-28T02:30'],
      duration: 'PT1H',
    };
    expect(names(double)).toEqual(['03-28T03:30']);
    const apia: Schedule = {
      kind: 'permit',
      zone: 'Pacific/Apia',
      start: '2011-12-29T01:00',
      rule: 'FREQ=DAILY;COUNT=3',
      duration: 'PT1H',
    };
    expect(instants(apia, day('2011-12-29', 3))).toEqual([
      ['2011-12-29T11:00:00.000Z', '2011-12-29T12:00:00.000Z'],
      ['2011-12-30T11:00:00.000Z', '2011-12-30T12:00:00.000Z'],
    ]);
  });

  test('is in order of instants, also where an overlap or a long one changes that of the wall', () => {
    const zone = 'Europe/Paris';
    const schedule: Schedule = {
      kind: 'permit',
      zone,
      start: '2027-03-28T02:30',
      rdates: ['2027-03-28T03:00', '2027-03-28T03:15'],
      duration: 'PT10M',
    };
    expect(names(schedule)).toEqual(['03-28T03:00', '03-28T03:15', '03-28T02:30']);
    const restrict: Schedule = {
      kind: 'restrict',
      zone,
      start: '2027-03-28T02:05',
      end: '2027-03-28T02:55',
      rdates: ['2027-03-28T02:15'],
    };
    expect(names(restrict)).toEqual(['03-28T02:15', '03-28T02:05']);
  });

  test('knows years far from here', () => {
    expect(names({ ...daily, start: '9999-12-30T12:00', rule: 'FREQ=DAILY;UNTIL=99991231' })).toEqual([
      '12-30T12:00',
      '12-31T12:00',
    ]);
    const far = { start: at('9999-12-31T00:00Z'), end: at('9999-12-31T23:59Z') };
    expect(names(daily, far)).toEqual(['12-31T12:00']);
    expect(names(daily, { start: 8.64e15 - DAY, end: 8.64e15 })).toEqual([]);
    expect(names(daily, { start: -8.64e15, end: -8.64e15 + DAY })).toEqual([]);
  });

  test.each([
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31',
    'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2',
    'FREQ=MONTHLY;INTERVAL=12;BYMONTH=2',
    'FREQ=DAILY;INTERVAL=999999999;BYMONTH=2',
  ])('of a rule that never applies is empty: %s', (rule) => {
    expect(
      names({ ...daily, rule }, { start: at('2027-01-01T00:00Z'), end: at('2029-01-01T00:00Z') }),
    ).toEqual([]);
    expect(names({ ...daily, rule: `${rule};COUNT=1` }, { start: 0, end: DAY })).toEqual([]);
  });
});

describe('an expansion is refused', () => {
  const tooLarge = (message: string) => [{ code: 'EXPANSION_TOO_LARGE', message, ref: 'LIB-05.8' }];
  const years = 'range: more than 2 years; ask for a part of it.';
  const many = 'range: more than 10000 occurrences; ask for a part of it.';

  test('without a range, where the rule never ends', () => {
    expect(code(() => expand(daily))).toEqual([
      {
        code: 'RULE_ENDLESS',
        message: 'rule: without COUNT or UNTIL it never ends; give a range.',
        ref: 'LIB-05.8',
      },
    ]);
  });

  test('over more than two years, by the calendar, whether they are asked for or the schedule has them', () => {
    const start = at('2027-02-28T00:00Z');
    expect(names(daily, { start, end: at('2029-02-28T00:00Z') })).toHaveLength(731);
    expect(code(() => expand(daily, { start, end: at('2029-02-28T00:00Z') + 1 }))).toEqual(tooLarge(years));
    const ten: Schedule = { ...daily, rule: 'FREQ=YEARLY;COUNT=3' };
    expect(code(() => expand(ten))).toEqual(tooLarge(years));
    expect(names({ ...ten, rule: 'FREQ=YEARLY;COUNT=2' })).toHaveLength(2);
    const exact: Schedule = {
      kind: 'restrict',
      zone: 'UTC',
      start: '2027-01-01T00:00',
      end: '2029-01-01T00:00',
    };
    expect(names(exact)).toHaveLength(1);
    expect(code(() => expand({ ...exact, end: '2029-01-01T00:00:01' }))).toEqual(tooLarge(years));
    expect(latestEnd(at('2028-02-29T00:00Z'))).toBe(at('2030-03-01T00:00Z'));
    expect(latestEnd(8.64e15 - 1)).toBe(8.64e15);
  });

  test('above 10,000 occurrences, of one schedule or of all together', () => {
    const minutes =
      'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19;BYMINUTE=0,10,20,30,40';
    const start = at('2027-02-01T00:00Z');
    const dense: Schedule = { ...daily, rule: minutes, duration: 'PT1M' };
    expect(names(dense, { start, end: start + 100 * DAY })).toHaveLength(10_000);
    expect(code(() => expand(dense, { start, end: start + 100 * DAY + MINUTE }))).toEqual(tooLarge(many));
    const half = { start, end: start + 50 * DAY };
    expect(expandAll([dense, dense], half).expansions.map(({ occurrences }) => occurrences.length)).toEqual([
      5_000, 5_000,
    ]);
    expect(code(() => expandAll([dense, dense, daily], half))).toEqual(tooLarge(many));
  });

  test('before so many starts are made that it would take long', () => {
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => i).join(',');
    const rule = `FREQ=DAILY;BYHOUR=${numbers(24)};BYMINUTE=${numbers(60)};BYSECOND=${numbers(60)}`;
    const range = { start: at('2027-01-01T00:00Z'), end: at('2029-01-01T00:00Z') };
    expect(code(() => expand({ ...daily, rule }, range))).toEqual(
      tooLarge('rule: gives more than 100000 starts; it is too much to expand.'),
    );
  });

  test('where a COUNT is still being counted after 100 years', () => {
    const rare: Schedule = {
      ...daily,
      start: '1990-03-01T00:00',
      rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=2',
    };
    expect(code(() => expand(rare))).toEqual(
      tooLarge('rule: is still counting after 100 years; it is too much to expand.'),
    );
    expect(names(rare, { start: at('2027-01-01T00:00Z'), end: at('2028-01-01T00:00Z') })).toEqual([]);
  });

  test.each([
    ['reversed', 2, 1, 'range ends before it starts'],
    ['empty', 1, 1, 'range has no length'],
    ['not a number', Number.NaN, 1, 'range.start must be'],
    ['endless', 1, Number.POSITIVE_INFINITY, 'range.end must be'],
  ])('for a range that is %s', (_, start, end, message) => {
    expect(() => expand(daily, { start, end })).toThrow(message);
  });

  test('for data that is no schedule, each fault by its field', () => {
    const wrong = { kind: 'permit', zone: '', start: 'now', duration: 'P1M', colour: 'red', rdates: ['x'] };
    expect(code(() => expand(wrong as unknown as Schedule))).toEqual(
      ['zone', 'start', 'rdates.0', 'duration', 'schedule'].map((field) => ({
        code: 'SCHEDULE_INVALID',
        message: expect.stringMatching(new RegExp(`^${field}: .*\\.$`)),
        ref: 'LIB-05.1',
      })),
    );
    expect(code(() => expand({ ...daily, rdates: Array.from({ length: 100 }, () => 'x') }))).toHaveLength(20);
    expect(code(() => expand({ ...daily, zone: 'GMT+1' }))).toMatchObject([{ code: 'ZONE_FIXED_OFFSET' }]);
    for (const nothing of [null, undefined, 1, [], new Date(0)])
      expect(code(() => expand(nothing as unknown as Schedule))).toMatchObject([
        { code: 'SCHEDULE_INVALID' },
      ]);
  });

  test('for a restriction that does not end after it starts', () => {
    const freeze = {
      kind: 'restrict',
      zone: 'UTC',
      start: '2027-01-01T00:00',
      end: '2027-01-01T00:00',
    } as const;
    expect(code(() => expand(freeze))).toEqual([
      { code: 'SCHEDULE_INVALID', message: 'end: must lie after start.', ref: 'LIB-05.1' },
    ]);
  });
});

describe('laws', () => {
  const anyInstant = fc
    .integer({ min: at('2026-10-01T00:00Z') / MINUTE, max: at('2027-12-31T00:00Z') / MINUTE })
    .map((minute) => minute * MINUTE);

  test('what overlaps [a, c) is what overlaps [a, b) or [b, c)', () =>
    fc.assert(
      fc.property(
        anySchedule,
        fc.uniqueArray(anyInstant, { minLength: 3, maxLength: 3 }),
        (schedule, instants) => {
          const [a, b, c] = instants.toSorted((one, other) => one - other) as [number, number, number];
          const parts = [expand(schedule, { start: a, end: b }), expand(schedule, { start: b, end: c })];
          const both = parts.flatMap(({ occurrences }) => occurrences);
          const whole = expand(schedule, { start: a, end: c }).occurrences;
          expect(merge(both)).toEqual(merge(whole));
          expect(new Set(both.map((one) => JSON.stringify(one)))).toEqual(
            new Set(whole.map((one) => JSON.stringify(one))),
          );
        },
      ),
      { numRuns: 150 },
    ));

  test('the expansion of a union is the union of the expansions', () =>
    fc.assert(
      fc.property(fc.array(anySchedule, { maxLength: 4 }), anyInstant, (schedules, start) => {
        const range = { start, end: start + 60 * DAY };
        const { expansions, intervals } = expandAll(schedules, range);
        const single = schedules.map((schedule) => expand(schedule, range));
        expect(expansions).toEqual(single);
        expect(intervals).toEqual(merge(single.flatMap(({ occurrences }) => occurrences)));
      }),
      { numRuns: 80 },
    ));
});

describe('windows as schedules', () => {
  const nightly = (zone: string, start: string, duration: string): Schedule => ({
    kind: 'permit',
    zone,
    start: `2027-06-15T${start}`,
    duration,
  });
  const on = (from: string, to: string) => ({ start: at(`2027-06-${from}Z`), end: at(`2027-06-${to}Z`) });

  test('SCH-02 S1: 22:15 to 01:00 lies in a window from 22:00 to 01:00, a minute later does not', () => {
    const { intervals } = expandAll([nightly('UTC', '22:00', 'PT3H')]);
    expect(contains(intervals, on('15T22:15', '16T01:00'))).toBe(true);
    expect(contains(intervals, on('15T22:16', '16T01:01'))).toBe(false);
  });

  test('SCH-02 S2: windows that touch are one', () => {
    const { intervals } = expandAll([nightly('UTC', '22:00', 'PT1H'), nightly('UTC', '20:00', 'PT2H')]);
    expect(intervals).toEqual([on('15T20:00', '15T23:00')]);
  });

  test('SCH-02 S3: Tokyo 02:00–04:00 and London 01:00–03:00 have no instant in common', () => {
    const tokyo = expandAll([nightly('Asia/Tokyo', '02:00', 'PT2H')]).intervals;
    const london = expandAll([nightly('Europe/London', '01:00', 'PT2H')]).intervals;
    expect([tokyo, london]).toEqual([[on('14T17:00', '14T19:00')], [on('15T00:00', '15T02:00')]]);
    expect(intersect(tokyo, london)).toEqual([]);
  });
});
