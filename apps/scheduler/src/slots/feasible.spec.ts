import { describe, expect, test } from 'vitest';
import { freeze, window } from '../conflict/example.js';
import { ask, at, candidate, flat, full, hours, open, starts } from './testQuestions.js';
import type { SlotQuestion } from './question.js';

const all = { model: flat(), policy: { results: 20, perInterval: 20 } };

describe('the starts considered', () => {
  test('are every quarter of an hour in the windows, and the opening of a window', () => {
    const snapshot = open(hours(2, '01:07', '02:10'));
    expect(starts({ ...all, snapshot })).toEqual(['01:07', '01:15', '01:30'].map((time) => full(2, time)));
    const aligned = open(hours(2, '01:00', '01:45'));
    expect(starts({ ...all, snapshot: aligned })).toEqual([full(2, '01:00'), full(2, '01:15')]);
    expect(ask({ ...all, snapshot: aligned }).considered).toBe(3);
    expect(starts({ ...all, policy: { ...all.policy, stepMinutes: 30 }, snapshot })).toEqual([
      full(2, '01:07'),
      full(2, '01:30'),
    ]);
  });

  test('lie neither before now nor before the earliest requested start', () => {
    const snapshot = open(hours(2, '00:00', '02:00'));
    expect(starts({ ...all, snapshot }, new Date(at(2, '01:05')))[0]).toBe(full(2, '01:15'));
    expect(starts({ ...all, snapshot, now: at(2, '01:05') })[0]).toBe(full(2, '01:15'));
    expect(starts({ ...all, snapshot, candidate: candidate({ earliest: at(2, '01:16') }) })).toEqual([
      full(2, '01:30'),
    ]);
    expect(ask({ ...all, snapshot, now: at(2, '01:05') }).slots[0]!.delayDays).toBeCloseTo(75 / 1440, 12);
  });

  test('end at the latest one asked for and at the horizon, both inclusive', () => {
    const long = open({ start: at(1, '00:00'), end: '2027-06-01T00:00:00Z' });
    const count = (changes: Partial<SlotQuestion>) => ask({ ...all, snapshot: long, ...changes }).considered;
    expect(count({})).toBe(14 * 96 + 1);
    expect(count({ policy: { horizonDays: 60 } })).toBe(60 * 96 + 1);
    expect(count({ candidate: candidate({ latest: at(2, '01:00') }) })).toBe(5);
    expect(count({ candidate: candidate({ latest: '2027-05-01T00:00:00Z' }) })).toBe(14 * 96 + 1);
    expect(count({ candidate: candidate({ latest: at(2, '01:00') }), now: at(2, '01:01') })).toBe(0);
    const opening = open(hours(2, '01:07', '02:10'));
    expect(count({ snapshot: opening, candidate: candidate({ latest: at(2, '01:07') }) })).toBe(1);
    expect(count({ snapshot: opening, candidate: candidate({ latest: at(2, '01:06') }) })).toBe(0);
  });

  test('include an off-hours override of this deployment', () => {
    const overrides = [
      { id: 'O', deployment: 'D', ...hours(2, '05:00', '05:30') },
      { id: 'P', deployment: 'E', ...hours(2, '06:00', '06:30') },
    ];
    expect(starts({ ...all, snapshot: { windows: [], overrides } })).toEqual([full(2, '05:00')]);
    expect(ask({ ...all, snapshot: { windows: [], overrides } }).considered).toBe(2);
  });

  test('include emergency windows as long as an emergency is authorised', () => {
    const windows = [window({ kind: 'emergency-only', occurrences: [hours(2, '05:00', '06:30')] })];
    const emergency = { path: 'emergency' as const, validUntil: at(2, '05:16') };
    expect(ask({ ...all, snapshot: { windows } }).considered).toBe(0);
    const urgent = candidate({ kind: 'HOTFIX', emergency });
    const answer = ask({ ...all, snapshot: { windows }, candidate: urgent });
    expect(answer.considered).toBe(6);
    expect(answer.slots.map(({ start }) => start)).toEqual([full(2, '05:00'), full(2, '05:15')]);
  });

  test('are refused by name where all of them, in all environments, would take too long', () => {
    const long = open({ start: at(1, '00:00'), end: '2027-06-01T00:00:00Z' });
    const freezes = Array.from({ length: 20 }, (_, i) =>
      freeze({
        id: `F${i}`,
        start: at(1, '00:00'),
        end: '2027-06-01T00:00:00Z',
        selectors: Array(1_000).fill({ environments: ['other'] }),
      }),
    );
    const count = (...environments: string[]) =>
      ask({ ...all, snapshot: { ...long, freezes }, environments }).considered;
    expect(count('e1')).toBe(14 * 96 + 1);
    expect(() => count('e1', 'e2')).toThrow('EVALUATION_TOO_LARGE: slots would be compared 500');
  });
});
