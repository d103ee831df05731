import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Interval } from '../intervals.js';
import { DAY, HOUR, MINUTE } from '../wall.js';
import { decide, permittedIn, readWindows, rules, type Sync } from './decide.js';
import { activeIn, isActive, readWindow, type SyncWindow } from './syncWindow.js';

const at = (text: string) => Date.parse(text);
const iso = (intervals: readonly Interval[]) =>
  intervals.map(({ start, end }) =>
    [start, end].map((instant) => new Date(instant).toISOString().slice(0, 16)).join(' '),
  );
const day = (text: string) => ({ start: at(`${text}T00:00Z`), end: at(`${text}T00:00Z`) + DAY });
const allow: SyncWindow = { kind: 'allow', schedule: '0 9 * * *', duration: '8h', applications: ['*'] };
const deny: SyncWindow = { kind: 'deny', schedule: '0 12 * * *', duration: '1h', applications: ['*'] };
const monday = day('2027-02-01');
const permitted = (windows: SyncWindow[], sync?: Sync) =>
  iso(permittedIn(readWindows(windows), monday, sync));
const may = (windows: SyncWindow[], time: string, sync?: Sync) => {
  const { open, rule } = decide(readWindows(windows), at(`2027-02-01T${time}Z`), sync);
  return [open, rule];
};

describe('a window', () => {
  const active = (window: Partial<SyncWindow>, range: Interval) =>
    iso(activeIn(readWindow({ ...allow, ...window }, 'w'), range));

  test('is active from a time of its schedule for its duration, in UTC unless it says otherwise', () => {
    expect(active({}, monday)).toEqual(['2027-02-01T09:00 2027-02-01T17:00']);
    expect(active({ timeZone: '' }, monday)).toEqual(['2027-02-01T09:00 2027-02-01T17:00']);
    expect(active({ timeZone: 'Asia/Tokyo' }, monday)).toEqual(['2027-02-01T00:00 2027-02-01T08:00']);
  });

  test('that began before the range is cut to it, over several days if need be', () => {
    expect(active({ schedule: '0 22 * * 5', duration: '56h' }, monday)).toEqual([
      '2027-02-01T00:00 2027-02-01T06:00',
    ]);
    expect(active({ schedule: '0 22 * * 5', duration: '50h' }, monday)).toEqual([]);
    expect(active({ schedule: '*/30 * * * *', duration: '30m' }, monday)).toEqual([
      '2027-02-01T00:00 2027-02-02T00:00',
    ]);
  });

  test('keeps its hours on the wall over a change, whenever it is asked', () => {
    const london = { timeZone: 'Europe/London', schedule: '0 9 * * *', duration: '1h' };
    expect(active(london, { start: at('2027-03-27T00:00Z'), end: at('2027-03-29T00:00Z') })).toEqual([
      '2027-03-27T09:00 2027-03-27T10:00',
      '2027-03-28T08:00 2027-03-28T09:00',
    ]);
  });

  test('lasts as the wall says where clocks change in it, and opens twice where they show it twice', () => {
    const night = { timeZone: 'Europe/London', schedule: '0 1 * * *', duration: '3h' };
    expect(active(night, day('2027-03-28'))).toEqual(['2027-03-28T01:00 2027-03-28T03:00']);
    expect(active(night, day('2027-10-31'))).toEqual(['2027-10-31T00:00 2027-10-31T04:00']);
    expect(active({ ...night, duration: '30m' }, day('2027-03-28'))).toEqual([]);
    expect(active({ ...night, duration: '30m' }, day('2027-10-31'))).toEqual([
      '2027-10-31T00:00 2027-10-31T00:30',
      '2027-10-31T01:00 2027-10-31T01:30',
    ]);
    const lordHowe = { timeZone: 'Australia/Lord_Howe', schedule: '15 2 * * *', duration: '1h' };
    expect(active(lordHowe, { start: at('2027-10-02T12:00Z'), end: at('2027-10-03T12:00Z') })).toEqual([
      '2027-10-02T15:30 2027-10-02T16:15',
    ]);
  });

  test.each([
    [{ timeZone: 'Europe/Atlantis' }, 'ZONE_UNKNOWN: windows[2].timeZone is "Europe/Atlantis"'],
    [{ timeZone: '+01:00' }, 'ZONE_FIXED_OFFSET: windows[2].timeZone'],
    [{ schedule: '@daily' }, 'CRON_INVALID: windows[2].schedule "@daily": it must have five fields'],
    [{ schedule: '0 0 31 2 *' }, 'CRON_NEVER: windows[2].schedule'],
    [{ duration: '1d' }, 'DURATION_INVALID: windows[2].duration "1d"'],
  ])('with %j is refused', (wrong, message) => {
    expect(() => readWindow({ ...allow, ...wrong }, 'windows[2]')).toThrow(message);
  });

  test('that opens too often to list is refused', () => {
    const often = readWindow({ ...allow, schedule: '* * * * *', duration: '1s' }, 'w');
    expect(activeIn(often, { start: monday.start, end: monday.start + 26 * DAY }).length).toBe(26 * 1_440);
    expect(() => activeIn(often, { start: monday.start, end: monday.start + 27 * DAY })).toThrow(
      'EXPANSION_TOO_LARGE: Sync windows open more than 40000 times in the range; ask for a part of it.',
    );
  });
});

