import { expect, test } from 'vitest';
import { goDuration } from './goDuration.js';

test.each([
  ['1h', 3_600_000],
  ['1h'.repeat(30), 30 * 3_600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.m', 60_000],
  ['90m', 5_400_000],
  ['1m1h', 3_660_000],
  ['1s500ms', 1_500],
  ['1ms', 1],
  ['1000us1500µs', 3],
  ['1000000ns', 1],
  ['8784h', 31_622_400_000],
])('%s is %i ms', (text, milliseconds) => {
  expect(goDuration(text, 'duration')).toBe(milliseconds);
});

test.each([
  '',
  '1',
  'h',
  '.h',
  '1h ',
  ' 1h',
  '1d',
  '1H',
  '-1h',
  '+1h',
  '1h30',
  '1hh',
  '1e3s',
  '0s',
  '0.5ms',
  '8784h1ms',
  '1h'.repeat(31),
])('%j is refused', (text) => {
  expect(() => goDuration(text, 'windows[3].duration')).toThrow(
    `DURATION_INVALID: windows[3].duration ${JSON.stringify(text.slice(0, 60))} must be a duration of Go such as 1h30m, from 1ms to 8784h.`,
  );
});
