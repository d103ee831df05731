import { describe, expect, test } from 'vitest';
import type { Interval } from '../intervals.js';
import { DAY } from '../wall.js';
import { decideFreeze, type FreezePeriod, freezesIn, frozenIn, readFreezes } from './freezePeriod.js';

const at = (text: string) => Date.parse(text);
const iso = (intervals: readonly Interval[]) =>
  intervals.map(({ start, end }) =>
    [start, end].map((instant) => new Date(instant).toISOString().slice(0, 16)).join(' '),
  );
/** Friday 23:00 to Monday 07:00, as GitLab's documentation has it. */
const weekend: FreezePeriod = { freeze_start: '0 23 * * 5', freeze_end: '0 7 * * 1', cron_timezone: 'UTC' };
const period = (terms: Partial<FreezePeriod>) => readFreezes([{ ...weekend, ...terms }])[0]!;
const freezes = (terms: Partial<FreezePeriod>, from: string, to: string) =>
  iso(freezesIn(period(terms), { start: at(from), end: at(to) }));

describe('a freeze period', () => {
  const open = (text: string) => decideFreeze(readFreezes([weekend]), at(text)).open;

  test('freezes from its start, through the weekend, to its end', () => {
    expect(open('2020-04-10T22:59:59.999Z')).toBe(true);
    expect(open('2020-04-10T23:00Z')).toBe(false);
    expect(open('2020-04-11T12:00Z')).toBe(false);
    expect(open('2020-04-13T06:59:59.999Z')).toBe(false);
    expect(open('2020-04-13T07:00Z')).toBe(true);
    expect(open('2020-04-14T08:00Z')).toBe(true);
  });

  test('is a list of whole freezes in a range, those that overlap it and no other', () => {
    const may = ['2027-04-30T23:00 2027-05-03T07:00', '2027-05-07T23:00 2027-05-10T07:00'];
    expect(freezes({}, '2027-05-03T06:59Z', '2027-05-07T23:01Z')).toEqual(may);
    expect(freezes({}, '2027-05-03T07:00Z', '2027-05-07T23:00Z')).toEqual([]);
    expect(freezes({}, '2027-05-01T00:00Z', '2027-05-02T00:00Z')).toEqual([may[0]]);
  });

  test('lasts from a start to the next end, however often it starts again', () => {
    const daily = { freeze_start: '@daily', freeze_end: '0 7 * * 1' };
    expect(freezes(daily, '2027-05-05T00:00Z', '2027-05-06T00:00Z')).toEqual([
      '2027-05-04T00:00 2027-05-10T07:00',
    ]);
    const often = { freeze_start: '0 8 * * *', freeze_end: '0 12,18 * * *' };
    expect(freezes(often, '2027-05-05T00:00Z', '2027-05-06T00:00Z')).toEqual([
      '2027-05-05T08:00 2027-05-05T12:00',
    ]);
  });

  test('that ends when it starts again never opens', () => {
    const always = { freeze_start: '0 0 * * *', freeze_end: '0 0 * * *' };
    const range = { start: at('2027-05-05T00:00Z'), end: at('2027-05-07T00:00Z') };
    expect(iso(frozenIn([period(always)], range))).toEqual(['2027-05-05T00:00 2027-05-07T00:00']);
    expect(freezes(always, '2027-05-05T00:00Z', '2027-05-06T00:00Z')).toEqual([
      '2027-05-05T00:00 2027-05-06T00:00',
    ]);
  });

  test('may last over the turn of the year, and for years', () => {
    const peak = { freeze_start: '0 0 20 12 *', freeze_end: '0 0 5 1 *' };
    expect(freezes(peak, '2027-12-31T00:00Z', '2028-01-01T00:00Z')).toEqual([
      '2027-12-20T00:00 2028-01-05T00:00',
    ]);
    const long = { freeze_start: '0 0 1 1 *', freeze_end: '0 0 29 2 *' };
    expect(freezes(long, '2026-07-01T00:00Z', '2026-07-02T00:00Z')).toEqual([
      '2025-01-01T00:00 2028-02-29T00:00',
    ]);
    expect(freezes(long, '2024-06-01T00:00Z', '2024-06-02T00:00Z')).toEqual([]);
  });

  test('keeps its hours over a change of clocks, in UTC where it names no zone', () => {
    const berlin = { cron_timezone: 'Europe/Berlin' };
    expect(freezes(berlin, '2027-03-27T00:00Z', '2027-03-28T00:00Z')).toEqual([
      '2027-03-26T22:00 2027-03-29T05:00',
    ]);
    expect(freezes(berlin, '2027-10-30T00:00Z', '2027-10-31T00:00Z')).toEqual([
      '2027-10-29T21:00 2027-11-01T06:00',
    ]);
    for (const cron_timezone of [undefined, ''])
      expect(freezes({ cron_timezone }, '2027-05-01T00:00Z', '2027-05-02T00:00Z')).toEqual([
        '2027-04-30T23:00 2027-05-03T07:00',
      ]);
  });

  test('is never shorter than it reads: from the gap on, and to the second of two', () => {
    const night = { freeze_start: '30 2 * * 0', freeze_end: '0 12 * * 0', cron_timezone: 'Europe/Paris' };
    expect(freezes(night, '2027-03-28T00:00Z', '2027-03-29T00:00Z')).toEqual([
      '2027-03-28T01:00 2027-03-28T10:00',
    ]);
    const until = { freeze_start: '0 0 * * 0', freeze_end: '30 2 * * 0', cron_timezone: 'Europe/Paris' };
    expect(freezes(until, '2027-10-31T00:00Z', '2027-11-01T00:00Z')).toEqual([
      '2027-10-30T22:00 2027-10-31T01:30',
    ]);
    expect(freezes(until, '2027-03-28T00:00Z', '2027-03-29T00:00Z')).toEqual([
      '2027-03-27T23:00 2027-03-28T01:30',
    ]);
  });

  test('that a gap swallows is none', () => {
    const swallowed = { freeze_start: '30 2 * * *', freeze_end: '0 3 * * *', cron_timezone: 'Europe/Paris' };
    expect(freezes(swallowed, '2027-03-28T00:00Z', '2027-03-28T12:00Z')).toEqual([]);
  });

  test.each([
    [{ freeze_start: '0 0 0 * *' }, 'CRON_INVALID: periods[1].freeze_start, day'],
    [{ freeze_end: '0 0 30 2 *' }, 'CRON_NEVER: periods[1].freeze_end'],
    [
      { cron_timezone: 'Eastern Time (US & Canada)' },
      'ZONE_UNKNOWN: periods[1].cron_timezone is "Eastern Time (US & Canada)"',
    ],
    [{ cron_timezone: 'UTC+1' }, 'ZONE_FIXED_OFFSET: periods[1].cron_timezone'],
  ])('with %j is refused', (wrong, message) => {
    expect(() => readFreezes([weekend, { ...weekend, ...wrong }])).toThrow(message);
  });

  test('needs a range and an instant', () => {
    for (const wrong of [NaN, Infinity, 0.5]) {
      expect(() => freezesIn(period({}), { start: wrong, end: 1 })).toThrow('INTERVAL_INVALID: range.start');
      expect(() => decideFreeze(readFreezes([weekend]), wrong)).toThrow('INTERVAL_INVALID');
    }
  });
});