test('windows that together open too often to list are refused', () => {
  const halfHourly = { ...allow, schedule: '*/30 * * * *', duration: '1m' };
  const year = { start: monday.start, end: monday.start + 365 * DAY };
  expect(permittedIn(readWindows([halfHourly, halfHourly]), year).length).toBe(365 * 48);
  expect(() => permittedIn(readWindows([halfHourly, halfHourly, halfHourly]), year)).toThrow(
    'EXPANSION_TOO_LARGE: Sync windows open more than 40000 times in the range',
  );
});

test('what opens too often is looked at less far', () => {
  const often = { ...allow, schedule: '* * * * *', duration: '1s' };
  const always = { ...deny, schedule: '0 0 * * *', duration: '24h' };
  expect(decide(readWindows([always, often]), monday.start)).toMatchObject({
    open: false,
    changesAt: null,
    lookedUntil: monday.start + 8 * DAY,
  });
});

describe('syncs', () => {
  test('are free where no window is, or only deny windows that are not active', () => {
    expect(permitted([])).toEqual(['2027-02-01T00:00 2027-02-02T00:00']);
    expect(may([], '10:00')).toEqual([true, 'UNRESTRICTED']);
    expect(permitted([deny])).toEqual([
      '2027-02-01T00:00 2027-02-01T12:00',
      '2027-02-01T13:00 2027-02-02T00:00',
    ]);
    expect(may([deny], '11:59:59.999')).toEqual([true, 'UNRESTRICTED']);
    expect(may([deny], '12:00')).toEqual([false, 'DENIED']);
    expect(may([deny], '12:59:59.999')).toEqual([false, 'DENIED']);
    expect(may([deny], '13:00')).toEqual([true, 'UNRESTRICTED']);
  });

  test('are bound to allow windows, if there is one', () => {
    expect(permitted([allow])).toEqual(['2027-02-01T09:00 2027-02-01T17:00']);
    expect(may([allow], '08:59')).toEqual([false, 'OUTSIDE']);
    expect(may([allow], '09:00')).toEqual([true, 'ALLOWED']);
    expect(permitted([allow, { ...allow, schedule: '0 20 * * *', duration: '1h' }])).toEqual([
      '2027-02-01T09:00 2027-02-01T17:00',
      '2027-02-01T20:00 2027-02-01T21:00',
    ]);
  });

  test('are denied where both are active', () => {
    expect(permitted([deny, allow])).toEqual([
      '2027-02-01T09:00 2027-02-01T12:00',
      '2027-02-01T13:00 2027-02-01T17:00',
    ]);
    expect(may([allow, deny], '12:30')).toEqual([false, 'DENIED']);
  });

  test('by hand go where every window that forbids lets them', () => {
    const byHand = (window: SyncWindow) => ({ ...window, manualSync: true });
    expect(permitted([byHand(deny)], 'manual')).toEqual(['2027-02-01T00:00 2027-02-02T00:00']);
    expect(may([byHand(deny)], '12:30', 'manual')).toEqual([true, 'EXEMPT']);
    expect(may([byHand(deny)], '12:30')).toEqual([false, 'DENIED']);
    expect(may([byHand(deny), deny], '12:30', 'manual')).toEqual([false, 'DENIED']);
    expect(may([byHand(allow)], '18:00', 'manual')).toEqual([true, 'EXEMPT']);
    expect(may([byHand(allow), allow], '18:00', 'manual')).toEqual([false, 'OUTSIDE']);
    expect(may([allow, byHand(deny)], '18:00', 'manual')).toEqual([false, 'OUTSIDE']);
    expect(may([{ ...allow, duration: '1h' }, byHand(deny)], '12:30', 'manual')).toEqual([true, 'EXEMPT']);
    expect(may([allow], '10:00', 'manual')).toEqual([true, 'ALLOWED']);
  });

  test.each<[string, SyncWindow[], string, boolean]>([
    ['no window → deny with overrun', [{ ...deny, syncOverrun: true }], '12:30', true],
    ['no window → deny without', [deny], '12:30', false],
    [
      'allow with → deny with',
      [
        { ...allow, syncOverrun: true },
        { ...deny, syncOverrun: true },
      ],
      '12:30',
      true,
    ],
    ['allow with → deny without', [{ ...allow, syncOverrun: true }, deny], '12:30', false],
    ['allow without → deny with', [allow, { ...deny, syncOverrun: true }], '12:30', true],
    ['allow without → deny without', [allow, deny], '12:30', false],
    ['two denies, one without', [{ ...deny, syncOverrun: true }, deny], '12:30', false],
    ['allow with → its end', [{ ...allow, syncOverrun: true }], '17:00', true],
    ['allow without → its end', [allow], '17:00', false],
    [
      'two allows with → both ends',
      [
        { ...allow, syncOverrun: true },
        { ...allow, duration: '7h', syncOverrun: true },
      ],
      '18:00',
      true,
    ],
    [
      'two allows, one without → both ends',
      [
        { ...allow, syncOverrun: true },
        { ...allow, duration: '7h' },
      ],
      '18:00',
      false,
    ],
  ])('that run when a window changes: %s', (_, windows, time, expected) => {
    expect(may(windows, time, { runningSince: at('2027-02-01T10:00Z') })[0]).toBe(expected);
    expect(may(windows, time)[0]).toBe(false);
  });

  test('that were never permitted to begin do not go on by overrun', () => {
    expect(
      may([{ ...allow, syncOverrun: true }], '18:00', { runningSince: at('2027-02-01T08:00Z') }),
    ).toEqual([false, 'OUTSIDE']);
  });

  test('are judged by the offset of that instant, not of today: 08:30 in London is before 09:00, in March and after', () => {
    const windows = readWindows([{ ...allow, timeZone: 'Europe/London', duration: '1h' }]);
    expect(decide(windows, at('2026-03-27T08:30Z'))).toMatchObject({
      open: false,
      rule: 'OUTSIDE',
      changesAt: at('2026-03-27T09:00Z'),
    });
    expect(decide(windows, at('2026-03-30T08:30Z'))).toMatchObject({
      open: true,
      rule: 'ALLOWED',
      changesAt: at('2026-03-30T09:00Z'),
    });
  });

  test('come with the windows that are active, why, and when it changes', () => {
    const unmatched = { ...allow, applications: ['other'] };
    const windows = readWindows([unmatched, allow, deny], { name: 'web' });
    expect(decide(windows, at('2027-02-01T12:30Z'))).toEqual({
      open: false,
      rule: 'DENIED',
      why: rules.DENIED,
      because: [
        {
          window: 1,
          kind: 'allow',
          interval: { start: at('2027-02-01T09:00Z'), end: at('2027-02-01T17:00Z') },
        },
        {
          window: 2,
          kind: 'deny',
          interval: { start: at('2027-02-01T12:00Z'), end: at('2027-02-01T13:00Z') },
        },
      ],
      changesAt: at('2027-02-01T13:00Z'),
      lookedUntil: at('2029-02-01T12:30Z'),
      tzdata: process.versions['tz'],
    });
  });

  test('that nothing ever changes say so, and rare changes are found within two years', () => {
    expect(decide(readWindows([]), monday.start)).toMatchObject({ open: true, changesAt: null, because: [] });
    const yearly = readWindows([{ ...deny, schedule: '0 0 1 1 *', duration: '24h' }]);
    expect(decide(yearly, monday.start).changesAt).toBe(at('2028-01-01T00:00Z'));
    const leap = readWindows([{ ...deny, schedule: '0 0 29 2 *', duration: '24h' }]);
    expect(decide(leap, at('2026-02-28T23:00Z')).changesAt).toBeNull();
    expect(decide(leap, at('2026-03-01T00:00Z')).changesAt).toBe(at('2028-02-29T00:00Z'));
  });

  test('need an instant and a range', () => {
    for (const wrong of [NaN, Infinity, 0.5]) {
      expect(() => decide(readWindows([allow]), wrong)).toThrow('INTERVAL_INVALID');
      expect(() => permittedIn(readWindows([allow]), { start: wrong, end: 1 })).toThrow(
        'INTERVAL_INVALID: range.start',
      );
    }
  });
});

