import fc from 'fast-check';
import { Candidate } from './candidate.js';
import { at } from './example.js';
import { MINUTE } from '../instant.js';
import { Snapshot } from './snapshot.js';

/** Generators for the laws of this folder: a deployment of one day, whole minutes, and all that may stand in its way. */
export const BASE = Date.parse(at('0:00'));
const SPAN = 24 * 60;
export const instantAt = (minute: number) => new Date(BASE + minute * MINUTE).toISOString();
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
export const anyReservation = dated(
  fc.record({
    ...occupancy,
    kind: maybe(kind),
    delivers: maybe(versions),
    state: fc.constantFrom('HELD', 'RESERVED', 'IN_PROGRESS', 'VALIDATING', 'ROLLING_BACK'),
  }),
);
export const anyCandidate = dated(
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

export const anySnapshot = fc
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
export const anyNow = minutes(SPAN).map((minute) => new Date(BASE + (minute - SPAN) * MINUTE));
