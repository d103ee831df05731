import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { accept, type Refused } from './accept.js';
import { Rejected, type Violation } from './rejected.js';

const Schema = z.object({ a: z.array(z.number()), b: z.string().default('b') });

function refused(value: unknown, refusal: Refused): readonly Violation[] {
  try {
    accept(Schema, value, refusal);
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
  }
  throw new Error('It was accepted.');
}

describe('data that fits', () => {
  test('is given back as its schema has it, defaults filled in', () =>
    expect(accept(Schema, { a: [1], c: 3 }, { ref: '1.2' })).toEqual({ a: [1], b: 'b' }));
});

describe('data that does not fit', () => {
  const notANumber = 'Invalid input: expected number, received string.';
  const notAnObject = 'Invalid input: expected object, received null.';

  test('is refused by the path of its field', () =>
    expect(refused({ a: [1, 'x'] }, { ref: '1.2' })).toEqual([
      { code: 'INVALID_INPUT', message: `a.1: ${notANumber}`, ref: '1.2' },
    ]));

  test('is refused under the code it is given, and by where it stands in what was asked', () => {
    const refusal = { code: 'POLICY_INVALID', under: 'policy', ref: '4.2' };
    expect(refused({ a: ['x'] }, refusal)).toEqual([
      { code: 'POLICY_INVALID', message: `policy.a.0: ${notANumber}`, ref: '4.2' },
    ]);
    expect(refused(null, refusal)).toMatchObject([{ message: `policy: ${notAnObject}` }]);
  });

  test('is called input as a whole, or as it is told', () => {
    expect(refused(null, { ref: '1.2' })).toMatchObject([{ message: `input: ${notAnObject}` }]);
    expect(refused(null, { ref: '1.2', whole: 'plan' })).toMatchObject([{ message: `plan: ${notAnObject}` }]);
  });

  test('is told twenty of its faults', () => {
    const messages = refused({ a: Array.from({ length: 21 }, () => 'x') }, { ref: '1.2' }).map(
      ({ message }) => message,
    );
    expect(messages).toEqual(Array.from({ length: 20 }, (_, i) => `a.${i}: ${notANumber}`));
  });
});
