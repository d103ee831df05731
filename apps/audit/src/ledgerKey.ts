import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from '#service/startError';
import { type NoteSigner, noteSigner } from './note.js';

/**
 * The key that signs the ledger's heads: 32 bytes in base64 in a file that only its owner reads. It is made on the first
 * start; whoever verifies pins its public half, so it must outlive the machine: keep a copy where the database is not.
 * @throws StartError when the file cannot be read or does not hold a key
 */
export function ledgerSigner(file: string, origin: string): NoteSigner {
  try {
    if (!existsSync(file)) make(file);
    const seed = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    if (seed.length !== 32) throw new Error('it must hold 32 bytes in base64');
    return noteSigner(origin, seed);
  } catch (error) {
    throw new StartError(`The ledger's key ${file} cannot be used: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Written beside and linked into place, so that two processes that start at once end up with one key. */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
