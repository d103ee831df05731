import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { alternatives } from './alternatives.js';
import { type Candidate, Reservation } from './candidate.js';
import { differences, evaluate } from './conflicts.js';
import type { Conflict } from './finding.js';
import { anyCandidate, anyNow, anyReservation, anySnapshot } from './testCases.js';
import { MINUTE } from '../instant.js';
import { prepare } from './prepare.js';
import type { Snapshot } from './snapshot.js';
import { scan } from './timeline.js';

const shuffled = (snapshot: Snapshot, seed: number): Snapshot =>
  Object.fromEntries(
    Object.entries(snapshot).map(([section, list]) => [
      section,
      Array.isArray(list) ? list.toSorted((a, b) => mixed(a, seed) - mixed(b, seed)) : list,
    ]),
  );
const mixed = (item: unknown, seed: number) =>
  Buffer.from(JSON.stringify(item)).reduce((sum, byte) => (sum * 31 + byte + seed) % 65_537, seed);

const rank = { BLOCKER: 0, WARNING: 1, INFO: 2 };
const covers = (one: Conflict, other: Conflict) =>
  one.code === other.code &&
  one.counterpart === other.counterpart &&
  rank[one.severity] <= rank[other.severity] &&
  one.interval.start <= other.interval.start &&
  other.interval.end <= one.interval.end;

test('the generated cases reach every rule, and slots other than the first one tried', () => {
  const reached = new Set<number>();
  const cases = fc.sample(fc.tuple(anyCandidate, anySnapshot, anyNow), { numRuns: 400, seed: 44 });
  const late = cases.filter(([candidate, snapshot, now]) => {
    const found = evaluate(candidate, snapshot, now);
    found.forEach(({ order }) => reached.add(order));
    const blocked = found.some(({ severity }) => severity === 'BLOCKER');
    return blocked && alternatives(candidate, snapshot, now).length > 0;
  });
  expect([...reached].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  expect(late.length).toBeGreaterThan(30);
});

describe('the answer', () => {
  test('does not depend on the order of the input', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, fc.nat(), (candidate, snapshot, now, seed) => {
        expect(evaluate(candidate, shuffled(snapshot, seed), now)).toEqual(
          evaluate(candidate, snapshot, now),
        );
        const turned = {
          ...candidate,
          services: candidate.services.toReversed(),
          regions: candidate.regions?.toReversed(),
        };
        expect(evaluate(turned, snapshot, now)).toEqual(evaluate(candidate, snapshot, now));
      }),
      { numRuns: 500 },
    ));

  test('does not depend on how the snapshot is indexed, and leaves it as it was', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, (candidate, snapshot, now) => {
        const before = JSON.stringify([candidate, snapshot]);
        expect(evaluate(candidate, prepare(snapshot), now)).toEqual(
          evaluate(candidate, prepare(snapshot, scan), now),
        );
        expect(JSON.stringify([candidate, snapshot])).toBe(before);
      }),
      { numRuns: 500 },
    ));

  test('loses no conflict when a reservation is added, unless it brings what was missing', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, anyReservation, (candidate, snapshot, now, extra) => {
        const added = Reservation.parse({ id: 'new', ...extra });
        const reservations = [...(snapshot.reservations ?? []), added];
        const after = evaluate(candidate, { ...snapshot, reservations }, now);
        const before = evaluate(candidate, snapshot, now).filter(
          (one) => !(one.code === 'DEPENDENCY_ORDER' && added.delivers),
        );
        for (const old of before) expect(after.filter((one) => covers(one, old))).not.toEqual([]);
      }),
      { numRuns: 300 },
    ));

  test('is sorted by severity, then rule, then counterpart, each fingerprint once', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, (candidate, snapshot, now) => {
        const found = evaluate(candidate, snapshot, now);
        const keys = found.map(({ severity, order, counterpart }) =>
          [rank[severity], String(order).padStart(2), counterpart].join('|'),
        );
        expect(keys).toEqual(keys.toSorted());
        expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
      }),
      { numRuns: 300 },
    ));
});

describe('differences', () => {
  test('lead from the one evaluation to the other', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anySnapshot, anyNow, (candidate, one, other, now) => {
        const [before, after] = [evaluate(candidate, one, now), evaluate(candidate, other, now)];
        const { detected, resolved, changed } = differences(before, after);
        const prints = (list: readonly Conflict[]) => list.map(({ fingerprint }) => fingerprint);
        const kept = prints(before).filter((print) => !prints(resolved).includes(print));
        expect([...kept, ...prints(detected)].sort()).toEqual(prints(after).sort());
        expect(prints(changed).every((print) => kept.includes(print))).toBe(true);
        expect(differences(after, after)).toEqual({ detected: [], resolved: [], changed: [] });
      }),
      { numRuns: 300 },
    ));
});

describe('an alternative', () => {
  const isFree = (candidate: Candidate, snapshot: Snapshot, now: Date) =>
    evaluate(candidate, snapshot, now).every(({ severity }) => severity !== 'BLOCKER');
  const occupiedMinutes = ({ start, end, preBufferMinutes = 0, soakMinutes = 30 }: Candidate) =>
    preBufferMinutes + (Date.parse(end) - Date.parse(start)) / MINUTE + soakMinutes;
  const movedTo = (candidate: Candidate, start: number): Candidate => {
    const length = Date.parse(candidate.end) - Date.parse(candidate.start);
    return {
      ...candidate,
      start: new Date(start).toISOString(),
      end: new Date(start + length).toISOString(),
    };
  };

  test('evaluated again has no blocker, lies in the range asked for and comes after the one before', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, (candidate, snapshot, now) => {
        const offered = alternatives(candidate, snapshot, now);
        expect(offered.length).toBeLessThanOrEqual(5);
        offered.forEach(({ start, end, conflicts }, i) => {
          expect(isFree({ ...candidate, start, end }, snapshot, now)).toBe(true);
          expect(conflicts).toEqual(evaluate({ ...candidate, start, end }, snapshot, now));
          expect(Date.parse(end) - Date.parse(start)).toBe(
            Date.parse(candidate.end) - Date.parse(candidate.start),
          );
          expect(
            start >= candidate.start && start <= candidate.latest! && Date.parse(start) >= now.getTime(),
          ).toBe(true);
          if (i > 0) expect(start >= offered[i - 1]!.end).toBe(true);
        });
      }),
      { numRuns: 300 },
    ));

  test('is the first there is: trying every minute finds none sooner', () =>
    fc.assert(
      fc.property(anyCandidate, anySnapshot, anyNow, (candidate, snapshot, now) => {
        const world = prepare(snapshot);
        const [offered] = alternatives(candidate, world, now);
        const own = isFree(candidate, snapshot, now) ? occupiedMinutes(candidate) * MINUTE : 0;
        const from = Math.max(now.getTime(), Date.parse(candidate.start) + own);
        const until = offered ? Date.parse(offered.start) : Date.parse(candidate.latest!) + 1;
        for (let start = from; start < until; start += MINUTE) {
          const moved = movedTo(candidate, start);
          if (evaluate(moved, world, now).every(({ severity }) => severity !== 'BLOCKER'))
            expect.fail(`${moved.start} is free and not offered`);
        }
      }),
      { numRuns: 60 },
    ));
});
