import { describe, expect, test } from 'vitest';
import { freeze, reservation } from '../conflict/example.js';
import type { Snapshot } from '../conflict/snapshot.js';
import { ask, at, candidate, flat, full, hours, open, starts } from './testQuestions.js';
import { bin, model } from './example.js';

describe('the ranking', () => {
  test('keeps two of each contiguous free interval and five in all, or as many as asked', () => {
    const snapshot = open(...[2, 3, 4, 5].map((day) => hours(day, '00:00', '02:00')));
    const count = (policy = {}) => starts({ model: flat(), snapshot, policy }).length;
    expect(count()).toBe(5);
    expect(count({ results: 20 })).toBe(8);
    expect(count({ results: 20, perInterval: 1 })).toBe(4);
  });

  test('keeps the best of an interval, not its first', () => {
    const bins = flat().bins.with(25, bin({ load: -2, loadPercentile: 0 }));
    const snapshot = open(hours(2, '00:00', '05:00'));
    expect(starts({ model: model({ bins }), snapshot })).toEqual([full(2, '01:00'), full(2, '00:45')]);
  });

  test('compares environments, each with its own conflicts, and breaks ties by their id', () => {
    const snapshot: Snapshot = {
      ...open(hours(2, '03:00', '03:30')),
      environments: ['eu', 'us', 'ap'].map((id) => ({ id, class: 'PROD' as const })),
      reservations: [reservation({ environment: 'us', ...hours(2, '03:00', '03:30') })],
    };
    const answer = ask({
      snapshot,
      environments: ['us', 'eu', 'ap', 'eu'],
      candidate: candidate({ environmentClass: undefined }),
    });
    expect(answer.slots.map(({ environment }) => environment)).toEqual(['ap', 'eu']);
    expect(answer.excluded).toEqual({ SAME_SERVICE: 2, WINDOW: 3 });
    expect(answer.considered).toBe(6);
  });

  test('costs 0.20 more after a deadline, which marks the slot late', () => {
    const commitment = (end: string, services?: string[]) => ({
      id: end + services,
      effect: 'DEADLINE' as const,
      services,
      start: at(1, '00:00'),
      end,
    });
    const slot = (...commitments: NonNullable<Snapshot['commitments']>) =>
      ask({ snapshot: { ...open(hours(2, '03:00', '03:30')), commitments } }).slots[0]!;
    const late = slot(commitment(at(9, '00:00')), commitment(at(2, '03:29'), ['other', 'ledger']));
    expect(late.notes).toEqual(['LATE']);
    expect(late.cost! - slot().cost!).toBeCloseTo(0.2, 10);
    for (const other of [
      commitment(at(2, '03:30')),
      commitment(at(2, '03:29'), ['other']),
      { ...commitment(at(2, '03:29')), effect: 'INFO' as const },
    ])
      expect(slot(other)).toEqual(slot());
    expect(slot(commitment(at(2, '03:29'), [])).notes).toEqual(['LATE']);
  });

  test('carries what still warns, as of the slot', () => {
    const freezes = [freeze({ mode: 'soft', start: at(2, '03:15'), end: at(2, '05:00') })];
    const [slot] = ask({ snapshot: { ...open(hours(2, '03:00', '03:30')), freezes } }).slots;
    expect(slot!.warnings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['WARNING FREEZE']);
    const bounded = candidate({ earliest: at(2, '01:00'), latest: at(2, '03:00') });
    expect(ask({ candidate: bounded }).slots[0]!.warnings).toEqual([]);
  });

  test('notes a load that is borrowed', () => {
    const bins = model().bins.with(27, bin({ thin: true }));
    expect(ask({ model: model({ bins }) }).slots.map(({ notes }) => notes)).toContainEqual(['LOAD_THIN']);
  });
});
