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

/** All facts about a service: its own, and those of other streams that its deployments, artifacts and incidents refer to. */
export async function factsAbout(db: Database, service: string): Promise<About> {
  const rows = await db.query<{ keys: string[]; facts: Fact[]; snapshot: string }>(
    `with own as (select keys, facts from delivery where services @> array[$1]),
          related as (select distinct unnest(keys) as key from own)
     select '{}' as keys, '[]' as facts, pg_current_snapshot()::text as snapshot
     union all
     select keys, facts, null from own
     union all
     select '{}', d.facts, null from delivery d
     where d.keys && (select coalesce(array_agg(key), '{}') from related) and not d.services @> array[$1]`,
    [service],
  );
  return {
    facts: rows.flatMap(({ facts }) => facts),
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
export async function changesSince(db: Database, snapshot: string): Promise<Changes> {
  const rows = await db.query<Pick<DeliveryRow, 'services' | 'keys'> & { snapshot: string }>(
    `select d.services, d.keys, pg_current_snapshot()::text as snapshot
     from (values ($1::pg_snapshot)) known(snapshot) left join lateral
       (select services, keys from delivery
        where changed >= pg_snapshot_xmin(known.snapshot) and not pg_visible_in_snapshot(changed, known.snapshot)
        limit ${MOST_CHANGES + 1}) d on true`,
    [snapshot],
  );
  return {
    rows: rows.filter(({ services }) => services !== null),
    all: rows.length > MOST_CHANGES,
    snapshot: rows[0]!.snapshot,
  };
}

/** Services of which anything is known, by name. */
export async function servicesKnown(db: Database): Promise<string[]> {
  const rows = await db.query<{ service: string }>(
    'select distinct unnest(services) as service from delivery order by 1 limit 10000',
  );
  return rows.map(({ service }) => service);
}
