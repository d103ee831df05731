import type { Database, KnownEvent, Projection } from '#events';
import type { Fact } from './fact.js';
import { deliveryEvents, type DeliveryEvent, factsOf } from './facts.js';

/** What one stream said about delivery: whose it is, what it refers to, and its facts in full. */
export interface DeliveryRow {
  readonly id: string;
  readonly services: readonly string[];
  /** Deployments, artifacts and incidents by which facts of other streams belong to these. */
  readonly keys: readonly string[];
  readonly facts: readonly Fact[];
}

export const deliveries: Projection<DeliveryRow, DeliveryEvent & KnownEvent> = {
  table: 'delivery',
  from: deliveryEvents,
  id: ({ stream }) => stream,
  evolve(before = { id: '', services: [], keys: [], facts: [] }, event) {
    const facts = factsOf(event);
    if (facts.length === 0) return before.id === '' ? undefined : before;
    return {
      id: event.stream,
      services: union(
        before.services,
        facts.flatMap((fact) => ('service' in fact && fact.service ? [fact.service] : [])),
      ),
      keys: union(before.keys, facts.flatMap(keysOf)),
      facts: [...before.facts, ...facts],
    };
  },
};

function keysOf(fact: Fact): string[] {
  return [
    ...('deploymentId' in fact ? [fact.deploymentId] : []),
    ...('artifact' in fact ? [fact.artifact] : []),
    ...('artifacts' in fact ? (fact.artifacts ?? []) : []),
    ...('incidentId' in fact ? [fact.incidentId] : []),
    ...('remediates' in fact ? (fact.remediates ?? []) : []),
  ];
}

const union = (one: readonly string[], other: readonly string[]): string[] => [
  ...new Set([...one, ...other]),
];

/** All facts about a service: its own, and those of other streams that its deployments, artifacts and incidents refer to. */
export async function factsAbout(db: Database, service: string): Promise<Fact[]> {
  const rows = await db.query<{ facts: Fact[] }>(
    `with own as (select id, keys, facts from delivery where services @> array[$1]),
          related as (select distinct unnest(keys) as key from own)
     select facts from own
     union all
     select d.facts from delivery d
     where d.keys && (select coalesce(array_agg(key), '{}') from related) and not d.services @> array[$1]`,
    [service],
  );
  return rows.flatMap(({ facts }) => facts);
}

/** Services of which anything is known, by name. */
export async function servicesKnown(db: Database): Promise<string[]> {
  const rows = await db.query<{ service: string }>(
    'select distinct unnest(services) as service from delivery order by 1 limit 10000',
  );
  return rows.map(({ service }) => service);
}
