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

/** What is known about a service, the keys of its own rows, and the snapshot of PostgreSQL that showed it. */
export interface About {
  readonly facts: readonly Fact[];
  readonly keys: ReadonlySet<string>;
  readonly snapshot: string;
}

/**
 * All facts about a service: its own, and those of other streams that its deployments, artifacts and incidents refer to.
 * Each key is looked up by itself (`offset 0` keeps it so): one overlap of two long arrays compares all with all.
 */
export async function factsAbout(db: Database, service: string): Promise<About> {
  const rows = await db.query<{ id: string; keys: string[]; facts: Fact[]; snapshot: string }>(
    `with own as (select id, keys, facts from delivery where services @> array[$1]),
          related as (select distinct unnest(keys) as key from own)
     select '' as id, '{}' as keys, '[]' as facts, pg_current_snapshot()::text as snapshot
     union all
     select id, keys, facts, null from own
     union all
     select d.id, '{}', d.facts, null from related, lateral
       (select id, facts from delivery where keys @> array[key] and not services @> array[$1] offset 0) d`,
    [service],
  );
  return {
    facts: [...new Map(rows.map(({ id, facts }) => [id, facts])).values()].flat(),
    keys: new Set(rows.flatMap(({ keys }) => keys)),
    snapshot: rows[0]!.snapshot,
  };
}

/** Rows written since a snapshot, whose they are and what they refer to; `all` when too many were to name them. */
export interface Changes {
  readonly rows: readonly Pick<DeliveryRow, 'services' | 'keys'>[];
  readonly all: boolean;
  readonly snapshot: string;
}

const MOST_CHANGES = 5_000;

/** What a snapshot did not show, because it was written later or by a transaction that was not over yet. */
export async function changesSince(db: Database, snapshot: string, most = MOST_CHANGES): Promise<Changes> {
  const rows = await db.query<Pick<DeliveryRow, 'services' | 'keys'> & { snapshot: string }>(
    `select d.services, d.keys, pg_current_snapshot()::text as snapshot
     from (values ($1::pg_snapshot)) known(snapshot) left join lateral
       (select services, keys from delivery
        where changed >= pg_snapshot_xmin(known.snapshot) and not pg_visible_in_snapshot(changed, known.snapshot)
        limit $2) d on true`,
    [snapshot, most + 1],
  );
  return {
    rows: rows.filter(({ services }) => services !== null),
    all: rows.length > most,
    snapshot: rows[0]!.snapshot,
  };
}

/** Services of which anything is known, by name, and the snapshot of PostgreSQL that showed them. */
export async function servicesKnown(db: Database): Promise<{ services: string[]; snapshot: string }> {
  const rows = await db.query<{ service: string | null; snapshot: string }>(
    `select service, snapshot from (select pg_current_snapshot()::text as snapshot) now
     left join (select distinct unnest(services) as service from delivery) known on true order by service`,
  );
  return { services: rows.flatMap(({ service }) => service ?? []), snapshot: rows[0]!.snapshot };
}

/** Services of which a row refers to one of these deployments, artifacts or incidents. */
export async function servicesNaming(db: Database, keys: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ service: string }>(
    `select distinct unnest(services) as service from unnest($1::text[]) key, lateral
       (select services from delivery where keys @> array[key] offset 0) d`,
    [keys],
  );
  return rows.map(({ service }) => service);
}
