import type { Database, KnownEvent, Projection } from '#events';
import type { Fact } from './fact.js';
import { deliveryEvents, type DeliveryEvent, factsOf } from './facts.js';

/** What one stream said about delivery: whose it is, what it refers to, and its facts in full. */
export interface DeliveryRow {
  readonly id: string;
  readonly services: readonly string[];
  /** Deployments, artifacts, incidents and changes by which facts of other streams belong to these. */
  readonly keys: readonly string[];
  /** Changes that its artifacts contain, told by whatever repository they are from. */
  readonly commits: readonly string[];
  readonly facts: readonly Fact[];
}

export const deliveries: Projection<DeliveryRow, DeliveryEvent & KnownEvent> = {
  table: 'delivery',
  from: deliveryEvents,
  id: ({ stream }) => stream,
  evolve(before, event) {
    const facts = factsOf(event);
    return facts.length === 0 ? before : rowAfter(before, event.stream, facts);
  },
};

/** The row of a stream after it has said more. */
export function rowAfter(before: DeliveryRow | undefined, id: string, facts: readonly Fact[]): DeliveryRow {
  const { services = [], keys = [], commits = [], facts: earlier = [] } = before ?? {};
  return {
    id,
    services: union(
      services,
      facts.flatMap((fact) => ('service' in fact && fact.service ? [fact.service] : [])),
    ),
    keys: union(keys, facts.flatMap(keysOf)),
    commits: union(
      commits,
      facts.flatMap((fact) => ('commits' in fact ? (fact.commits ?? []) : [])),
    ),
    facts: [...earlier, ...facts],
  };
}

function keysOf(fact: Fact): string[] {
  return [
    ...('deploymentId' in fact ? [fact.deploymentId] : []),
    ...('artifact' in fact ? [fact.artifact] : []),
    ...('artifacts' in fact ? (fact.artifacts ?? []) : []),
    ...('commit' in fact ? [fact.commit] : []),
    ...('incidentId' in fact ? [fact.incidentId] : []),
    ...('into' in fact ? [fact.into] : []),
    ...('remediates' in fact ? (fact.remediates ?? []) : []),
  ];
}

const union = (one: readonly string[], other: readonly string[]): string[] => [
  ...new Set([...one, ...other]),
];

/** What is known about a service, the keys by which more would belong to it, and the snapshot of PostgreSQL that showed it. */
export interface About {
  readonly facts: readonly Fact[];
  readonly keys: ReadonlySet<string>;
  readonly snapshot: string;
}

/**
 * All facts about a service: its own, those of other streams that its deployments, artifacts and incidents refer to, the
 * changes that its artifacts contain, and what streams of no service (a build, the cause of an incident) lead on to.
 * Each key is looked up by itself (`offset 0` keeps it so): one overlap of two long arrays compares all with all.
 */
export async function factsAbout(db: Database, service: string): Promise<About> {
  const rows = await db.query<{ id: string; keys: string[]; facts: Fact[]; snapshot: string }>(
    `with recursive
       own as (select id, keys || commits as keys, facts from delivery where services @> array[$1]),
       linked(id, leads, key) as (
         select null, true, unnest(keys) from own
         union
         select d.id, d.services = '{}', unnest(d.keys || d.commits) from linked, lateral
           (select id, services, keys, commits from delivery
            where leads and keys @> array[key] and not services @> array[$1] offset 0) d)
     select '' as id, '{}' as keys, '[]' as facts, pg_current_snapshot()::text as snapshot
     union all
     select id, keys, facts, null from own
     union all
     select d.id, case when leads then keys || commits else '{}' end, facts, null
     from (select distinct id, leads from linked where id is not null) others, lateral
       (select id, keys, commits, facts from delivery where id = others.id offset 0) d`,
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

/** Services to which rows with these keys belong: the other way round than `factsAbout` goes. */
export async function servicesNaming(db: Database, keys: readonly string[]): Promise<string[]> {
  const naming = 'keys @> array[key] or commits @> array[key]';
  const rows = await db.query<{ service: string }>(
    `with recursive linked(key) as (
       select unnest($1::text[])
       union
       select unnest(d.keys) from linked, lateral
         (select keys from delivery where services = '{}' and (${naming}) offset 0) d)
     select distinct unnest(services) as service from linked, lateral
       (select services from delivery where ${naming} offset 0) d`,
    [keys],
  );
  return rows.map(({ service }) => service);
}
