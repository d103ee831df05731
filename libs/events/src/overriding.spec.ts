import { expect, test } from 'vitest';
import { overriding } from './overriding.js';

test('what is given goes over what holds; what is given as undefined hides nothing', () => {
  const base: { a: number; b: number; c?: number } = { a: 1, b: 2 };
  expect(overriding(base, { b: 3 })).toEqual({ a: 1, b: 3 });
  expect(overriding(base, { b: undefined as never, c: 0 })).toEqual({ a: 1, b: 2, c: 0 });
  expect(base).toEqual({ a: 1, b: 2 });
});
