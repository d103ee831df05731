import { Rejected } from '#events';
import type { Trial } from './finding.js';

/** How many selectors, openings and reservations one question may make the rules look at: about a second of work. */
export const MOST_LOOKS = 10_000_000;

/**
 * What the rules look at for one start, estimated from lengths alone: selectors of each freeze and window in reach for each
 * service (and region), windows with places for each reservation in the way, exceptions for each freeze.
 */
export function looksOf({ asked, services, placed, window, others, world }: Trial): number {
  const freezes = world.freezes.overlapping(placed.occupied);
  const openings = world.openings.overlapping(window);
  const limits = world.openings.overlapping(placed.occupied).filter(({ of }) => of.capacity !== undefined);
  const taking = sum(others, (other) => other.asked.services.length);
  const windows = [...new Set(limits.map(({ of }) => of))];
  const permitting = sum(openings, ({ of }) => of.selectors.length);
  // A reservation is looked at by every rule, and sorted into the sweep of each limit.
  return (
    services.size * sum(freezes, ({ item }) => item.selectors.length) +
    services.size * (1 + (asked.regions?.length ?? 0)) * permitting +
    4 * freezes.length * (world.exceptions.get(asked.id)?.length ?? 0) +
    4 * sum(windows, ({ selectors }) => selectors.length) * taking +
    16 * (windows.length + 1) * others.length
  );
}

/** A count of looks that refuses to become more than one question may cost. */
export function budget(field: string): (looks: number) => void {
  let spent = 0;
  return (looks) => {
    spent += looks;
    if (spent > MOST_LOOKS)
      throw new Rejected(
        'EVALUATION_TOO_LARGE',
        `${field} would be compared ${spent} times, over ${MOST_LOOKS}: ask for fewer services, regions or days, or send a smaller snapshot.`,
        'SCH-04.7',
      );
  };
}

function sum<Item>(items: readonly Item[], size: (item: Item) => number): number {
  return items.reduce((total, item) => total + size(item), 0);
}
