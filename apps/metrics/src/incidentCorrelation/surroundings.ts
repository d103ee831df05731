import { instant } from '../delivery/instant.js';

/** What is known about the surroundings. */
export interface Surroundings {
  /** Hard dependencies: `service` needs `on`. */
  readonly dependencies?: readonly { readonly service: string; readonly on: string }[];
  /** Where error signatures were seen before. */
  readonly sightings?: readonly { readonly signature: string; readonly at: string }[];
}

/** The services whose deployments may hurt the given ones, weighted by hops: themselves, what they need, and so on. */
export function reaching(
  dependencies: NonNullable<Surroundings['dependencies']>,
  weights: readonly number[],
) {
  const needs = new Map<string, string[]>();
  for (const { service, on } of dependencies) {
    const own = needs.get(service);
    if (own) own.push(on);
    else needs.set(service, [on]);
  }
  return (services: readonly string[]): Map<string, number> => {
    const reached = new Map<string, number>();
    let edge: Iterable<string> = services;
    for (const weight of weights) {
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

/** Whether a signature was seen in the time `within` (milliseconds) before an instant. */
export function seenBefore(sightings: NonNullable<Surroundings['sightings']>, within: number) {
  const times = new Map<string, number[]>();
  for (const { signature, at } of sightings) {
    const own = times.get(signature);
    if (own) own.push(instant(at, 'sightings.at'));
    else times.set(signature, [instant(at, 'sightings.at')]);
  }
  for (const own of times.values()) own.sort((a, b) => a - b);
  return (signature: string, at: number): boolean => {
    const own = times.get(signature) ?? [];
    const next = own[firstFrom(own, at - within, (time) => time)];
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
