import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { RegionalRequest } from './request.js';
import { regionalWaves } from './regions.js';

/** 02:00–04:00 local on each day of a zone, as instants. */
const nights = (zone: string, first: string, days: number) =>
  Array.from({ length: days }, (_, i) => {
    const start = Temporal.PlainDate.from(first)
      .add({ days: i })
      .toZonedDateTime({ timeZone: zone, plainTime: '02:00' });
    return { start: start.toInstant().toString(), end: start.add({ hours: 2 }).toInstant().toString() };
  });
const region = (id: string, load: number, changes: object = {}) => ({ id, load, minutes: 60, ...changes });
const from = '2027-06-14T00:00:00Z';
const starts = (request: RegionalRequest) =>
  regionalWaves(request).map(({ region: id, start }) => [id, start]);

describe('regional waves', () => {
  const sun = [
    region('London', 20, { permitted: nights('Europe/London', '2027-06-14', 5) }),
    region('New York', 30, { permitted: nights('America/New_York', '2027-06-14', 5) }),
    region('Tokyo', 10, { permitted: nights('Asia/Tokyo', '2027-06-15', 5) }),
  ];

  test('SCH-07 S3: Tokyo, London and New York at 02:00 local with a soak of 24 h', () => {
    expect(starts({ regions: sun, from })).toEqual([
      ['Tokyo', '2027-06-14T17:00:00.000Z'],
      ['London', '2027-06-16T01:00:00.000Z'],
      ['New York', '2027-06-17T06:00:00.000Z'],
    ]);
  });

  test('say when each ends and from when on the next may start', () => {
    expect(regionalWaves({ regions: sun, from })[0]).toEqual({
      wave: 1,
      region: 'Tokyo',
      start: '2027-06-14T17:00:00.000Z',
      end: '2027-06-14T18:00:00.000Z',
      nextFrom: '2027-06-15T18:00:00.000Z',
    });
  });

  test('go pilots first, then by ascending load, then by name', () => {
    const order = (...regions: RegionalRequest['regions']) =>
      regionalWaves({ regions, from }).map(({ region: id }) => id);
    expect(order(region('a', 3), region('b', 1), region('c', 2), region('d', 1))).toEqual([
      'b',
      'd',
      'c',
      'a',
    ]);
    expect(order(region('a', 3, { pilot: true }), region('b', 1), region('c', 2, { pilot: false }))).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(order(region('b', 3, { pilot: true }), region('a', 2, { pilot: true }))).toEqual(['a', 'b']);
  });

  test('follow a day after the end without windows, or after the soak that is asked for', () => {
    const regions = [region('a', 1), region('b', 2)];
    expect(starts({ regions, from })[1]).toEqual(['b', '2027-06-15T01:00:00.000Z']);
    expect(starts({ regions, from, soakHours: 0 })[1]).toEqual(['b', '2027-06-14T01:00:00.000Z']);
  });

  test('need not soak longer than until the canary verdict, which counts from the end on', () => {
    const after = (canaryPassedAt: string) =>
      starts({ regions: [region('a', 1, { canaryPassedAt }), region('b', 2)], from })[1]![1];
    expect(after('2027-06-14T03:00:00Z')).toBe('2027-06-14T03:00:00.000Z');
    expect(after('2027-06-14T00:30:00Z')).toBe('2027-06-14T01:00:00.000Z');
    expect(after('2027-06-20T00:00:00Z')).toBe('2027-06-15T01:00:00.000Z');
  });

  test('keep the time to go back inside the permitted hours too', () => {
    const permitted = [
      { start: '2027-06-14T10:00:00Z', end: '2027-06-14T11:29:00Z' },
      { start: '2027-06-14T20:00:00Z', end: '2027-06-14T21:00:00Z' },
      { start: '2027-06-14T21:00:00Z', end: '2027-06-14T21:30:00Z' },
    ];
    expect(starts({ regions: [region('a', 1, { rollbackMinutes: 30, permitted })], from })[0]![1]).toBe(
      '2027-06-14T20:00:00.000Z',
    );
    expect(starts({ regions: [region('a', 1, { permitted })], from })[0]![1]).toBe(
      '2027-06-14T10:00:00.000Z',
    );
  });

  test('end where a region never is permitted', () => {
    const regions = [
      region('a', 1),
      region('b', 2, { permitted: [] }),
      region('c', 3),
      region('d', 4, { permitted: nights('Europe/London', '2027-06-14', 5) }),
    ];
    const never = { start: null, end: null, nextFrom: null };
    expect(regionalWaves({ regions, from }).slice(1)).toMatchObject([never, never, never]);
  });

  test.each<[string, RegionalRequest]>([
    ['regions[1] names a, which', { regions: [region('a', 1), region('a', 2)], from }],
    ['regions[1].load must be a finite number', { regions: [region('a', 1), region('b', Number.NaN)], from }],
    ['regions[0].load must be a finite number', { regions: [region('a', -1)], from }],
    ['regions[0].load must be a finite number', { regions: [region('a', Infinity)], from }],
    ['regions must be 1 to 1000, not 0', { regions: [], from }],
    [
      'regions must be 1 to 1000, not 1000000',
      { regions: Array.from({ length: 1_000_000 }, () => region('a', 1)), from },
    ],
    ['from must be an instant', { regions: [region('a', 1)], from: '2027' }],
    [
      'regions[1].canaryPassedAt must be',
      { regions: [region('b', 1), region('a', 0, { canaryPassedAt: 'soon' })], from },
    ],
    [
      'regions[0].permitted[0] ends before',
      { regions: [region('a', 1, { permitted: [{ start: from, end: '2027-06-13T00:00:00Z' }] })], from },
    ],
  ])('are refused by name: %s', (message, request) => {
    expect(() => regionalWaves(request)).toThrow(message);
  });

  test.each<[string, RegionalRequest]>([
    ['PLAN_TOO_LARGE', { regions: [], from }],
    ['REGION_DUPLICATE', { regions: [region('a', 1), region('a', 2)], from }],
    ['LOAD_INVALID', { regions: [region('a', -1)], from }],
  ])('are refused as %s', (code, request) => {
    expect(() => regionalWaves(request)).toThrow(expect.objectContaining({ name: 'Rejected', code }));
  });

  test('are refused by the schema of the edge, by field', () => {
    const problems = (input: unknown) =>
      RegionalRequest.safeParse(input).error?.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
    expect(problems({ regions: sun, from })).toBeUndefined();
    expect(problems({ regions: [], from })).toEqual(['regions too_small']);
    expect(problems({ regions: [region('a', Infinity)], from })).toEqual(['regions.0.load invalid_type']);
    expect(problems({ regions: [region('a', 1)], from, zone: 'UTC' })).toEqual([' unrecognized_keys']);
  });
});
