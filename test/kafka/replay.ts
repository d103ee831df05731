import { expect, vi } from 'vitest';
import {
  decodeKnown,
  fold,
  PostgresEventStore,
  type Projection,
  type ServiceName,
  serviceNames,
} from '#events';
import { ServiceDatabase } from '#service/database';
import { projections } from '../../apps/slipway/src/services.js';

/** A row as JSON; when a timer was fired and which transaction wrote the row stand in no event. */
type Row = Record<string, unknown>;

/** The log and the tables of a product that runs elsewhere. */
export interface Truth {
  readonly store: PostgresEventStore;
  readonly databases: ReadonlyMap<ServiceName, ServiceDatabase>;
  /** Resolves when every read model equals a replay of the log from its first event on. */
  replayed(): Promise<void>;
  /** What is parked: service, follower, key and reason of each message. */
  parked(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openTruth(url: string): Promise<Truth> {
  const store = new PostgresEventStore({ url });
  const opened = serviceNames.map(
    async (service) => [service, await new ServiceDatabase(url, service, [], 2).open()] as const,
  );
  const databases = new Map(await Promise.all(opened));
  const compare = async () => {
    for (const [service, db] of databases)
      for (const projection of projections[service])
        expect([projection.table, await tableOf(db, projection.table)]).toEqual([
          projection.table,
          await replay(db, store, projection),
        ]);
  };
  return {
    store,
    databases,
    replayed: () => vi.waitFor(compare, { timeout: 30_000, interval: 250 }),
    parked: async () => {
      const found = [...databases].map(async ([service, db]) => {
        const rows = await db.query<Row>(
          'select follower, key, reason from parked order by follower, key, at',
        );
        return rows.map(({ follower, key, reason }) => `${service} ${follower} ${key} ${reason}`);
      });
      return (await Promise.all(found)).flat();
    },
    close: async () => {
      await store.close();
      await Promise.all([...databases.values()].map((db) => db.close()));
    },
  };
}

async function tableOf(db: ServiceDatabase, table: string): Promise<Row[]> {
  return comparable(await db.query<{ row: Row }>(`select to_jsonb(t) as row from ${table} t`));
}

/** The rows that a fold over the whole log gives, as the table's own types would store them. */
async function replay(
  db: ServiceDatabase,
  store: PostgresEventStore,
  projection: Projection,
): Promise<Row[]> {
  const { table, from } = projection;
  const types = new Set(from.map(({ type }) => type));
  const state = new Map<string, { id: string } | undefined>();
  for await (const { events } of store.batches({ after: 0, types, live: false }))
    for (const event of events) fold(projection, state, decodeKnown(event));
  const rows = JSON.stringify([...state.values()].filter((row) => row !== undefined));
  return comparable(
    await db.query<{ row: Row }>(
      `select to_jsonb(t) as row from jsonb_populate_recordset(null::${table}, $1::jsonb) t`,
      [rows],
    ),
  );
}

function comparable(found: readonly { row: Row }[]): Row[] {
  return found
    .map(({ row }) => ({ ...row, fired_at: undefined, changed: undefined }) as Row)
    .sort((one, other) => (String(one['id']) < String(other['id']) ? -1 : 1));
}
