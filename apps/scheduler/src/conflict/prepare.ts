import { merge, type Interval } from '#time/intervals';
import type { EnvironmentClass } from './candidate.js';
import { dated, grouped, lasting, named, spans, type Dated } from './dated.js';
import { graphOf, type Graph } from './hops.js';
import { place, versionKey, type Placement } from './placement.js';
import { policyOf, type Policy } from './policy.js';
import type { Member, Selector, Snapshot } from './snapshot.js';
import { timeline, type Index, type Timeline } from './timeline.js';

/** One opening of a window. */
export interface Opening extends Interval {
  readonly of: Member<'windows'>;
}

/** A snapshot indexed once for any number of evaluations. */
export interface Prepared {
  readonly snapshot: Snapshot;
  readonly policy: Required<Policy>;
  readonly classes: ReadonlyMap<string, EnvironmentClass>;
  readonly environments: ReadonlyMap<string, Member<'environments'>>;
  readonly services: ReadonlyMap<string, Member<'services'>>;
  readonly teams: ReadonlyMap<string, Member<'teams'>>;
  readonly resources: ReadonlyMap<string, Member<'resources'>>;
  readonly budgets: ReadonlyMap<string, Member<'budgets'>>;
  readonly readiness: ReadonlyMap<string, Member<'readiness'>>;
  readonly regions: ReadonlyMap<string, readonly Interval[]>;
  readonly graph: Graph;
  readonly reservations: Timeline<Placement>;
  /** Reservations that bring a provider version, by `versionKey`. */
  readonly deliveries: ReadonlyMap<string, readonly Placement[]>;
  readonly live: ReadonlyMap<string, readonly Member<'live'>[]>;
  readonly freezes: Timeline<Dated<Member<'freezes'>>>;
  readonly incidents: readonly Dated<Member<'incidents'>>[];
  readonly openings: Timeline<Opening>;
  /** Selectors of windows by each region that they name. */
  readonly regional: ReadonlyMap<string, readonly Selector[]>;
  readonly bookings: Timeline<Dated<Member<'bookings'>>>;
  readonly commitments: Timeline<Dated<Member<'commitments'>>>;
  /** Exceptions to freezes and off-hours overrides, by deployment. */
  readonly exceptions: ReadonlyMap<string, readonly Dated<Member<'exceptions'>>[]>;
  readonly overrides: ReadonlyMap<string, readonly Dated<Member<'overrides'>>[]>;
  readonly onCall: ReadonlyMap<string, readonly Dated<Member<'onCall'>>[]>;
  readonly absences: ReadonlyMap<string, readonly Dated<Member<'absences'>>[]>;
}

/**
 * Indexes a snapshot; O(n log n). Answers do not depend on the order of its lists. A reversed or empty
 * interval and a malformed instant are refused under the name of their field. `index` is for comparison.
 * @throws Rejected INSTANT_INVALID, INTERVAL_INVALID, MINUTES_INVALID, POLICY_INVALID or SNAPSHOT_AMBIGUOUS (two
 * statements about one thing)
 */
export function prepare(snapshot: Snapshot, index: Index = timeline): Prepared {
  return {
    ...byName(snapshot),
    ...byTime(snapshot, index),
    ...byHolder(snapshot),
    ...placed(snapshot, index),
  };
}

const id = (one: { id: string }) => one.id;

function byName(snapshot: Snapshot) {
  return {
    snapshot,
    environments: named(snapshot.environments, 'environments', id),
    services: named(snapshot.services, 'services', id),
    teams: named(snapshot.teams, 'teams', id),
    resources: named(snapshot.resources, 'resources', id),
    budgets: named(snapshot.budgets, 'budgets', ({ service }) => service),
    readiness: named(snapshot.readiness, 'readiness', ({ environment }) => environment),
    live: grouped(snapshot.live, ({ service }) => service),
    graph: graphOf(snapshot.dependencies),
  };
}

function byTime(snapshot: Snapshot, index: Index) {
  const { freezes, incidents, windows, bookings, commitments, regions } = snapshot;
  const when = (one: Interval) => one;
  named(windows, 'windows', id);
  named(regions, 'regions', id);
  return {
    freezes: index(dated(freezes, 'freezes').filter(counts), when),
    incidents: lasting(incidents, 'incidents'),
    openings: index(openings(windows ?? []), when),
    regional: regional(windows ?? []),
    bookings: index(dated(bookings, 'bookings'), when),
    commitments: index(dated(commitments, 'commitments'), when),
    regions: new Map(
      (regions ?? []).map((one, i) => [one.id, merge(spans(one.permitted, `regions[${i}].permitted`))]),
    ),
  };
}

function byHolder({ exceptions, overrides, onCall, absences }: Snapshot) {
  return {
    exceptions: grouped(dated(exceptions, 'exceptions'), ({ item }) => item.deployment),
    overrides: grouped(dated(overrides, 'overrides'), ({ item }) => item.deployment),
    onCall: grouped(dated(onCall, 'onCall'), ({ item }) => item.service),
    absences: grouped(dated(absences, 'absences'), ({ item }) => item.person),
  };
}

function placed(snapshot: Snapshot, index: Index) {
  const policy = policyOf(snapshot.policy);
  const classes = new Map((snapshot.environments ?? []).map((one) => [one.id, one.class]));
  const all = (snapshot.reservations ?? []).map((one, i) =>
    place(one, `reservations[${i}]`, policy, classes),
  );
  const delivering = all.flatMap((one) =>
    [...new Set(one.asked.delivers?.map(versionKey))].map((version) => ({ version, one })),
  );
  const deliveries = new Map(
    [...grouped(delivering, ({ version }) => version)].map(([version, found]) => [
      version,
      found.map(({ one }) => one),
    ]),
  );
  return { policy, classes, reservations: index(all, ({ occupied }) => occupied), deliveries };
}

function counts({ item: { state } }: Dated<Member<'freezes'>>): boolean {
  return state === 'DECLARED' || state === 'ACTIVE';
}

function openings(windows: readonly Member<'windows'>[]): Opening[] {
  return windows.flatMap((of, i) =>
    merge(spans(of.occurrences, `windows[${i}].occurrences`)).map((one) => ({ of, ...one })),
  );
}

function regional(windows: readonly Member<'windows'>[]): ReadonlyMap<string, readonly Selector[]> {
  const naming = windows.flatMap(({ selectors }) =>
    selectors.flatMap((one) => [...new Set(one.regions)].map((region) => ({ region, one }))),
  );
  return new Map(
    [...grouped(naming, ({ region }) => region)].map(([region, found]) => [
      region,
      found.map(({ one }) => one),
    ]),
  );
}
