import { describe, expect, test } from 'vitest';
import { type Expansion, expand, type Occurrence } from './expand.js';
import { type Kept, moved, reread } from './tzdataChange.js';
import { HOUR } from './wall.js';

const range = { start: Date.parse('2027-06-01T00:00Z'), end: Date.parse('2027-06-04T00:00Z') };
const fresh = expand(
  { kind: 'permit', zone: 'Europe/Berlin', start: '2027-06-01T22:00', rule: 'FREQ=DAILY', duration: 'PT2H' },
  range,
);
const [first, second, third] = fresh.occurrences as [Occurrence, Occurrence, Occurrence];

/** As it would have been stored by an edition without summer time in that year. */
const earlier = (one: Occurrence): Occurrence => ({
  ...one,
  start: one.start + HOUR,
  end: one.end + HOUR,
  local: { start: one.local.start.replace('+02', '+01'), end: one.local.end.replace('+02', '+01') },
});
const stored = (...occurrences: Occurrence[]): Expansion => ({ ...fresh, tzdata: '2019a', occurrences });

describe('another edition of the zone database', () => {
  test('moves nothing where the instants are the same', () => {
    expect(moved(stored(...fresh.occurrences), fresh)).toEqual([]);
  });

  test('moves the occurrences with other instants, and takes and brings some', () => {
    const gone = { ...first, named: '2027-05-31T22:00:00' };
    expect(moved(stored(gone, earlier(first), second), fresh)).toEqual([
      { named: gone.named, before: gone, after: null },
      { named: first.named, before: earlier(first), after: first },
      { named: third.named, before: null, after: third },
    ]);
  });

  test('moves an occurrence of which only the end or only the start is another', () => {
    const shorter = { ...second, end: second.end - 1 };
    const later = { ...third, start: third.start + 1 };
    expect(moved(stored(first, shorter, later), fresh)).toEqual([
      { named: second.named, before: shorter, after: second },
      { named: third.named, before: later, after: third },
    ]);
  });

  test('tells them in the order of their local starts, whichever has them', () => {
    expect(moved(stored(earlier(third)), fresh)).toEqual([
      { named: first.named, before: null, after: first },
      { named: second.named, before: null, after: second },
      { named: third.named, before: earlier(third), after: third },
    ]);
  });

  test('LIB-05.7: leaves a reservation at its instants and lists it where the clocks will show another time', () => {
    const kept = (id: string, one: Occurrence): Kept => ({ id, zone: 'Europe/Berlin', ...one });
    const told = { ...earlier(first), start: first.start, end: first.end };
    const endOnly = { ...third, local: { ...third.local, end: '2027-06-04T01:00:00+03:00' } };
    const startOnly = { ...third, local: { ...third.local, start: '2027-06-03T21:00:00+01:00' } };
    expect(
      reread([kept('R1', told), kept('R2', second), kept('R3', endOnly), kept('R4', startOnly)]),
    ).toEqual([
      { ...kept('R1', told), now: first.local },
      { ...kept('R3', endOnly), now: third.local },
      { ...kept('R4', startOnly), now: third.local },
    ]);
  });
});
