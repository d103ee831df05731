import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { alternatives } from './alternatives.js';
import { Candidate, Reservation } from './candidate.js';
import { differences, evaluate } from './conflicts.js';
import { at } from './example.js';
import type { Conflict } from './finding.js';
import { MINUTE } from '../instant.js';
import { prepare } from './prepare.js';
import { Snapshot } from './snapshot.js';
import { scan } from './timeline.js';

const BASE = Date.parse(at('0:00'));
const SPAN = 24 * 60;
const instantAt = (minute: number) => new Date(BASE + minute * MINUTE).toISOString();
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => maybe(maybe(arbitrary));
const some = (...from: string[]) => fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });
const services = some('a', 'b', 'c', 'd', 'e', 'f');
const service = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const environment = fc.constantFrom('p1', 'p2', 's1');
const regions = some('eu', 'us', 'jp');
const minutes = (max: number) => fc.integer({ min: 0, max });
const span = fc
  .tuple(minutes(SPAN), fc.integer({ min: 1, max: 240 }))
  .map(([start, length]) => ({ start: instantAt(start), end: instantAt(start + length) }));
const changeType = fc.constantFrom('STANDARD', 'NORMAL', 'EMERGENCY');
const kind = fc.constantFrom('PLANNED', 'HOTFIX', 'ROLLBACK', 'REDEPLOY', 'CONFIG');
const versions = fc.array(fc.record({ service, version: fc.constantFrom('1', '2') }), { maxLength: 2 });
const emergency = fc.record({
  path: fc.constantFrom('emergency', 'break-glass'),
  freezes: maybe(some('F0', 'F1')),
  validUntil: maybe(minutes(SPAN).map(instantAt)),
});

const occupancy = {
  services,
  environment,
  regions: maybe(regions),
  resources: maybe(some('db', 'state', 'runner')),
  preBufferMinutes: maybe(minutes(20)),
  soakMinutes: maybe(minutes(60)),
  exclusive: maybe(fc.boolean()),
  changeType: maybe(changeType),
  emergency: maybe(emergency),
  team: maybe(fc.constantFrom('t', 'u')),
  operator: maybe(fc.constantFrom('ana', 'ben')),
  plan: maybe(fc.record({ id: fc.constantFrom('P', 'Q'), wave: fc.integer({ min: 1, max: 2 }) })),
};
const dated = <T extends object>(fields: fc.Arbitrary<T>) =>
  fc.tuple(fields, span).map(([one, when]) => ({ ...one, ...when }));
const anyReservation = dated(
  fc.record({
    ...occupancy,
    kind: maybe(kind),
    delivers: maybe(versions),
    state: fc.constantFrom('HELD', 'RESERVED', 'IN_PROGRESS', 'VALIDATING', 'ROLLING_BACK'),
  }),
);
const anyCandidate = dated(
  fc.record({
    id: fc.constant('D'),
    ...occupancy,
    kind,
    rollbackMinutes: maybe(minutes(60)),
    regionalSplit: maybe(fc.boolean()),
    approvers: maybe(some('ana', 'cy')),
    incidents: maybe(some('I0', 'I1')),
    requires: rarely(versions),
    notice: maybe(fc.record({ earliestStart: minutes(SPAN).map(instantAt) })),
  }),
).map((one) => Candidate.parse({ ...one, latest: instantAt(1.5 * SPAN) }));

const narrow = fc.record({
  services: maybe(services),
  tiers: maybe(fc.constant([1, 2])),
  environments: maybe(some('p1', 's1')),
  environmentClasses: maybe(fc.constant(['PROD'])),
  regions: maybe(regions),
  changeTypes: maybe(fc.constant(['NORMAL'])),
});
const selectors = fc.oneof(
  { weight: 2, arbitrary: fc.constant([{}]) },
  { weight: 1, arbitrary: fc.array(narrow, { minLength: 1, maxLength: 2 }) },
);
const long = fc
  .tuple(minutes(SPAN), fc.integer({ min: 120, max: 720 }))
  .map(([start, length]) => ({ start: instantAt(start), end: instantAt(start + length) }));
