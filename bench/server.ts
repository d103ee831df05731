import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '#service/embedded.postgres';
import { prepareDatabase } from '#service/prepare';

/** A PostgreSQL for one run, with all safety on, and a folder beside it. */
export interface Server {
  readonly folder: string;
  database(): Promise<string>;
  end(): Promise<void>;
}

/** Starts it on a temporary folder, which goes with it. */
export async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  chmodSync(folder, 0o755); // as root the server runs as another user, who must reach it
  mkdirSync(join(folder, 'files'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  let made = 0;
  return {
    folder: join(folder, 'files'),
    database: () => makeDatabase(postgres.url, `bench_${++made}`),
    end: async () => {
      await postgres.stop();
      for (const place of [folder, postgres.dataDir]) rmSync(place, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name} template template0`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await prepareDatabase(url.href);
  return url.href;
}
