import type { KnownEvent } from './contracts.js';
import type { Database, Sql } from './database.js';
import { checkpointOf } from './follow.js';
import { park } from './parked.js';
import { insert, type Projection } from './projection.js';
import { Replay } from './replay.js';
import { LOG } from './source.log.js';
import type { EventStore } from './store.js';

/** What a rebuild did: rows before and after, and the events it read. */
export interface Rebuilt {
  readonly table: string;
  readonly before: number;
  readonly after: number;
  readonly events: number;
}

const CHUNK = 5_000;

/**
 * Builds a read model anew in a shadow table, from the first event on, and exchanges the contents in one transaction.
 * Queries are never held up and see the old rows or the new; followers wait only for the exchange. The table itself stays,
 * with its name, indexes, rights, and the views on it.
 */
export async function rebuild<Row extends { id: string }, E extends KnownEvent>(
  db: Database,
  store: EventStore,
  projection: Projection<Row, E>,
  onProgress: (position: number) => void = () => {},
): Promise<Rebuilt> {
  const { table } = projection;
  const shadow = `${table}_shadow`;
  const replay = new Replay(store, projection, onProgress);
  await replay.toTheEnd();
  await db.query(`drop table if exists ${shadow}`);
  // Without its constraints: what a trigger of the table fills in is not there before its rows are.
  await db.query(`create unlogged table ${shadow} as table ${table} with no data`);
  await fill(db, shadow, replay.rows(replay.touched()));
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(4920, hashtext(current_schema() || $1))', [table]);
    await replay.toTheEnd();
    const late = replay.touched();
    await tx.query(`delete from ${shadow} where id = any($1)`, [late]);
    await fill(tx, shadow, replay.rows(late));
    const before = await count(tx, table);
    const after = await count(tx, shadow);
    if (after !== replay.size) throw new Error(`${shadow} has ${after} rows instead of ${replay.size}.`);
    await tx.query(`delete from ${table}`);
    await tx.query(`insert into ${table} select * from ${shadow}`);
    await tx.query(`drop table ${shadow}`);
    await moveCheckpoint(tx, table, replay);
    await tx.query('delete from parked where follower = $1', [table]);
    for (const message of replay.held()) await park(tx, table, LOG, message);
    return { table, before, after, events: replay.events };
  });
}

async function fill(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  for (let at = 0; at < rows.length; at += CHUNK) await insert(sql, table, rows.slice(at, at + CHUNK));
}

/** The rebuilt rows hold everything up to `position`, so that is where following goes on, whatever the carrier. */
async function moveCheckpoint(
  tx: Sql,
  follower: string,
  { position, seen }: { position: number; seen: ReadonlyMap<string, number> },
): Promise<void> {
  await tx.query(
    `insert into checkpoint values ($1, $2, $3) on conflict (follower, source) do update set position = excluded.position`,
    [follower, LOG, Math.max(position, await checkpointOf(tx, follower, LOG))],
  );
  const [carried] = await tx.query('select 1 from checkpoint where follower = $1 and source <> $2 limit 1', [
    follower,
    LOG,
  ]);
  if (carried)
    await tx.query(
      `insert into seen select $1, * from unnest($2::text[], $3::int[])
       on conflict (follower, stream) do update set revision = excluded.revision`,
      [follower, [...seen.keys()], [...seen.values()]],
    );
}

async function count(tx: Sql, table: string): Promise<number> {
  const [row] = await tx.query<{ n: string }>(`select count(*) as n from ${table}`);
  return Number(row!.n);
}
