import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A fresh database of one's own. `drop` also ends whoever is still connected. */
export type TestDatabase = { url: string; drop: () => Promise<void> };

let server: Promise<string> | undefined;
let used = 0;

/**
 * Makes an empty database on the cluster of this run (about 15 ms), or on the server `DATABASE_URL_TEST` names, whose user
 * must be allowed to create databases. `name` only makes it easier to recognise. Databases not dropped go with the cluster.
 */
export async function testDatabase(name = 'test'): Promise<TestDatabase> {
  const serverUrl = await (server ??= findServer());
  const database = `${name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 30)}_${process.pid}_${++used}_${randomBytes(3).toString('hex')}`;
  await asAdmin(serverUrl, `create database "${database}" template template0`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    drop: () => asAdmin(serverUrl, `drop database if exists "${database}" with (force)`),
  };
}

async function findServer(): Promise<string> {
  const own = process.env['DATABASE_URL_TEST'];
  if (own) return own;
  const run = process.env['SLIPWAY_TEST_POSTGRES'];
  if (!run) throw new Error('There is no test database outside Vitest: set DATABASE_URL_TEST.');
  const answer = await fetch(run);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
