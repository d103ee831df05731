import { describe, expect, test } from 'vitest';
import type { Result, Worsening } from './outcome.js';
import { missingReason, reasonOf } from './reason.js';

const limits = { alpha: 0.01, tolerance: 0.1, criticalTolerance: 0.25, minEffect: 0.64 };
const high: Worsening = { side: 'HIGH', effect: 0.755, shift: 0.12345, upper: 0.23456 };
const of = (result: Result, more: Partial<Worsening> = {}, p = 0.001, absolute = false) =>
  reasonOf({ result, worsening: { ...high, ...more } }, p, { ...limits, absolute });

describe('the reason of a result', () => {
  test.each<[string, string, string]>([
    [
      'a failure',
      of('FAIL'),
      'The canary is higher by 12.35 %, which reaches 10.00 %; p 0.001 is below 0.01, and it is the worse one in 76 % of pairs.',
    ],
    [
      'a critical failure, lower',
      of('CRITICAL_FAIL', { side: 'LOW', shift: 0.5 }),
      'The canary is lower by 50.00 %, which reaches 25.00 %; p 0.001 is below 0.01, and it is the worse one in 76 % of pairs.',
    ],
    [
      'what is open',
      of('INCONCLUSIVE', {}, 0.0100001),
      'It may be higher by up to 23.46 %, so that 25.00 % cannot be excluded; p 0.01 is not below 0.01.',
    ],
    [
      'what is open in its own unit, lower',
      of('INCONCLUSIVE', { side: 'LOW', upper: 1_234.5 }, 0.5, true),
      'It may be lower by up to 1230, so that 0.25 cannot be excluded; p 0.5 is not below 0.01.',
    ],
    [
      'a pass with a p at the level',
      of('PASS', {}, 0.01),
      'At most 23.46 % higher, within 25.00 %, and no failure: shift 12.35 %, p 0.01 is not below 0.01.',
    ],
    [
      'a pass in its own unit',
      of('PASS', { side: 'LOW' }, 0.00999, true),
      'At most 0.235 lower, within 0.25, and no failure: shift 0.123, p 0.00999 is below 0.01.',
    ],
  ])('names the figures of %s', (_, found, expected) => expect(found).toBe(expected));

  test('of silence names what is missing, side by side', () => {
    expect(missingReason({ samples: { control: 1, canary: 2 }, requests: { control: 3, canary: 4 } })).toBe(
      'Too little to judge: 1 more samples of the control, 2 more samples of the canary, 3 more requests of the control, 4 more requests of the canary.',
    );
    expect(missingReason({ samples: { control: 0, canary: 5 }, requests: { control: 0, canary: 0 } })).toBe(
      'Too little to judge: 5 more samples of the canary.',
    );
  });
});