const listOf = <T extends object>(prefix: string, one: fc.Arbitrary<T>, maxLength: number) =>
  maybe(fc.array(one, { maxLength })).map((all) => all?.map((item, i) => ({ id: `${prefix}${i}`, ...item })));
const bare = <T>(one: fc.Arbitrary<T>, maxLength: number) => maybe(fc.array(one, { maxLength }));

const anySnapshot = fc
  .record({
    reservations: listOf('X', anyReservation, 8),
    environments: fc.constantFrom(undefined, [
      { id: 'p1', class: 'PROD', maxParallel: 2 },
      { id: 's1', class: 'STAGING' },
    ]),
    services: fc.constantFrom(undefined, [
      { id: 'a', tier: 1 },
      { id: 'b', tier: 3 },
    ]),
    dependencies: bare(
      fc.record({ consumer: service, provider: service, kind: fc.constantFrom('hard', 'soft') }),
      6,
    ),
    live: bare(fc.record({ service, environment, versions: some('1', '2') }), 6),
    freezes: listOf(
      'F',
      dated(
        fc.record({
          state: fc.constantFrom('DECLARED', 'ACTIVE', 'ENDED'),
          mode: fc.constantFrom('soft', 'hard'),
          selectors,
          allowedTypes: maybe(fc.constant(['EMERGENCY'])),
        }),
      ),
      3,
    ),
    exceptions: listOf(
      'E',
      dated(fc.record({ freeze: fc.constantFrom('F0', 'F1'), deployment: fc.constantFrom('D', 'X0') })),
      4,
    ),
    incidents: listOf(
      'I',
      fc.record({
        severity: fc.constantFrom('SEV1', 'SEV2', 'SEV3'),
        services: maybe(services),
        environments: maybe(fc.constant(['p1'])),
        openedAt: fc.constant(instantAt(0)),
        resolvedAt: maybe(minutes(SPAN).map(instantAt)),
      }),
      2,
    ),
    windows: listOf(
      'W',
      fc.record({
        kind: fc.constantFrom('standard', 'maintenance', 'emergency-only'),
        selectors,
        occurrences: fc.array(long, { minLength: 1, maxLength: 4 }),
        capacity: maybe(fc.integer({ min: 1, max: 3 })),
      }),
      4,
    ),
    overrides: listOf('O', dated(fc.record({ deployment: fc.constantFrom('D', 'X0') })), 2),
    regions: rarely(fc.array(long, { minLength: 1, maxLength: 4 })).map(
      (permitted) => permitted && [{ id: 'eu', permitted }],
    ),
    bookings: listOf('B', dated(fc.record({ environment, holder: maybe(fc.constant('D')) })), 2),
    resources: fc.constantFrom(undefined, [{ id: 'runner', exclusive: false }]),
    commitments: listOf(
      'C',
      dated(fc.record({ effect: fc.constantFrom('BLOCK', 'WARN', 'INFO'), services: maybe(services) })),
      2,
    ),
    budgets: rarely(fc.constant([{ service: 'b', state: 'EXHAUSTED' }])),
    readiness: maybe(
      fc.uniqueArray(fc.record({ environment, state: fc.constantFrom('READY', 'UNKNOWN') }), {
        selector: (one) => one.environment,
      }),
    ),
    onCall: rarely(
      fc.array(fc.tuple(service, fc.constantFrom('ana', 'ben'), long), { minLength: 6, maxLength: 16 }),
    ).map((all) => all?.map(([of, person, when]) => ({ service: of, person, ...when }))),
    absences: bare(dated(fc.record({ person: fc.constantFrom('ana', 'ben', 'cy') })), 3),
  })
  .map((snapshot) => Snapshot.parse(snapshot));
const anyNow = minutes(SPAN).map((minute) => new Date(BASE + (minute - SPAN) * MINUTE));

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
