import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StartError } from './startError.js';

/** The account the server runs as; none when it is simply our own. */
export type Owner = { uid: number; gid: number; name: string };

/** Where a server lives: `dataDir` holds `pgdata` (the cluster) and `server.log`. */
export type Place = { dataDir: string; owner?: Owner };

/** The folder of the cluster itself. */
export const clusterOf = (place: Place): string => join(place.dataDir, 'pgdata');

/** Folders for root whose checkout the server's account cannot reach; `/var/tmp` outlives a reboot, `/tmp` need not. */
const SHARED = ['/var/lib/slipway', '/var/tmp/slipway'];

/**
 * Decides who runs the server and where its data are. An ordinary user runs it where asked. PostgreSQL refuses uid 0, so
 * root hands it to the owner of existing data, else `postgres`, else `nobody`; where that account cannot reach the folder
 * asked for (a checkout under a 0700 home), data are kept under `/var/lib/slipway/<hash of the folder>`.
 */
export function findPlace(asked: string, log: (line: string) => void): Place {
  const wanted = resolve(asked);
  if (process.getuid?.() !== 0) return { dataDir: madeFolder(wanted) };
  const shared = SHARED.map((folder) =>
    join(folder, createHash('sha256').update(wanted).digest('hex').slice(0, 12)),
  );
  const existing = [wanted, ...shared].find((folder) => existsSync(join(folder, 'pgdata')));
  if (existing) return placeOfData(existing, wanted, log);
  const owner = accountNamed('postgres') ??
    accountNamed('nobody') ?? { uid: 65534, gid: 65534, name: 'nobody' };
  if (reaches(owner, madeFolder(wanted))) return { dataDir: realpathSync(wanted), owner };
  const dataDir = firstWritable(shared);
  tellMoved(dataDir, wanted, owner, log);
  return { dataDir, owner };
}

function placeOfData(dataDir: string, wanted: string, log: (line: string) => void): Place {
  const { uid, gid } = statSync(join(dataDir, 'pgdata'));
  const owner = { uid, gid, name: nameOf(uid) };
  if (uid === 0)
    throw new StartError(
      `${dataDir} belongs to root, which PostgreSQL refuses: chown -R it to the account to run as.`,
    );
  if (!reaches(owner, dataDir))
    throw new StartError(`${dataDir} holds data which their owner ${owner.name} cannot reach: move it.`);
  if (dataDir !== wanted) tellMoved(dataDir, wanted, owner, log);
  return { dataDir: realpathSync(dataDir), owner };
}

function tellMoved(dataDir: string, wanted: string, owner: Owner, log: (line: string) => void): void {
  log(`PostgreSQL runs as ${owner.name}, who cannot reach ${wanted}: its data are in ${dataDir}.`);
}

/** The folder for what all checkouts of this machine share as root, such as a reachable copy of the binaries. */
export function sharedFolder(): string {
  return firstWritable(SHARED);
}

function firstWritable(folders: string[]): string {
  let reason: unknown;
  for (const folder of folders) {
    try {
      return openFolder(folder);
    } catch (error) {
      reason = error;
    }
  }
  throw new StartError(`None of ${folders.join(', ')} can be used for PostgreSQL: ${String(reason)}`, {
    cause: reason,
  });
}

/** Makes a folder others may pass through; in `/var/tmp` anyone may have put something of that name there before. */
function openFolder(folder: string): string {
  for (const each of [dirname(folder), folder].filter((path) => path.includes('slipway'))) {
    if (!existsSync(each)) mkdirSync(each, { mode: 0o755 });
    const found = lstatSync(each);
    if (!found.isDirectory() || found.uid !== 0) throw new StartError(`${each} is not a folder of root's`);
    chmodSync(each, 0o755);
  }
  return folder;
}

function madeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return realpathSync(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The data folder ${folder} cannot be made: ${reason}`, { cause: error });
  }
}

/** Whether an account may pass through every folder up to and including this one. */
export function reaches(owner: Owner, folder: string): boolean {
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Gives a file or folder to the server's account, readable by nobody else. */
export function give(path: string, owner: Owner | undefined, mode: number): void {
  chmodSync(path, mode);
  if (owner) chownSync(path, owner.uid, owner.gid);
}

function accounts(): Owner[] {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  const fields = lines.map((line) => line.split(':'));
  return fields.map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}

const accountNamed = (name: string): Owner | undefined =>
  accounts().find((each) => each.name === name && each.uid > 0);
const nameOf = (uid: number): string => accounts().find((each) => each.uid === uid)?.name ?? `uid ${uid}`;
