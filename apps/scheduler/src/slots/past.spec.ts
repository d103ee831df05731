import { describe, expect, test } from 'vitest';
import { DAY, HOUR, iso } from '../instant.js';
import type { History } from './history.js';
import { pastOf, refuseLong, type Past, type Seen } from './past.js';
import { defaults } from './policy.js';
import { membersOf, poolOf } from './pool.js';
import { profileAt } from './profile.js';
import { TODAY } from './testHistory.js';

const AT = '2027-02-22T05:00:00Z';
const then = Date.parse(AT);
const outcome = { service: 's', start: AT, end: iso(then + HOUR), score: 40, failed: false };
const incident = { severity: 'SEV3' as const, services: ['x', 's'] };
const related = new Set(['s']);
const past = (changes: Partial<History>, windowDays = 720) =>
  pastOf({ zone: 'UTC', outcomes: [], ...changes }, related, TODAY, windowDays);
const refusal = (code: string, message: string, ref?: string) =>
  expect.objectContaining({ violations: [{ code, message, ...(ref && { ref }) }] });

describe('a past', () => {
  test('is in the order of the ends of its outcomes, then of their ids', () => {
    const seen = { service: 's', team: undefined, tier: undefined, score: 40, failed: false };
    const work = { start: then, end: then + HOUR };
    const later = { ...outcome, id: 'a', team: 't', tier: 2, failed: true, end: iso(then + 2 * HOUR) };
    const all = [later, { ...outcome, id: 'c' }, { ...outcome, id: 'b' }];
    expect(past({ outcomes: all })).toEqual({
      zone: 'UTC',
      outcomes: [
        { ...seen, id: 'b', work, hour: 5 },
        { ...seen, id: 'c', work, hour: 5 },
        {
          ...seen,
          id: 'a',
          team: 't',
          tier: 2,
          failed: true,
          work: { start: then, end: then + 2 * HOUR },
          hour: 5,
        },
      ],
      load: [],
      watch: undefined,
    });
    expect(past({ outcomes: all.toReversed() })).toEqual(past({ outcomes: all }));
  });

  test('has its load in the order of time, then of value', () => {
    const load = [
      { at: iso(then + HOUR), value: 1 },
      { at: AT, value: 3 },
      { at: AT, value: 2 },
    ];
    expect(past({ load }).load).toEqual([
      { at: then, value: 2, hour: 5 },
      { at: then, value: 3, hour: 5 },
      { at: then + HOUR, value: 1, hour: 6 },
    ]);
  });

  test('watches whole hours since incidents are listed, for those that concern the service', () => {
    const since = iso(TODAY - 3.5 * HOUR);
    const at = (hours: number, id: string, changes = {}) => ({
      ...incident,
      id,
      at: iso(TODAY - hours * HOUR),
      ...changes,
    });
    const starts = [
      at(1, 'a'),
      at(3.5, 'b'),
      at(3.6, 'before'),
      at(1, 'small', { severity: 'SEV4' }),
      at(1, 'other', { services: ['x'] }),
    ];
    expect(past({ incidents: { since, starts } }).watch).toEqual({
      since: TODAY - 3.5 * HOUR,
      hours: Uint8Array.from([164, 165, 166]),
      starts: [
        { at: TODAY - 3.5 * HOUR, hour: 164 },
        { at: TODAY - HOUR, hour: 167 },
      ],
    });
    const window = past({ incidents: { since, starts } }, 1 / 24).watch!;
    expect([window.since, window.hours.length, window.starts.length]).toEqual([TODAY - HOUR, 1, 1]);
    expect(past({ incidents: { since: iso(TODAY + HOUR), starts: [] } }).watch!.hours).toHaveLength(0);
  });

  test.each<[string, string, Partial<History>]>([
    [
      'history.load[1].at',
      'INSTANT',
      {
        load: [
          { at: AT, value: 1 },
          { at: 'x', value: 1 },
        ],
      },
    ],
    ['history.incidents.since', 'INSTANT', { incidents: { since: 'x', starts: [] } }],
    [
      'history.incidents.starts[0].at',
      'INSTANT',
      { incidents: { since: AT, starts: [{ ...incident, id: 'i', at: 'x' }] } },
    ],
    ['history.outcomes[0].start', 'INSTANT', { outcomes: [{ ...outcome, id: 'o', start: 'x' }] }],
  ])('refuses %s that is none', (field, code, changes) =>
    expect(() => past(changes)).toThrow(
      refusal(`${code}_INVALID`, `${field} must be an instant in UTC such as 2027-01-29T18:00:00Z.`),
    ),
  );

  test('refuses an id that comes twice, naming its place', () => {
    const twice = (field: string) =>
      refusal('HISTORY_AMBIGUOUS', `${field}[2] has the id of an earlier one.`, 'SCH-08.7');
    const outcomes = ['a', 'b', 'a'].map((id) => ({ ...outcome, id }));
    expect(() => past({ outcomes })).toThrow(twice('history.outcomes'));
    const starts = ['a', 'b', 'b'].map((id) => ({ ...incident, id, at: AT }));
    expect(() => past({ incidents: { since: AT, starts } })).toThrow(twice('history.incidents.starts'));
  });

  test('refuses lists of more than 100,000, and looks at nothing else', () => {
    const long = (field: string) =>
      refusal('HISTORY_TOO_LONG', `${field} may have 100000 members at most.`, 'SCH-08');
    const list = (length: number) => Array(length).fill(null);
    expect(() => refuseLong({ outcomes: list(100_001) })).toThrow(long('history.outcomes'));
    expect(() => refuseLong({ load: list(100_001) })).toThrow(long('history.load'));
    expect(() => refuseLong({ incidents: { starts: list(100_001) } })).toThrow(
      long('history.incidents.starts'),
    );
    const most = list(100_000);
    expect(refuseLong({ outcomes: most, load: most, incidents: { starts: most } })).toBeUndefined();
    expect(refuseLong({ outcomes: { length: 100_001 } })).toBeUndefined();
    expect(refuseLong(undefined)).toBeUndefined();
  });
});

