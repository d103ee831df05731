import pg from 'pg';
import { grantLog, LOG_SCHEMA, type ServiceName, serviceNames } from '#events';
import { roleOf } from './database.js';

/**
 * Prepares a database for Slipway: the log, and a role and a schema for each service. Changes nothing where that exists;
 * processes that start together take turns.
 */
export async function prepareDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(4919, 0)');
    if (!(await exists(client, "to_regclass('log.event')"))) await client.query(LOG_SCHEMA);
    for (const service of serviceNames) await prepareService(client, service);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function prepareService(client: pg.Client, service: ServiceName): Promise<void> {
  const role = roleOf(service);
  if (!(await exists(client, `(select 1 from pg_roles where rolname = '${role}')`)))
    await client.query(createRole(role));
  if (!(await exists(client, `(select 1 where pg_has_role(current_user, '${role}', 'set'))`)))
    await client.query(`grant ${role} to current_user`);
  await client.query(`create schema if not exists ${service} authorization ${role}`);
  await client.query(grantLog(role));
}

/** Roles belong to the whole server: another database of it may be prepared at this very moment. */
const createRole = (role: string): string => `do $$ begin
  create role ${role} nologin;
exception when duplicate_object or unique_violation then null;
end $$`;

async function exists(client: pg.Client, expression: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(`select ${expression} is not null as found`);
  return rows[0]!.found;
}
