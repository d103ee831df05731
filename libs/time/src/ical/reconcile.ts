import { isDeepStrictEqual } from 'node:util';
import type { ImportedEntry } from './entry.js';

/** What an import changes in what is stored, by UID. CAT-04.2. */
export interface Changes {
  readonly recorded: readonly ImportedEntry[];
  readonly amended: readonly ImportedEntry[];
  /** Entries that are cancelled, or gone from the calendar. */
  readonly withdrawn: readonly string[];
  /** Entries older than what is stored, by their SEQUENCE: they never overwrite it. */
  readonly ignored: readonly string[];
}

/**
 * What a whole calendar, imported again, changes: the same one twice changes nothing. An entry of the same SEQUENCE that
 * says something else amends the stored one, for not every maker counts.
 */
export function reconcile(stored: readonly ImportedEntry[], imported: readonly ImportedEntry[]): Changes {
  const known = new Map(stored.map((entry) => [entry.uid, entry]));
  const present = new Set(imported.map(({ uid }) => uid));
  const older = (entry: ImportedEntry) => entry.sequence < (known.get(entry.uid)?.sequence ?? 0);
  const current = imported.filter((entry) => !older(entry));
  const alive = current.filter(({ status }) => status !== 'CANCELLED');
  const cancelled = current.filter(({ uid, status }) => status === 'CANCELLED' && known.has(uid));
  const gone = stored.filter(({ uid }) => !present.has(uid));
  return {
    recorded: alive.filter(({ uid }) => !known.has(uid)),
    amended: alive.filter((entry) => known.has(entry.uid) && !isDeepStrictEqual(entry, known.get(entry.uid))),
    withdrawn: [...cancelled, ...gone].map(({ uid }) => uid),
    ignored: imported.filter(older).map(({ uid }) => uid),
  };
}