test('several periods freeze together; the answer names each, why, and when it changes', () => {
  const periods = readFreezes([
    weekend,
    { freeze_start: '0 12 * * 6', freeze_end: '0 12 * * 1' },
    { freeze_start: '0 0 20 12 *', freeze_end: '0 0 5 1 *' },
  ]);
  expect(decideFreeze(periods, at('2027-05-02T00:00Z'))).toEqual({
    open: false,
    why: 'A freeze period holds it.',
    because: [
      { period: 0, interval: { start: at('2027-04-30T23:00Z'), end: at('2027-05-03T07:00Z') } },
      { period: 1, interval: { start: at('2027-05-01T12:00Z'), end: at('2027-05-03T12:00Z') } },
    ],
    changesAt: at('2027-05-03T12:00Z'),
    lookedUntil: at('2029-05-02T00:00Z'),
    tzdata: process.versions['tz'],
  });
  expect(decideFreeze(periods, at('2027-05-04T00:00Z'))).toMatchObject({
    open: true,
    why: 'No freeze period holds it.',
    because: [],
    changesAt: at('2027-05-07T23:00Z'),
  });
});

test('none freeze nothing, for ever', () => {
  expect(decideFreeze([], at('2027-05-02T00:00Z'))).toMatchObject({ open: true, changesAt: null });
});

test('those that freeze too often to list are refused, alone and together, and looked at less far', () => {
  const often = { freeze_start: '* * * * *', freeze_end: '* * * * *' };
  const days = (count: number) => ({
    start: at('2027-05-02T00:00Z'),
    end: at('2027-05-02T00:00Z') + count * DAY,
  });
  const refusal =
    'EXPANSION_TOO_LARGE: Freeze periods freeze more than 40000 times in the range; ask for a part of it.';
  expect(freezesIn(readFreezes([often])[0]!, days(27)).length).toBe(27 * 1_440);
  expect(() => freezesIn(readFreezes([often])[0]!, days(28))).toThrow(refusal);
  expect(frozenIn(readFreezes([often, often]), days(13))).toEqual([days(13)]);
  expect(() => frozenIn(readFreezes([often, often]), days(14))).toThrow(refusal);
  expect(decideFreeze(readFreezes([often]), days(1).start)).toMatchObject({
    open: false,
    changesAt: null,
    lookedUntil: days(8).end,
  });
  expect(() => decideFreeze(readFreezes(Array(4).fill(often)), days(1).start)).toThrow(refusal);
});
