import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { assertDurable } from './durability.js';
import { findPrograms, type Programs } from './postgresBinaries.js';
import { clusterOf, findPlace, give, SHARED, type Place } from './postgresPlace.js';
import { launch, type Server } from './postgresServer.js';
import { clearTheWay, readPidFile } from './postmaster.js';
import { reasonIn } from './serverLog.js';
import { StartError } from './startError.js';

const run = promisify(execFile);
const USER = 'slipway';
const PASSWORD_FILE = 'slipway.password';

/**
 * `dataDir` is the server's own folder. `throwaway` turns durability off, for the cluster tests share; nothing else may ask
 * for it. `shared` are the folders root falls back to where the server's account cannot reach `dataDir` or the binaries.
 */
export type PostgresOptions = {
  dataDir: string;
  log?: (line: string) => void;
  throwaway?: boolean;
  shared?: readonly string[];
};

/** A running server; `exited` settles with the last line of its log once it has ended, asked to or not. */
export type EmbeddedPostgres = Server & { url: string; dataDir: string };

/**
 * Starts PostgreSQL 18 on `dataDir` (made on the first start, recovered after a crash), reachable on a free port of
 * 127.0.0.1 with a password kept in the cluster. The answer's `dataDir` is where the data really are: root may be given
 * another place than asked for. `stop` shuts down within 10 s; `kill` is `kill -9`. Should our process die, the server
 * follows, or the next start stops it. Throws `StartError`, in one line, when the server cannot run.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`PostgreSQL in ${options.dataDir} cannot start: ${reason}`, { cause: error });
  }
}

async function start(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => undefined, throwaway = false } = options;
  const place = findPlace(options.dataDir, options.shared ?? SHARED, log);
  await clearTheWay(clusterOf(place), log);
  const programs = await findPrograms(place, log);
  if (!existsSync(clusterOf(place))) await makeCluster(place, programs, throwaway);
  const server = await launch(place, programs, throwaway ? THROWAWAY : {});
  try {
    const url = await openDatabase(place, server.port);
    if (!throwaway) await assertDurable(url);
    return { url, dataDir: place.dataDir, ...server };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const THROWAWAY = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
};

/** Made beside and renamed: a cluster that exists is whole, and of two that start at once only one gives the name. */
async function makeCluster(place: Place, programs: Programs, throwaway: boolean): Promise<void> {
  const half = mkdtempSync(join(place.dataDir, 'new-'));
  const passwordFile = `${half}.password`;
  try {
    writeFileSync(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    give(passwordFile, place.owner, 0o600);
    give(half, place.owner, 0o700);
    await run(programs.path('initdb'), initdbOptions(half, passwordFile, throwaway), programs.spawn);
    renameSync(passwordFile, join(half, PASSWORD_FILE));
    renameSync(half, clusterOf(place));
  } catch (error) {
    if (!existsSync(clusterOf(place))) throw initdbFailed(place, error);
  } finally {
    rmSync(half, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

function initdbOptions(cluster: string, passwordFile: string, throwaway: boolean): string[] {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // A young cluster makes a log segment each time one is full, and all writers wait for it: 55 ms at the usual 16 MB.
  const segments = '--wal-segsize=1';
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const sync = throwaway ? ['--no-sync'] : [];
  return [`--pgdata=${cluster}`, segments, ...locale, ...access, ...settings, ...sync];
}

const SETTINGS = {
  // The password is 192 random bits, so the thousands of rounds meant for human ones would only slow each connection.
  scram_iterations: '1',
  // The usual sizes, which initdb would otherwise shrink with the segments.
  min_wal_size: '80MB',
  max_wal_size: '1GB',
  wal_buffers: '4MB',
};

function initdbFailed(place: Place, error: unknown): StartError {
  const line = reasonIn((error as { stderr?: string }).stderr || String(error));
  return new StartError(`PostgreSQL's data cannot be made in ${place.dataDir}: ${line}`, { cause: error });
}

/** The URL of a server that a process of ours runs on `dataDir` now, for another one that wants to connect; else undefined. */
export async function runningPostgres(dataDir: string): Promise<string | undefined> {
  const place = findPlace(dataDir, SHARED, () => undefined);
  const found = existsSync(clusterOf(place)) ? readPidFile(clusterOf(place)) : undefined;
  if (!found?.ready) return undefined;
  return openDatabase(place, found.port).catch(() => undefined);
}

/** The URL of our database, made on the first start. */
async function openDatabase(place: Place, port: number): Promise<string> {
  const password = readFileSync(join(clusterOf(place), PASSWORD_FILE), 'utf8').trim();
  const urlOf = (database: string): string =>
    `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [USER]);
    if (rowCount === 0) await client.query(`create database ${USER}`);
    return urlOf(USER);
  } catch (error) {
    throw new StartError(`PostgreSQL in ${place.dataDir} cannot be used: ${String(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}
