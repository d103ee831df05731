import type { KnownEvent } from './contracts.js';
import type { Sql } from './database.js';
import type { EventContract } from './event.js';
import type { Follower, Known } from './follow.js';

/** A read model: a fold from events to rows of one table, keyed by `id`. */
export interface Projection<Row extends { id: string } = { id: string }, E extends KnownEvent = KnownEvent> {
  readonly table: string;
  readonly from: readonly Pick<EventContract, 'type'>[];
  /** The row that an event belongs to; undefined when it concerns none. */
  readonly id: (event: Known & E) => string | undefined;
  /** The row after an event; undefined deletes it. */
  readonly evolve: (row: Row | undefined, event: Known & E) => Row | undefined;
}

/** The projection as something that follows the log. */
export function projector<Row extends { id: string }, E extends KnownEvent>(
  projection: Projection<Row, E>,
): Follower {
  return {
    name: projection.table,
    types: new Set(projection.from.map(({ type }) => type)),
    apply: (tx, events) => project(tx, projection, events),
  };
}

/** Folds a batch into its rows in three statements, whatever the size of the batch. */
export async function project<Row extends { id: string }, E extends KnownEvent>(
  tx: Sql,
  projection: Projection<Row, E>,
  events: readonly Known[],
): Promise<void> {
  const { table } = projection;
  const ids = [...new Set(events.map((event) => projection.id(event as Known & E)))].filter(
    (id) => id !== undefined,
  );
  if (ids.length === 0) return;
  const rows = await tx.query<{ row: Row }>(`select to_jsonb(t) as row from ${table} t where id = any($1)`, [
    ids,
  ]);
  const state = new Map<string, Row | undefined>(rows.map(({ row }) => [row.id, row]));
  for (const event of events) fold(projection, state, event);
  if (rows.length > 0)
    await tx.query(`delete from ${table} where id = any($1)`, [rows.map(({ row }) => row.id)]);
  await insert(
    tx,
    table,
    [...state.values()].filter((row) => row !== undefined),
  );
}

/** Folds an event into a map of rows; a row that is gone stays as undefined. The row it concerned, if any. */
export function fold<Row extends { id: string }, E extends KnownEvent>(
  { id, evolve }: Projection<Row, E>,
  state: Map<string, Row | undefined>,
  event: Known,
): string | undefined {
  const key = id(event as Known & E);
  if (key !== undefined) state.set(key, evolve(state.get(key), event as Known & E));
  return key;
}

/** Inserts rows as they are, in one statement. */
export async function insert(tx: Sql, table: string, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
    JSON.stringify(rows),
  ]);
}
