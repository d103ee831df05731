import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import type { Interval } from '../intervals.js';
import { outlook } from './outlook.js';
import { stretches } from './stretches.js';

const at = (text: string) => Date.parse(text);
const hour = 3_600_000;
const day = 24 * hour;

describe('the stretches of a range', () => {
  const [spring, autumn] = [at('2027-03-28T01:00Z'), at('2027-10-31T01:00Z')];

  test('are cut where the offset changes, over the turn of a year too', () => {
    const range = { start: at('2026-12-01T00:00Z'), end: at('2028-01-01T00:00Z') };
    expect(stretches('Europe/London', range)).toEqual([
      { start: range.start, end: spring, offset: 0 },
      { start: spring, end: autumn, offset: hour },
      { start: autumn, end: range.end, offset: 0 },
    ]);
    expect(stretches('Asia/Kolkata', range)).toEqual([{ ...range, offset: 5.5 * hour }]);
  });

  test('are none that are empty: a change at an end of the range cuts nothing off', () => {
    expect(stretches('Europe/London', { start: spring, end: spring + 1 })).toEqual([
      { start: spring, end: spring + 1, offset: hour },
    ]);
    expect(stretches('Europe/London', { start: spring - 1, end: spring })).toEqual([
      { start: spring - 1, end: spring, offset: 0 },
    ]);
  });
});

describe('an outlook', () => {
  const now = at('2027-02-01T00:00Z');
  const looking = (start: number, end: number) => {
    const looked: number[] = [];
    const seen = outlook((range) => {
      looked.push((range.end - range.start) / day);
      return [{ start: Math.max(start, range.start), end: Math.min(end, range.end) }].filter(
        (one) => one.start < one.end,
      );
    }, now);
    return {
      open: seen.open,
      changesAt: seen.changesAt === null ? null : (seen.changesAt - now) / day,
      looked,
    };
  };

  test('looks further and further, two years at most', () => {
    expect(looking(now, now + day)).toEqual({ open: true, changesAt: 1, looked: [8] });
    expect(looking(now, now + 8 * day)).toEqual({ open: true, changesAt: 8, looked: [8, 64] });
    expect(looking(now - day, now + 100 * day)).toEqual({ open: true, changesAt: 100, looked: [8, 64, 512] });
    expect(looking(now, now + 731 * day)).toEqual({ open: true, changesAt: null, looked: [8, 64, 512, 731] });
    expect(looking(now, now + 730 * day)).toEqual({ open: true, changesAt: 730, looked: [8, 64, 512, 731] });
    expect(looking(now + 1, now + day)).toEqual({ open: false, changesAt: 1 / day, looked: [8] });
    expect(looking(now - day, now)).toEqual({ open: false, changesAt: null, looked: [8, 64, 512, 731] });
  });

  test('passes on what is refused for another reason than size', () => {
    let looks = 0;
    const openIn = () => {
      if (looks++ > 0) throw new RangeError('other');
      return [];
    };
    expect(() => outlook(openIn, now)).toThrow('other');
    const refusing = (code: string) => (range: Interval) => {
      if (range.end - range.start > 8 * day) throw new Rejected(code, 'why', 'LIB-05.8');
      return [];
    };
    expect(() => outlook(refusing('RULE_INVALID'), now)).toThrow('RULE_INVALID: why');
    expect(outlook(refusing('EXPANSION_TOO_LARGE'), now)).toMatchObject({
      open: false,
      changesAt: null,
      lookedUntil: now + 8 * day,
    });
  });

  test('names the instant that is none', () => {
    expect(() => outlook(() => [], NaN)).toThrow('instant.start must be a whole number');
  });
});