const seen = (id: string, changes: Partial<Seen> = {}): Seen => ({
  id,
  service: 's',
  team: 't',
  tier: 1,
  score: 40,
  failed: false,
  work: { start: TODAY - HOUR, end: TODAY },
  hour: 0,
  ...changes,
});

describe('a pool', () => {
  const own = seen('own');
  const team = seen('team', { service: 'x', tier: 2 });
  const tier = seen('tier', { service: 'x', team: 'y' });
  const other = seen('other', { service: 'x', team: 'y', tier: 3 });
  const all = [own, team, tier, other];
  const subject = { services: ['r', 's'], team: 't', tier: 1 };

  test('has the outcomes of the service, of its team, of its tier, or all', () => {
    const of = (pool: Parameters<typeof membersOf>[2]) => membersOf(all, subject, pool);
    expect([of('service'), of('team'), of('tier'), of('organisation')]).toEqual([
      [own],
      [own, team],
      [own, tier],
      all,
    ]);
    const alone = { services: ['s'] };
    expect([membersOf(all, alone, 'team'), membersOf(all, alone, 'tier')]).toEqual([[], []]);
    const stateless = all.map((one) => ({ ...one, team: undefined, tier: undefined }));
    expect(membersOf(stateless, alone, 'team')).toEqual([]);
    expect(membersOf(stateless, alone, 'tier')).toEqual([]);
  });

  test('is the smallest that is large enough', () => {
    expect(poolOf(all, subject, 1)).toEqual({ pool: 'service', members: [own] });
    expect(poolOf(all, subject, 2)).toEqual({ pool: 'team', members: [own, team] });
    expect(poolOf([own, tier], subject, 2)).toEqual({ pool: 'tier', members: [own, tier] });
    expect(poolOf(all, subject, 3)).toEqual({ pool: 'organisation', members: all });
  });
});

