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

/** Where a server lives: `dataDir` holds `pgdata` (the cluster) and `server.log`; `programs` a copy of the binaries. */
export type Place = { dataDir: string; owner?: Owner; programs: () => string };

/** The folder of the cluster itself. */
export const clusterOf = (place: Place): string => join(place.dataDir, 'pgdata');

/** Folders for root whose checkout the server's account cannot reach; `/var/tmp` outlives a reboot, `/tmp` need not. */
export const SHARED: readonly string[] = ['/var/lib/slipway', '/var/tmp/slipway'];

/**
 * Decides who runs the server and where its data are. An ordinary user runs it where asked. PostgreSQL refuses uid 0, so
 * root hands it to the owner of existing data, else `postgres`, else `nobody`; where that account cannot reach the folder
 * asked for (a checkout under a 0700 home), data are kept in a folder of `shared` named by a hash of the one asked for.
 */
export function findPlace(asked: string, shared: readonly string[], log: (line: string) => void): Place {
  const wanted = resolve(asked);
  if (process.getuid?.() !== 0) return placeOfUser(wanted);
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const programs = (): string => firstOpened(shared);
  const folders = [wanted, ...shared.map((folder) => join(folder, hash))];
  const existing = folders.find((folder) => existsSync(join(folder, 'pgdata')));
  const owner = existing ? ownerOf(existing) : serverAccount();
  if (existing === wanted || (!existing && reaches(owner, madeFolder(wanted)))) {
    return { dataDir: realpathSync(wanted), owner, programs };
  }
  const dataDir = realpathSync(existing ?? firstOpened(shared, hash));
  log(`PostgreSQL runs as ${owner.name}, who cannot reach ${wanted}: its data are in ${dataDir}.`);
  return { dataDir, owner, programs };
}

function placeOfUser(wanted: string): Place {
  const dataDir = madeFolder(wanted);
  const cluster = statSync(join(dataDir, 'pgdata'), { throwIfNoEntry: false });
  if (cluster && process.getuid && cluster.uid !== process.getuid()) {
    throw new StartError(
      `The data in ${dataDir} belong to ${nameOf(cluster.uid)}: start as root or as that account.`,
    );
  }
  return { dataDir, programs: () => dataDir };
}

function ownerOf(dataDir: string): Owner {
  const { uid, gid } = statSync(join(dataDir, 'pgdata'));
  const owner = { uid, gid, name: nameOf(uid) };
  if (uid === 0)
    throw new StartError(`The data in ${dataDir} belong to root, which PostgreSQL refuses: chown them.`);
  if (!reaches(owner, dataDir)) {
    throw new StartError(
      `The data in ${dataDir} belong to ${owner.name}, who cannot reach that folder: move it.`,
    );
  }
  return owner;
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

/** The first of these folders that can be used, or the folder named inside it. */
function firstOpened(folders: readonly string[], inside?: string): string {
  const reasons: string[] = [];
  for (const folder of folders) {
    try {
      const opened = openFolder(folder);
      return inside ? openFolder(join(opened, inside)) : opened;
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new StartError(`There is no folder PostgreSQL can use: ${reasons.join('; ')}`);
}

/** Makes a folder others may pass through; in `/var/tmp` anyone may have put something of that name there before. */
function openFolder(folder: string): string {
  if (!existsSync(folder)) mkdirSync(folder);
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== 0) throw new StartError(`${folder} is not a folder of root's`);
  chmodSync(folder, 0o755);
  return folder;
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

/** Gives a file or folder to the server's account. */
export function give(path: string, owner: Owner | undefined, mode: number): void {
  chmodSync(path, mode);
  if (owner) chownSync(path, owner.uid, owner.gid);
}

function serverAccount(): Owner {
  const named = (name: string): Owner | undefined =>
    accounts().find((each) => each.name === name && each.uid > 0);
  return named('postgres') ?? named('nobody') ?? { uid: 65534, gid: 65534, name: 'nobody' };
}

const nameOf = (uid: number): string => accounts().find((each) => each.uid === uid)?.name ?? `uid ${uid}`;

function accounts(): Owner[] {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  const fields = lines.map((line) => line.split(':'));
  return fields.map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}
