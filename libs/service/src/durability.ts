import pg from 'pg';
import { StartError } from './startError.js';

/** What `assertDurable` needs of a client or pool of `pg`. */
export type Queryable = { query(text: string): Promise<{ rows: Record<string, unknown>[] }> };

const SETTINGS = `
  select current_setting('fsync') as fsync,
         current_setting('full_page_writes') as full_page_writes,
         current_setting('synchronous_commit') as synchronous_commit,
         pg_is_in_recovery() as in_recovery`;

/**
 * Refuses a PostgreSQL that could lose what it acknowledged: `fsync`, `full_page_writes` or `synchronous_commit` off, as
 * seen by this very connection (a role or a database may override the server), or a standby, which takes no writes.
 * Takes a connection URL, or a client or pool of `pg`. Throws `StartError` naming every setting at fault.
 */
export async function assertDurable(where: string | Queryable): Promise<void> {
  if (typeof where !== 'string') return judge(await settingsOf(where));
  const client = new pg.Client({ connectionString: where, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    judge(await settingsOf(client));
  } catch (error) {
    throw asStartError(error, where);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function settingsOf(client: Queryable): Promise<Record<string, unknown>> {
  const { rows } = await client.query(SETTINGS);
  return rows[0] ?? {};
}

function judge(settings: Record<string, unknown>): void {
  const unsafe = ['fsync', 'full_page_writes', 'synchronous_commit'].filter(
    (name) => settings[name] === 'off',
  );
  if (unsafe.length > 0) {
    const names = unsafe.map((name) => `${name} = off`).join(', ');
    throw new StartError(
      `PostgreSQL runs with ${names}: an acknowledged write could be lost. Set to on and start again.`,
    );
  }
  if (settings['in_recovery'] === true) {
    throw new StartError(
      'PostgreSQL is a standby (pg_is_in_recovery): it takes no writes. Point DATABASE_URL at the primary.',
    );
  }
}

function asStartError(error: unknown, url: string): StartError {
  if (error instanceof StartError) return error;
  const reason =
    error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
  return new StartError(`PostgreSQL at ${withoutPassword(url)} cannot be used: ${reason}`, { cause: error });
}

/** A connection URL as it may be printed: host, port and database, never user or password. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}
