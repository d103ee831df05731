import { grouped } from './dated.js';
import type { Member } from './snapshot.js';

type Edge = Member<'dependencies'>;

/** The dependency graph, by either end of its edges. */
export interface Graph {
  readonly ofConsumer: ReadonlyMap<string, readonly Edge[]>;
  readonly ofProvider: ReadonlyMap<string, readonly Edge[]>;
}

/** How near a service is to a deployment: directly and hard, or by a soft edge or over one service between. */
export type Nearness = 'hard' | 'soft' | 'two hops';

/** Indexes the edges. */
export function graphOf(edges: readonly Edge[] | undefined): Graph {
  return {
    ofConsumer: grouped(edges, ({ consumer }) => consumer),
    ofProvider: grouped(edges, ({ provider }) => provider),
  };
}

/** The services that these need directly and hard, themselves excluded. */
export function hardProviders(services: ReadonlySet<string>, { ofConsumer }: Graph): Set<string> {
  const edges = [...services].flatMap((service) => ofConsumer.get(service) ?? []);
  const hard = edges.filter(({ kind }) => kind === 'hard').map(({ provider }) => provider);
  return new Set(hard.filter((one) => !services.has(one)));
}

/**
 * Every service within two hops up or down the chain of dependencies from another one of these, with its nearness;
 * formulas 4.4 rule 9. Two services that merely share a provider are not near: neither depends on the other.
 */
export function nearby(services: ReadonlySet<string>, graph: Graph): ReadonlyMap<string, Nearness> {
  const near = new Map<string, Nearness>();
  const up = (from: string) =>
    (graph.ofConsumer.get(from) ?? []).map(({ provider, kind }) => [provider, kind] as const);
  const down = (from: string) =>
    (graph.ofProvider.get(from) ?? []).map(({ consumer, kind }) => [consumer, kind] as const);
  for (const next of [up, down]) {
    const between = new Map<string, string | undefined>();
    for (const from of services) {
      for (const [service, kind] of next(from)) {
        if (service !== from) note(near, service, kind);
        between.set(service, between.has(service) && between.get(service) !== from ? undefined : from);
      }
    }
    for (const [service, only] of between)
      for (const [further] of next(service)) if (further !== only) note(near, further, 'two hops');
  }
  return near;
}

const closeness: Record<Nearness, number> = { hard: 3, soft: 2, 'two hops': 1 };

function note(near: Map<string, Nearness>, service: string, nearness: Nearness): void {
  const known = near.get(service);
  if (known === undefined || closeness[nearness] > closeness[known]) near.set(service, nearness);
}