describe('a profile', () => {
  const none = { deployments: 0, failures: 0, load: null, loadPercentile: null };
  const empty = { ...none, incidents: null, incidentsPerHour: null };
  const policy = { ...defaults, poolMinimum: 1 };
  const known = (changes: Partial<Past> = {}): Past => ({
    zone: 'UTC',
    outcomes: [],
    load: [],
    watch: undefined,
    ...changes,
  });
  const of = (changes: Partial<Past>, at = TODAY, changed: Partial<typeof policy> = {}) =>
    profileAt(known(changes), { services: ['s'] }, at, { ...policy, ...changed });

  test('counts what had ended, by age, over an hour and its neighbours', () => {
    const old = { start: TODAY - 91 * DAY, end: TODAY - 90 * DAY };
    const outcomes = [
      seen('old', { work: old, hour: 5 }),
      seen('new', { failed: true }),
      seen('later', { work: { start: TODAY, end: TODAY + 1 }, hour: 9 }),
    ];
    const bins: object[] = Array(168).fill(empty);
    for (const [hour, share] of [
      [167, 0.25],
      [0, 0.5],
      [1, 0.25],
    ] as const)
      bins[hour] = { ...empty, deployments: share, failures: share };
    for (const [hour, share] of [
      [4, 0.125],
      [5, 0.25],
      [6, 0.125],
    ] as const)
      bins[hour] = { ...empty, deployments: share };
    expect(of({ outcomes })).toEqual({
      profile: { zone: 'UTC', pool: 'service', outcomes: 2, rate: 0.4, bins },
      observedRate: 1 / 1.5,
    });
    expect(of({})).toEqual({
      profile: { zone: 'UTC', pool: 'organisation', outcomes: 0, rate: 0.02, bins: Array(168).fill(empty) },
      observedRate: 0,
    });
  });

  test('has the incidents of each watched hour, both weighted by age', () => {
    const since = TODAY - 168 * HOUR;
    const watch = {
      since,
      hours: Uint8Array.from({ length: 168 }, (_, i) => i),
      starts: [
        { at: since + 10 * HOUR, hour: 10 },
        { at: TODAY, hour: 0 },
        { at: TODAY + 1, hour: 3 },
      ],
    };
    const rates = (at: number, coverage: number) =>
      of({ watch }, at, { coverage }).profile.bins.map((one) => one.incidentsPerHour);
    const now = rates(TODAY, 1);
    expect(now[10]).toBe(1);
    expect(now[0]).toBeCloseTo(2 ** (7 / 90), 12);
    expect(now.filter((rate) => rate === 0)).toHaveLength(166);
    const early = rates(since + 20 * HOUR, 20 / 168);
    expect([early[10], early[19], early[20], early[167]]).toEqual([1, 0, null, null]);
    expect(new Set(rates(since + 20 * HOUR, 0.12))).toEqual(new Set([null]));
    const half = of({ watch }, since + 20 * HOUR, { coverage: 0 }).profile.bins;
    expect([half[10]!.incidents, half[20]!.incidents]).toEqual([expect.closeTo(Math.sqrt(19), 9), null]);
  });

  test('has the load of each hour, and says where it is borrowed', () => {
    const week = (ago: number) => ({ at: TODAY - ago * 7 * DAY, hour: 0, value: 3 });
    const { bins } = of({ load: [1, 2, 3, 4].map(week) }, TODAY, { coverage: 0 }).profile;
    const like = { ...empty, load: 0, loadPercentile: 0.5 };
    expect(bins.slice(0, 3)).toEqual([like, { ...like, thin: true }, empty]);
    expect(bins.slice(166)).toEqual([empty, { ...like, thin: true }]);
  });
});
