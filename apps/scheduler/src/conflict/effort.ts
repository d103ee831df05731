import { Rejected } from '#events';
import type { Interval } from '#time/intervals';
import type { Trial } from './finding.js';
import { versionKey } from './placement.js';
import type { Selector } from './snapshot.js';

/** How many selectors, openings and reservations one question may make the rules look at: about a second of work. */
export const MOST_LOOKS = 10_000_000;

/** The same for a question about slots, whose every start is looked at, in each environment. */
export const MOST_SLOT_LOOKS = 50_000_000;

/**
 * What the rules look at for one start, estimated from lengths alone: selectors of each freeze and window in reach for each
 * service (and region), windows with places for each reservation in the way, exceptions for each freeze, and what is gone
 * through from end to end.
 */
export function looksOf(trial: Trial): number {
  const { asked, services, placed, window, others, world } = trial;
  const freezes = world.freezes.overlapping(placed.occupied);
  const openings = world.openings.overlapping(window);
  const limits = world.openings.overlapping(placed.occupied).filter(({ of }) => of.capacity !== undefined);
  const taking = sum(others, (other) => other.asked.services.length);
  const windows = [...new Set(limits.map(({ of }) => of))];
  const permitting = sum(openings, ({ of }) => weight(of));
  // A reservation is looked at by every rule, and sorted into the sweep of each limit.
  return (
    services.size * sum(freezes, ({ item }) => weight(item)) +
    services.size * (1 + (asked.regions?.length ?? 0)) * permitting +
    4 * freezes.length * (world.exceptions.get(asked.id)?.length ?? 0) +
    4 * sum(windows, weight) * taking +
    16 * (windows.length + 1) * others.length +
    regional(trial) +
    people(trial) +
    lists(trial)
  );
}

/** Selectors of windows that name a region, for each service, and the permitted hours of the region. */
function regional({ asked, services, world }: Trial): number {
  const naming = (name: string) => weight({ selectors: world.regional.get(name) ?? [] });
  return sum(
    [...new Set(asked.regions)],
    (name) => services.size * naming(name) + (world.regions.get(name)?.length ?? 0),
  );
}

/** Shifts for each service, and absences of all who are on call, operate or approve. */
function people({ asked, services, world }: Trial): number {
  const absences = (person: string) => world.absences.get(person)?.length ?? 0;
  const onCall = sum([...services], (service) => {
    const shifts = world.onCall.get(service) ?? [];
    return shifts.length + sum([...new Set(shifts.map(({ item }) => item.person))], absences);
  });
  return onCall + sum([asked.operator ?? '', ...new Set(asked.approvers)], absences);
}

/** A line of the other lists is one look; of the incidents, most of which are only compared with an instant, 8 lines are. */
function lists({ asked, placed, world }: Trial): number {
  const versions = sum(
    asked.requires ?? [],
    (one) =>
      (world.live.get(one.service)?.length ?? 0) + (world.deliveries.get(versionKey(one))?.length ?? 0),
  );
  const commitments = sum(
    world.commitments.overlapping(placed.occupied),
    ({ item }) => 1 + (item.services?.length ?? 0),
  );
  return (
    versions +
    commitments +
    world.bookings.overlapping(placed.occupied).length +
    (world.overrides.get(asked.id)?.length ?? 0) +
    Math.floor(world.incidents.length / 8)
  );
}

/** What it takes to tell when all of its regions permit it at once: each window of the time, for each service in each region. */
export function looksAhead({ asked, services, world }: Trial, within: Interval): number {
  const windows = new Set(world.openings.overlapping(within).map(({ of }) => of));
  return services.size * new Set(asked.regions).size * sum([...windows], weight);
}

/** A selector is one look, and one more for each 32 names that it goes through. */
function weight({ selectors }: { readonly selectors: readonly Selector[] }): number {
  let looks = 0;
  for (const one of selectors)
    looks +=
      1 + ((length(one.services) + length(one.environments) + length(one.regions) + length(one.tags)) >> 5);
  return looks;
}

function length(list: readonly unknown[] | undefined): number {
  return list?.length ?? 0;
}

/** A count of looks that refuses to become more than one question may cost. */
export function budget(field: string, most = MOST_LOOKS): (looks: number) => void {
  let spent = 0;
  return (looks) => {
    spent += looks;
    if (spent > most)
      throw new Rejected(
        'EVALUATION_TOO_LARGE',
        `${field} would be compared ${spent} times, over ${most}: ask for fewer services, regions or days, or send a smaller snapshot.`,
        'SCH-04.7',
      );
  };
}

function sum<Item>(items: readonly Item[], size: (item: Item) => number): number {
  return items.reduce((total, item) => total + size(item), 0);
}
