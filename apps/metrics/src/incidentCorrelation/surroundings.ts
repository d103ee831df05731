import { DAY, instant } from '../delivery/instant.js';

/** What is known about the surroundings. */
export interface Surroundings {
  /** Hard dependencies: `service` needs `on`. */
  readonly dependencies?: readonly { readonly service: string; readonly on: string }[];
  /** Where error signatures were seen before. */
  readonly sightings?: readonly { readonly signature: string; readonly at: string }[];
}

const SEEN_WITHIN = 14 * DAY;
const TOPOLOGY = [1, 0.7, 0.4];

/** The services whose deployments may hurt the given ones: themselves, what they need, and what that needs. */
export function reaching(dependencies: NonNullable<Surroundings['dependencies']>) {
  const needs = new Map<string, string[]>();
  for (const { service, on } of dependencies) {
    const own = needs.get(service);
    if (own) own.push(on);
    else needs.set(service, [on]);
  }
  return (services: readonly string[]): Map<string, number> => {
    const reached = new Map<string, number>();
    let edge: Iterable<string> = services;
    for (const weight of TOPOLOGY) {
      const next = new Set<string>();
      for (const service of edge) {
        if (reached.has(service)) continue;
        reached.set(service, weight);
        for (const on of needs.get(service) ?? []) next.add(on);
      }
      edge = next;
    }
    return reached;
  };
}

/** Whether a signature was seen in the 14 days before an instant. */
export function seenBefore(sightings: NonNullable<Surroundings['sightings']>) {
  const times = new Map<string, number[]>();
  for (const { signature, at } of sightings) {
    const own = times.get(signature);
    if (own) own.push(instant(at, 'sightings.at'));
    else times.set(signature, [instant(at, 'sightings.at')]);
  }
  for (const own of times.values()) own.sort((a, b) => a - b);
  return (signature: string, at: number): boolean => {
    const own = times.get(signature) ?? [];
    const next = own[firstFrom(own, at - SEEN_WITHIN, (time) => time)];
    return next !== undefined && next < at;
  };
}

/** The place of the first of an ascending list whose time is not before `from`. */
export function firstFrom<T>(list: readonly T[], from: number, timeOf: (one: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeOf(list[middle]!) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
