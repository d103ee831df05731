import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { MINUTE } from '../wall.js';
import { Application } from './applies.js';
import { decide, permittedIn, readWindows, rules } from './decide.js';
import { goDuration } from './goDuration.js';
import { activeIn, readWindow, SyncWindow } from './syncWindow.js';

const window: SyncWindow = { kind: 'allow', schedule: '0 9 * * *', duration: '8h', applications: ['*'] };
const isWindow = (change: object) => SyncWindow.safeParse({ ...window, ...change }).success;
const isApplication = (one: object) => Application.safeParse(one).success;
const violations = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
};

describe('a sync window as data', () => {
  test.each([
    ['schedule', 200],
    ['duration', 60],
    ['timeZone', 64],
    ['description', 255],
  ])('has a %s of %d characters at most', (field, most) => {
    expect([0, most, most + 1].map((length) => isWindow({ [field]: 'x'.repeat(length) }))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test.each(['applications', 'namespaces', 'clusters'])('has 1,000 %s of 500 characters at most', (field) => {
    const list = (count: number, length: number) =>
      isWindow({ [field]: Array(count).fill('x'.repeat(length)) });
    expect([list(0, 0), list(1, 0), list(1_000, 1), list(1_001, 1)]).toEqual([true, true, true, false]);
    expect([list(1, 500), list(1, 501)]).toEqual([true, false]);
    expect(isWindow({ [field]: undefined })).toBe(true);
  });

  test('allows or denies, says yes or no, and holds nothing else', () => {
    expect(['allow', 'deny', 'Allow', '', undefined].map((kind) => isWindow({ kind }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    for (const field of ['andOperator', 'manualSync', 'syncOverrun'])
      expect([true, false, undefined, 1].map((value) => isWindow({ [field]: value }))).toEqual([
        true,
        true,
        true,
        false,
      ]);
    expect(isWindow({ timezone: 'UTC' })).toBe(false);
  });

  test('is asked about an application by names of 500 characters at most, and nothing else', () => {
    expect(isApplication({})).toBe(true);
    for (const field of ['name', 'namespace', 'cluster', 'server'])
      expect([0, 500, 501].map((length) => isApplication({ [field]: 'x'.repeat(length) }))).toEqual([
        true,
        true,
        false,
      ]);
    expect(isApplication({ project: 'x' })).toBe(false);
  });
});

describe('what is refused is told whole', () => {
  const often = { ...window, schedule: '* * * * *', duration: '1s' };
  const minutes = (count: number) => ({ start: 0, end: count * MINUTE });
  const tooLarge = [
    {
      code: 'EXPANSION_TOO_LARGE',
      message: 'Sync windows open more than 40000 times in the range; ask for a part of it.',
      ref: 'LIB-05.8',
    },
  ];

  test('a duration', () => {
    expect(violations(() => goDuration('1d', 'w.duration'))).toEqual([
      {
        code: 'DURATION_INVALID',
        message: 'w.duration "1d" must be a duration of Go such as 1h30m, from 1ms to 8784h.',
        ref: 'LIB-05.1',
      },
    ]);
  });

  test('openings over 40,000, those of the days at the ends of the range among them', () => {
    const read = readWindow(often, 'w');
    expect(activeIn(read, minutes(26 * 1_440)).length).toBe(26 * 1_440);
    expect(violations(() => activeIn(read, minutes(27 * 1_440)))).toEqual(tooLarge);
    const [all] = [27 * 1_440];
    expect(activeIn(read, minutes(26 * 1_440), all)).toHaveLength(26 * 1_440);
    expect(violations(() => activeIn(read, minutes(26 * 1_440), all - 1))).toEqual(tooLarge);
  });

  test('openings over 40,000 of several windows together', () => {
    expect(permittedIn(readWindows([often, often]), minutes(10 * 1_440))).toHaveLength(10 * 1_440);
    expect(violations(() => permittedIn(readWindows([often, often]), minutes(14 * 1_440)))).toEqual(tooLarge);
  });
});

test('the opening that holds an instant is told whole, though the clocks show an hour of it twice', () => {
  const night = readWindows([
    { ...window, timeZone: 'Europe/London', schedule: '0 1 * * *', duration: '3h' },
  ]);
  const opening = { start: Date.UTC(2027, 9, 31, 0), end: Date.UTC(2027, 9, 31, 4) };
  for (const instant of [opening.start, opening.end - 1])
    expect(decide(night, instant).because.map(({ interval }) => interval)).toEqual([opening]);
});

describe('the reason of a decision', () => {
  const why = (windows: SyncWindow[], sync: 'automatic' | 'manual' = 'automatic') => {
    const decision = decide(readWindows(windows), Date.UTC(2027, 1, 1, 12), sync);
    return [decision.rule, decision.why];
  };
  const deny: SyncWindow = { ...window, kind: 'deny' };

  test('is a sentence for each rule', () => {
    expect(why([])).toEqual([
      'UNRESTRICTED',
      'No window concerns it, or only deny windows that are not active.',
    ]);
    expect(why([window])).toEqual(['ALLOWED', 'An allow window is active and no deny window is.']);
    expect(why([window, deny])).toEqual(['DENIED', 'A deny window is active.']);
    expect(why([{ ...window, duration: '1h' }])).toEqual([
      'OUTSIDE',
      'There are allow windows, and none of them is active.',
    ]);
    expect(why([{ ...deny, manualSync: true }], 'manual')).toEqual([
      'EXEMPT',
      'It would be forbidden, but every window that forbids makes an exception (manualSync, syncOverrun).',
    ]);
    expect(Object.keys(rules)).toHaveLength(5);
  });

  test('is of the windows that are active then, each with the whole of its opening', () => {
    const start = Date.UTC(2027, 1, 1, 9);
    const long: SyncWindow = { ...window, schedule: '0 9 1 * *', duration: '240h' };
    const { because } = decide(readWindows([long, { ...long, duration: '3h' }, deny]), start + 180 * MINUTE);
    expect(because).toEqual([
      { window: 0, kind: 'allow', interval: { start, end: start + 240 * 60 * MINUTE } },
      { window: 2, kind: 'deny', interval: { start, end: start + 480 * MINUTE } },
    ]);
  });
});
