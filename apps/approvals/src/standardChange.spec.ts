import { describe, expect, test } from 'vitest';
import { checkStandard, type StandardClaim, type StandardModel } from './standardChange.js';

const [digest, edited] = ['a', '0'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const claim: StandardClaim = { model: 'm1', templateDigest: digest, score: 12.5, band: 'LOW' };
const model: StandardModel = { id: 'm1', state: 'ACTIVE', approvedDigest: digest };
const because = (code: string, message: string) => ({ code, message, ref: 'APR-01.2' });
const invalid = (message: string) =>
  expect.objectContaining({ violations: [because('INVALID_INPUT', message)] });

describe('a standard change', () => {
  test('follows an active model as it was approved, at a low risk', () =>
    expect(checkStandard(claim, model)).toEqual([]));

  test.each<[string, StandardModel | null, string, string]>([
    ['unknown', null, 'STANDARD_MODEL_MISSING', 'There is no standard model m1.'],
    ['another', { ...model, id: 'm2' }, 'STANDARD_MODEL_MISSING', 'This is model m2.'],
    ['suspended', { ...model, state: 'SUSPENDED' }, 'STANDARD_MODEL_NOT_ACTIVE', 'm1 is SUSPENDED.'],
    ['retired', { ...model, state: 'RETIRED' }, 'STANDARD_MODEL_NOT_ACTIVE', 'm1 is RETIRED.'],
    ['proposed', { ...model, state: 'PROPOSED' }, 'STANDARD_MODEL_NOT_ACTIVE', 'm1 is PROPOSED.'],
    [
      'edited',
      { ...model, approvedDigest: edited },
      'STANDARD_MODEL_CHANGED',
      `The approved template of m1 is ${edited}.`,
    ],
  ])('is none if its model is %s', (_, given, code, message) =>
    expect(checkStandard(claim, given)).toEqual([because(code, message)]),
  );

  test('is none above a low risk; all reasons are told at once', () => {
    const risky: StandardClaim = { ...claim, score: 34, band: 'MODERATE' };
    const above = because('RISK_ABOVE_STANDARD', 'A risk of 34 (MODERATE) is above LOW.');
    expect(checkStandard(risky, model)).toEqual([above]);
    expect(checkStandard(risky, { ...model, state: 'RETIRED' })).toEqual([
      because('STANDARD_MODEL_NOT_ACTIVE', 'm1 is RETIRED.'),
      above,
    ]);
  });

  test.each([`x${digest}`, `${digest}0`, digest.slice(0, -1), digest.toUpperCase(), ''])(
    'is pinned by a whole digest, not by %j',
    (other) => {
      const said = 'Expected sha256: and 64 hexadecimal digits.';
      expect(() => checkStandard({ ...claim, templateDigest: other }, model)).toThrow(
        invalid(`templateDigest: ${said}`),
      );
      expect(() => checkStandard(claim, { ...model, approvedDigest: other })).toThrow(
        invalid(`approvedDigest: ${said}`),
      );
    },
  );

  test.each([0, 100])('may have a risk of %i', (score) =>
    expect(checkStandard({ ...claim, score }, model)).toEqual([]),
  );

  test.each([-0.1, 100.1, Number.NaN])('has no risk of %d', (score) =>
    expect(() => checkStandard({ ...claim, score }, model)).toThrow(/^INVALID_INPUT: score: /),
  );
});
