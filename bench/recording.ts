import pg from 'pg';
import type { Database, Sql } from '#events';

/** One statement as it was sent. */
interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** The statements of one transaction. */
export type Recording = readonly Statement[];

/** A database that remembers what it was told, transaction by transaction, up to `most` of them. */
export function recorder(db: Database, most: number): { db: Database; transactions: Recording[] } {
  const transactions: Recording[] = [];
  const listening = (tx: Sql, statements: Statement[]): Sql => ({
    query: (text, parameters = []) => {
      statements.push({ text, parameters });
      return tx.query(text, parameters);
    },
  });
  return {
    transactions,
    db: {
      query: (text, parameters) => db.query(text, parameters),
      transaction: (work) => {
        if (transactions.length >= most) return db.transaction(work);
        const statements: Statement[] = [];
        transactions.push(statements);
        return db.transaction((tx) => work(listening(tx, statements)));
      },
    },
  };
}

/** Sends the same statements again, as they are and as fast as `pg` can, on one connection. */
export async function replay(client: pg.Client, transactions: readonly Recording[]): Promise<void> {
  for (const statements of transactions) {
    await client.query('begin');
    for (const { text, parameters } of statements) await client.query(text, [...parameters]);
    await client.query('commit');
  }
}

/** A connection that speaks as a service does: its role, its schema. */
export async function connectAs(url: string, service: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    options: `-c role=slipway_${service} -c search_path=${service}`,
  });
  await client.connect();
  return client;
}
