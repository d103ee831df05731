import type { KnownEvent } from './contracts.js';
import type { Database, Sql } from './database.js';
import { checkpointOf, decodeOrHold, type Held } from './follow.js';
import { park } from './parked.js';
import { fold, insert, type Projection } from './projection.js';
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
 * Builds a read model anew beside the one that serves, from the first event on, and puts it in its place in one
 * transaction. Queries go on meanwhile; followers wait only for the exchange.
 */
export async function rebuild<Row extends { id: string }, E extends KnownEvent>(
  db: Database,
  store: EventStore,
  projection: Projection<Row, E>,
  onProgress: (position: number) => void = () => {},
): Promise<Rebuilt> {
  const { table } = projection;
  const types = new Set(projection.from.map(({ type }) => type));
  const state = new Map<string, Row | undefined>();
  const seen = new Map<string, number>();
  const held: Held = new Map();
  let position = 0;
  let events = 0;
  const replay = async () => {
    for await (const batch of store.batches({ after: position, types, live: false, limit: CHUNK })) {
      fold(projection, state, decodeOrHold(batch.events, held));
      for (const { stream, revision } of batch.events) seen.set(stream, revision);
      events += batch.events.length;
      position = batch.position;
      onProgress(position);
    }
  };
  await replay();
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(4920, hashtext(current_schema() || $1))', [table]);
    await replay();
    const before = await count(tx, table);
    await exchange(
      tx,
      table,
      [...state.values()].filter((row) => row !== undefined),
    );
    await moveCheckpoint(tx, table, position, seen);
    await tx.query('delete from parked where follower = $1', [table]);
    for (const message of [...held.values()].flat()) await park(tx, table, LOG, message);
    return { table, before, after: await count(tx, table), events };
  });
}

async function exchange(tx: Sql, table: string, rows: readonly object[]): Promise<void> {
  const shadow = `${table}_rebuilt`;
  await tx.query(`drop table if exists ${shadow}`);
  await tx.query(`create table ${shadow} (like ${table} including all)`);
  for (let at = 0; at < rows.length; at += CHUNK) await insert(tx, shadow, rows.slice(at, at + CHUNK));
  await tx.query(`drop table ${table}`);
  await tx.query(`alter table ${shadow} rename to ${table}`);
}

/** The rebuilt rows hold everything up to `position`, so that is where following goes on, whatever the carrier. */
async function moveCheckpoint(
  tx: Sql,
  follower: string,
  position: number,
  seen: Map<string, number>,
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
