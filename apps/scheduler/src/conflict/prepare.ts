import type { Interval } from '#time/intervals';
import type { EnvironmentClass } from './candidate.js';
import { span } from './instant.js';
import { place, type Placement } from './placement.js';
import { defaults, type Policy } from './policy.js';
import type { Member, Snapshot } from './snapshot.js';
import { timeline, type Timeline } from './timeline.js';

/** Something of the snapshot, and when it is. */
export interface Dated<Item> extends Interval {
  readonly item: Item;
}

/** A snapshot indexed once for any number of evaluations. */
export interface Prepared {
  readonly snapshot: Snapshot;
  readonly policy: Required<Policy>;
  readonly classes: ReadonlyMap<string, EnvironmentClass>;
  readonly services: ReadonlyMap<string, Member<'services'>>;
  readonly reservations: Timeline<Placement>;
  readonly freezes: Timeline<Dated<Member<'freezes'>>>;
  /** Exceptions to freezes, by deployment. */
  readonly exceptions: ReadonlyMap<string, Dated<Member<'exceptions'>>[]>;
}

/**
 * Indexes a snapshot; O(n log n). Answers do not depend on the order of its lists. A reversed or empty
 * interval and a malformed instant are refused under the name of their field.
 */
export function prepare(snapshot: Snapshot): Prepared {
  const policy = { ...defaults, ...snapshot.policy };
  const classes = new Map((snapshot.environments ?? []).map((one) => [one.id, one.class]));
  const reservations = (snapshot.reservations ?? []).map((one, i) =>
    place(one, `reservations[${i}]`, policy, classes),
  );
  const counting = (snapshot.freezes ?? []).filter(({ state }) => state === 'DECLARED' || state === 'ACTIVE');
  return {
    snapshot,
    policy,
    classes,
    services: new Map((snapshot.services ?? []).map((one) => [one.id, one])),
    reservations: timeline(reservations, ({ occupied }) => occupied),
    freezes: timeline(dated(counting, 'freezes'), (one) => one),
    exceptions: grouped(dated(snapshot.exceptions, 'exceptions'), ({ item }) => item.deployment),
  };
}

function dated<Item extends { start: string; end: string }>(
  items: readonly Item[] | undefined,
  section: string,
): Dated<Item>[] {
  return (items ?? []).map((item, i) => ({ item, ...span(item, `${section}[${i}]`) }));
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
