import type { Database, EventStore, Recorded } from '#events';
import { entryLine, headerLine } from './export.js';
import { type Head, inclusion } from './ledger.js';
import { formatKey, type NoteKey } from './note.js';

/**
 * The ledger up to a signed head as the lines of an export. With `streams`, only their entries, each with the proof that it
 * is in the tree, so that a record can be handed over without the rest of the ledger.
 */
export async function* exported(
  store: EventStore,
  db: Database,
  key: NoteKey,
  head: Head,
  streams?: readonly string[],
): AsyncGenerator<string> {
  yield headerLine({ origin: key.name, checkpoint: head.note, vkey: formatKey(key), size: head.size });
  yield* streams ? chosen(store, db, head, streams) : whole(store, head);
}

async function* whole(store: EventStore, { size }: Head): AsyncGenerator<string> {
  let index = 0;
  for await (const { events } of store.batches({ after: 0, live: false, limit: 1_000 })) {
    const lines = events
      .slice(0, size - index)
      .map(({ bytes }, i) => entryLine({ index: index + i, entry: bytes }));
    if (lines.length === 0) return;
    index += lines.length;
    yield lines.join('');
  }
}

async function* chosen(
  store: EventStore,
  db: Database,
  { size }: Head,
  streams: readonly string[],
): AsyncGenerator<string> {
  const rows = await db.query<{ index: string; stream: string; revision: number }>(
    'select index, stream, revision from entry where stream = any($1) and index < $2 order by index',
    [streams, size],
  );
  const histories = await Promise.all(
    streams.map(async (stream) => [stream, await store.read(stream)] as const),
  );
  const events = new Map<string, readonly Recorded[]>(histories);
  for (const { index, stream, revision } of rows) {
    const proof = await inclusion(db, Number(index), size);
    yield entryLine({ index: Number(index), entry: events.get(stream)![revision - 1]!.bytes, proof });
  }
}
