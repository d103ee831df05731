import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Appended, type Load, writing } from './appending.js';
import { percentile } from './row.js';

/** A table like the log's, with a position that the server gives. */
const TABLE = `
create table if not exists peer_event (like log.event including all);
create sequence if not exists peer_position;
alter table peer_event alter position set default nextval('peer_position')`;

const GUARDED = `insert into peer_event (stream, revision, type, entry)
select $1, $2, 'DeploymentStarted', $3
where (select coalesce(max(revision), 0) from peer_event where stream = $1) = $2 - 1`;

/** Makes the table that peers write to. */
export async function preparePeer(url: string): Promise<void> {
  await withClient(url, (client) => client.query(TABLE));
}

/** One guarded single-row insert a transaction, by `pgbench` where it is found, else by an equal loop over `pg`. */
export interface SingleInserts {
  readonly label: string;
  run(url: string, load: Load, bytes: number): Promise<Appended>;
}

/** What measures single inserts on this machine. */
export function singleInserts(folder: string): SingleInserts {
  const program = findPgbench();
  if (!program) return { label: 'guarded insert, pg loop (no pgbench here)', run: loop };
  return {
    label: 'guarded insert, pgbench',
    run: (url, load, bytes) => bench(program, folder, url, load, bytes),
  };
}

function findPgbench(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const packaged = existsSync(versions) ? readdirSync(versions).toReversed() : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...packaged.map((version) => join(versions, version, 'bin')),
  ];
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path));
}

async function bench(
  program: string,
  folder: string,
  url: string,
  { name, writers, seconds }: Load,
  bytes: number,
): Promise<Appended> {
  const place = mkdtempSync(join(folder, 'pgbench-'));
  const script = join(place, 'insert.sql');
  const values: Record<string, string> = { $1: `'${name}-' || :client_id`, $2: ':r', $3: ':entry' };
  writeFileSync(
    script,
    `\\set r :r + 1\n${GUARDED.replaceAll(/\$[123]/g, (at) => values[at]!).replaceAll('\n', ' ')};\n`,
  );
  const { hostname, port, username, password, pathname } = new URL(url);
  const entry = `\\x${'61'.repeat(bytes)}`;
  const options = [
    '-n',
    '-M',
    'prepared',
    '-c',
    writers,
    '-j',
    Math.min(2, writers),
    '-T',
    Math.max(1, Math.round(seconds)),
  ];
  const log = ['-l', `--log-prefix=${join(place, 'log')}`];
  const { stdout } = await promisify(execFile)(
    program,
    [...options, ...log, '-D', 'r=0', '-D', `entry=${entry}`, '-f', script, pathname.slice(1)].map(String),
    { env: { ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password } },
  );
  const took = readdirSync(place)
    .filter((file) => file.startsWith('log'))
    .flatMap((file) => readFileSync(join(place, file), 'utf8').trim().split('\n'))
    .map((line) => Number(line.split(' ')[2]) / 1_000);
  rmSync(place, { recursive: true });
  const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  return { rate, p50: percentile(took, 50), p99: percentile(took, 99), acknowledged: took.length };
}

async function loop(url: string, load: Load, bytes: number): Promise<Appended> {
  const pool = new pg.Pool({ connectionString: url, max: load.writers });
  const entry = Buffer.alloc(bytes, 'a');
  const result = await writing(load, (writer, revision) =>
    pool.query({ name: 'guarded', text: GUARDED, values: [`${load.name}-${writer}`, revision + 1, entry] }),
  );
  await pool.end();
  return result;
}

/** The server alone, without a client: transactions of 256 rows each, one after the other. Rows a second. */
export async function serverSide(url: string, name: string, seconds: number, bytes: number): Promise<number> {
  return withClient(url, async (client) => {
    const count = async () => Number((await client.query('select count(*) as n from peer_event')).rows[0].n);
    const before = await count();
    const began = performance.now();
    await client.query(`do $$
      declare until timestamptz := clock_timestamp() + interval '${seconds} seconds'; r int := 0;
      begin
        while clock_timestamp() < until loop
          r := r + 1;
          insert into peer_event (stream, revision, type, entry)
          select '${name}-' || n, r, 'DeploymentStarted', convert_to(repeat('a', ${bytes}), 'UTF8')
          from generate_series(1, 256) as n;
          commit;
        end loop;
      end $$`);
    const took = performance.now() - began;
    return (((await count()) - before) * 1_000) / took;
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