describe('laws', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/London',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
  );
  const schedule = fc.constantFrom('0 1 * * *', '30 2 * * 0', '0 */6 * * *', '15 23 1-7 * 1', '*/10 3 * * *');
  const window = fc
    .record({ zone, schedule, minutes: fc.integer({ min: 1, max: 4_000 }) })
    .map(({ zone, schedule, minutes }): SyncWindow => ({
      kind: 'allow',
      timeZone: zone,
      schedule,
      duration: `${minutes}m`,
    }));
  const instant = fc
    .integer({ min: at('2027-01-01T00:00Z') / MINUTE, max: at('2028-01-01T00:00Z') / MINUTE })
    .map((minute) => minute * MINUTE);

  test('a window is active just where its intervals say, at every minute around every change of its zone', () => {
    fc.assert(
      fc.property(window, instant, (source, from) => {
        const read = readWindow(source, 'w');
        const range = { start: from, end: from + 6 * HOUR };
        const intervals = activeIn(read, range);
        for (let now = from; now < range.end; now += 10 * MINUTE)
          expect(isActive(read, now)).toBe(intervals.some(({ start, end }) => start <= now && now < end));
      }),
      { numRuns: 100 },
    );
  });

  test('two ranges that touch come to what they are together', () => {
    fc.assert(
      fc.property(
        fc.array(window, { maxLength: 3 }),
        instant,
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        (windows, from, first, second) => {
          const read = readWindows(windows);
          const [middle, end] = [from + first * MINUTE, from + (first + second) * MINUTE];
          const halves = [
            ...permittedIn(read, { start: from, end: middle }),
            ...permittedIn(read, { start: middle, end }),
          ];
          const whole = permittedIn(read, { start: from, end });
          expect(total(halves)).toBe(total(whole));
          expect(
            halves.every((half) => whole.some(({ start, end }) => start <= half.start && half.end <= end)),
          ).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('when it changes, it changes', () => {
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), instant, (windows, now) => {
        const read = readWindows(windows);
        const { open, changesAt } = decide(read, now);
        if (changesAt === null) return;
        expect(decide(read, changesAt).open).toBe(!open);
        expect(decide(read, changesAt - 1).open).toBe(open);
      }),
      { numRuns: 60 },
    );
  });
});

function total(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { start, end }) => sum + end - start, 0);
}
