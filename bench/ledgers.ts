import { closeSync, openSync, writeSync } from 'node:fs';
import { canonicalBytes } from '#json';
import { formatCheckpoint } from '../apps/audit/src/checkpoint.js';
import { entryLine, headerLine } from '../apps/audit/src/export.js';
import { type Edge, grow, type Tile } from '../apps/audit/src/growth.js';
import { leafHashes, rootOf } from '../apps/audit/src/merkle.js';
import { formatKey, signNote } from '../apps/audit/src/note.js';
import { deploymentStory, log, now, origin, recorded } from '../apps/audit/src/testLedger.js';

/** Bytes of an entry, and entries that the sequencer takes at a time. */
const ENTRY = 500;
const BATCH = 1_000;

/** Entries of a ledger, as they are stored and behind the zero byte with which they are hashed. */
export interface Entries {
  readonly stored: readonly Buffer[];
  readonly prefixed: readonly Buffer[];
}

/** A ledger of deployments that went as they should, in entries of 500 bytes, the last deployment cut off if need be. */
export function ledger(count: number): Entries {
  const bytes = Buffer.alloc(count * (ENTRY + 1));
  const of = (i: number, from: number) => bytes.subarray(i * (ENTRY + 1) + from, (i + 1) * (ENTRY + 1));
  for (let i = 0, deployment = 0; i < count; deployment++)
    for (const envelope of recorded(deploymentStory(String(deployment))).slice(0, count - i))
      padded(envelope).copy(of(i++, 1));
  const places = Array.from({ length: count }, (_, i) => i);
  return { stored: places.map((i) => of(i, 1)), prefixed: places.map((i) => of(i, 0)) };
}

function padded(envelope: Record<string, unknown>): Buffer {
  const withNote = (note: string) =>
    canonicalBytes({ ...envelope, data: { ...(envelope['data'] as object), note } });
  return withNote('.'.repeat(ENTRY - withNote('').length));
}

/** The tree grown batch by batch, as the sequencer grows it: its right edge, and what each batch wrote. */
export function grown(entries: readonly Buffer[], keep: (tile: Tile) => void): Edge {
  let edge: Edge = [];
  for (let from = 0; from < entries.length; from += BATCH) {
    const growth = grow(edge, leafHashes(entries.slice(from, from + BATCH)));
    edge = growth.edge;
    growth.tiles.forEach(keep);
  }
  return edge;
}

/** Writes the ledger as a whole, signed, as an auditor gets it. */
export function writeExport(file: string, entries: readonly Buffer[]): void {
  const [size, root] = [entries.length, rootOf(leafHashes(entries))];
  const checkpoint = signNote(formatCheckpoint({ origin, size, root }), [log], now);
  const to = openSync(file, 'w');
  writeSync(to, headerLine({ origin, checkpoint, vkey: formatKey(log.key), size }));
  for (let from = 0; from < size; from += BATCH) {
    const lines = entries.slice(from, from + BATCH).map((entry, i) => entryLine({ index: from + i, entry }));
    writeSync(to, lines.join(''));
  }
  closeSync(to);
}
