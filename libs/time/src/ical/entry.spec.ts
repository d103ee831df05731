import { describe, expect, test } from 'vitest';
import { CalendarEntry, CalendarFeed } from './entry.js';

const entry = {
  uid: 'a',
  sequence: 0,
  summary: '',
  status: 'CONFIRMED',
  transparency: 'OPAQUE',
  schedule: { kind: 'permit', zone: 'UTC', start: '2027-01-01T00:00', duration: 'PT1H' },
};
const feed = { name: 'a', entries: [] };
const isEntry = (change: object) => CalendarEntry.safeParse({ ...entry, ...change }).success;
const isFeed = (change: object) => CalendarFeed.safeParse({ ...feed, ...change }).success;

describe('an entry of a calendar that is written', () => {
  test.each([
    ['uid', 1, 1_000],
    ['summary', 0, 10_000],
    ['description', 0, 100_000],
  ])('has a %s of %d to %d characters', (field, least, most) => {
    const fits = (length: number) => isEntry({ [field]: 'x'.repeat(length) });
    expect([fits(least), fits(most), fits(most + 1)]).toEqual([true, true, false]);
    if (least > 0) expect(fits(least - 1)).toBe(false);
  });

  test.each([
    ['status', ['CONFIRMED', 'TENTATIVE', 'CANCELLED']],
    ['transparency', ['OPAQUE', 'TRANSPARENT']],
  ])('has a %s of %j', (field, words) => {
    expect(words.filter((word) => !isEntry({ [field]: word }))).toEqual([]);
    expect(['', 'opaque', 'FREE', undefined].filter((word) => isEntry({ [field]: word }))).toEqual([]);
  });

  test('has a sequence of 31 bits, an instant of its last change in UTC, and nothing else', () => {
    const sequences = [0, 2_147_483_647, -1, 2_147_483_648, 0.5];
    expect(sequences.map((sequence) => isEntry({ sequence }))).toEqual([true, true, false, false, false]);
    expect(isEntry({ changedAt: '2027-01-01T10:20:30Z' })).toBe(true);
    expect(isEntry({ changedAt: '2027-01-01T10:20:30+01:00' })).toBe(false);
    expect(isEntry({ colour: 'teal' })).toBe(false);
  });
});

describe('a calendar that is written', () => {
  test('has a name of 1 to 200 characters, and nothing that is not known', () => {
    const names = [0, 1, 200, 201].map((length) => isFeed({ name: 'x'.repeat(length) }));
    expect(names).toEqual([false, true, true, false]);
    expect(isFeed({ colour: 'teal' })).toBe(false);
  });

  test('has a colour by its name in CSS', () => {
    const colours = ['red', 'teal', 'x'.repeat(30)];
    expect(colours.filter((color) => !isFeed({ color }))).toEqual([]);
    const others = ['re', 'x'.repeat(31), 'Teal', 'teal ', ' teal', 'teal\n', '#008080', 'teal1', ''];
    expect(others.filter((color) => isFeed({ color }))).toEqual([]);
  });
});
