import { describe, expect, test } from 'vitest';
import { act } from './action.js';
import { Look } from './look.js';
import { look } from './testLook.js';
import type { Verdict } from './verdict.js';

const of = (verdict: Verdict, more: object = {}, policy: object = {}) => {
  const input = look([], []);
  const { action, timedOut } = act(
    verdict,
    Look.parse({ ...input, configuration: { ...input.configuration, policy }, ...more }),
  );
  return timedOut ? `${action} timed out` : action;
};

describe('EXE-05.4: what follows', () => {
  test.each<[Verdict, object, string]>([
    ['PASS', { step: 1 }, 'ADVANCE'],
    ['PASS', { step: 3 }, 'ADVANCE'],
    ['PASS', { step: 4 }, 'COMPLETE'],
    ['FAIL', { step: 4 }, 'ROLL_BACK'],
    ['MARGINAL', { extensionsUsed: 0 }, 'EXTEND'],
    ['MARGINAL', { extensionsUsed: 1 }, 'EXTEND'],
    ['MARGINAL', { extensionsUsed: 2 }, 'HOLD'],
    ['INCONCLUSIVE', { extensionsUsed: 1 }, 'EXTEND'],
    ['INCONCLUSIVE', { extensionsUsed: 2 }, 'HOLD'],
    ['INCONCLUSIVE', { extensionsUsed: 2, environmentClass: 'PROD' }, 'HOLD'],
    ['INCONCLUSIVE', { extensionsUsed: 2, environmentClass: 'STAGING' }, 'ROLL_BACK'],
    ['INCONCLUSIVE', { extensionsUsed: 2, environmentClass: 'TEST' }, 'ROLL_BACK'],
    ['INCONCLUSIVE', { extensionsUsed: 2, environmentClass: 'DEV' }, 'ROLL_BACK'],
    ['MARGINAL', { extensionsUsed: 1, environmentClass: 'STAGING' }, 'EXTEND'],
  ])('%s with %j: %s', (verdict, more, expected) => expect(of(verdict, more)).toBe(expected));

  test('follows the policy', () => {
    expect(of('INCONCLUSIVE', {}, { extensions: 0, inconclusive: { PROD: 'fail' } })).toBe('ROLL_BACK');
    const held = { extensionsUsed: 2, environmentClass: 'DEV' };
    expect(of('INCONCLUSIVE', held, { inconclusive: { DEV: 'hold' } })).toBe('HOLD');
    expect(
      of('INCONCLUSIVE', { ...held, environmentClass: 'TEST' }, { inconclusive: { TEST: 'hold' } }),
    ).toBe('HOLD');
    expect(of('INCONCLUSIVE', { extensionsUsed: 2 }, { extensions: 3 })).toBe('EXTEND');
  });
});

describe('EXE-05.7: the time limit', () => {
  test.each<[Verdict, object, string]>([
    ['PASS', { elapsedMinutes: 239.9 }, 'ADVANCE'],
    ['PASS', { elapsedMinutes: 240 }, 'HOLD timed out'],
    ['INCONCLUSIVE', { elapsedMinutes: 240 }, 'HOLD timed out'],
    ['INCONCLUSIVE', { elapsedMinutes: 240, environmentClass: 'STAGING' }, 'ROLL_BACK timed out'],
    ['FAIL', { elapsedMinutes: 500 }, 'ROLL_BACK timed out'],
    ['INCONCLUSIVE', { elapsedMinutes: 240, early: true }, 'HOLD timed out'],
  ])('%s with %j: %s', (verdict, more, expected) => expect(of(verdict, more)).toBe(expected));

  test('follows the policy', () =>
    expect(of('PASS', { elapsedMinutes: 30 }, { limitMinutes: 30 })).toBe('HOLD timed out'));
});

describe('3.12: an early check', () => {
  test.each<[Verdict, string]>([
    ['FAIL', 'ROLL_BACK'],
    ['INCONCLUSIVE', 'WAIT'],
  ])('%s: %s', (verdict, expected) => expect(of(verdict, { early: true })).toBe(expected));
});
