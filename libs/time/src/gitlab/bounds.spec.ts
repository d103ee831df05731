import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import { MINUTE } from '../wall.js';
import { FreezePeriod, freezesIn, frozenIn, readFreezes } from './freezePeriod.js';

const period = { freeze_start: '* * * * *', freeze_end: '* * * * *' };
const isPeriod = (change: object) => FreezePeriod.safeParse({ ...period, ...change }).success;
const violations = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
};

describe('a freeze period as data', () => {
  test('has two expressions of 1 to 200 characters, and a zone of 64 at most', () => {
    for (const field of ['freeze_start', 'freeze_end'])
      expect([0, 1, 200, 201].map((length) => isPeriod({ [field]: 'x'.repeat(length) }))).toEqual([
        false,
        true,
        true,
        false,
      ]);
    expect([0, 64, 65].map((length) => isPeriod({ cron_timezone: 'x'.repeat(length) }))).toEqual([
      true,
      true,
      false,
    ]);
    expect([isPeriod({ freeze_start: undefined }), isPeriod({ freeze_end: undefined })]).toEqual([
      false,
      false,
    ]);
  });

  test('has a number or a text of 100 characters for its id, and whatever else GitLab gives', () => {
    const ids = [undefined, 1, '', 'x'.repeat(100), 'x'.repeat(101), 0.5, null];
    expect(ids.map((id) => isPeriod({ id }))).toEqual([true, true, true, true, false, false, false]);
    expect(isPeriod({ created_at: '2020-05-15T17:03:35.702Z' })).toBe(true);
  });
});

describe('freezes are counted', () => {
  const often = readFreezes([period])[0]!;
  const minutes = (count: number) => ({ start: 0, end: count * MINUTE });
  const tooLarge = [
    {
      code: 'EXPANSION_TOO_LARGE',
      message: 'Freeze periods freeze more than 40000 times in the range; ask for a part of it.',
      ref: 'LIB-05.8',
    },
  ];

  test('to 40,000 and no further', () => {
    expect(freezesIn(often, minutes(40_000))).toHaveLength(40_000);
    expect(violations(() => freezesIn(often, minutes(40_001)))).toEqual(tooLarge);
    expect(freezesIn(often, minutes(3), 3)).toEqual([
      { start: 0, end: MINUTE },
      { start: MINUTE, end: 2 * MINUTE },
      { start: 2 * MINUTE, end: 3 * MINUTE },
    ]);
    expect(violations(() => freezesIn(often, minutes(3), 2))).toEqual(tooLarge);
  });

  test('over all periods together', () => {
    expect(frozenIn([often, often], minutes(20_000))).toEqual([minutes(20_000)]);
    expect(violations(() => frozenIn([often, often], minutes(20_001)))).toEqual(tooLarge);
  });
});
