import type { Database, Recorded, Sql } from '#events';
import { formatCheckpoint, refuseFork } from './checkpoint.js';
import { type Edge, grow, rootOfEdge, tileReader, tilesOf } from './growth.js';
import { HASH, leafHashes } from './merkle.js';
import { type NoteSigner, signNote } from './note.js';
import {
  consistencyProof,
  consistencySpans,
  hashOf,
  inclusionProof,
  inclusionSpans,
  type Span,
} from './proof.js';
import type { TileId } from './tiles.js';

/** How far the ledger has come: entries sequenced, and the position of the log up to which. */
export interface Extent {
  readonly size: number;
  readonly position: number;
}

/** A head of the tree that was signed. */
export interface Head {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly signedAt: Date;
}

/** Up to where the log has been sequenced. */
export async function extent(db: Sql): Promise<Extent> {
  const [row] = await db.query<{ size: string; position: string }>('select size, position from ledger');
  return { size: Number(row!.size), position: Number(row!.position) };
}

/**
 * Gives events their place in the ledger and grows the tree by them, in one transaction. The ledger's row is the lock, and
 * what it says is behind it is not sequenced again, so two sequencers or a repeated batch add nothing.
 */
export function sequence(db: Database, events: readonly Recorded[], position: number): Promise<void> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ size: string; position: string; edge: Buffer[] }>(
      'select * from ledger for update',
    );
    const fresh = events.filter((event) => event.position > Number(row!.position));
    const leaves = leafHashes(fresh.map(({ bytes }) => bytes));
    const { edge, tiles } = grow(row!.edge, leaves);
    await insertEntries(tx, fresh, leaves, Number(row!.size));
    for (const { level, index, bytes } of tiles)
      await tx.query(
        'insert into tile values ($1, $2, $3) on conflict (level, index) do update set bytes = excluded.bytes',
        [level, index, bytes],
      );
    await tx.query('update ledger set size = $1, position = greatest(position, $2), edge = $3', [
      Number(row!.size) + fresh.length,
      position,
      edge,
    ]);
  });
}

async function insertEntries(
  tx: Sql,
  events: readonly Recorded[],
  leaves: Buffer,
  first: number,
): Promise<void> {
  const rows = events.map((event, i) => ({
    index: first + i,
    position: event.position,
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    actor: event.actor.id,
    occurred_at: event.occurredAt,
    recorded_at: event.recordedAt,
    leaf: `\\x${leaves.subarray(i * HASH, (i + 1) * HASH).toString('hex')}`,
  }));
  if (rows.length > 0)
    await tx.query('insert into entry select * from jsonb_populate_recordset(null::entry, $1::jsonb)', [
      JSON.stringify(rows),
    ]);
}

/**
 * Signs the present head and stores it before anyone sees it. Never one that does not extend the last signed one; the same
 * head again only when `again` asks for a fresh time.
 * @throws Rejected CHECKPOINT_INCONSISTENT
 */
export function signHead(
  db: Database,
  signer: NoteSigner,
  now: Date,
  again = false,
): Promise<Head | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ size: string; edge: Buffer[] }>(
      'select size, edge from ledger for update',
    );
    const size = Number(row!.size);
    const before = await latestHead(tx);
    if (before?.size === size && !again) return undefined;
    const origin = signer.key.name;
    const root = rootOfEdge(row!.edge as Edge);
    if (before && before.size > 0)
      refuseFork({ ...before, origin }, { origin, size, root }, await consistency(tx, before.size, size));
    const note = signNote(formatCheckpoint({ origin, size, root }), [signer], now);
    await tx.query('insert into checkpoint_note values ($1, $2, $3, $4) on conflict do nothing', [
      size,
      now,
      root,
      note,
    ]);
    return { size, root, note, signedAt: now };
  });
}

/** The head that was signed last, or the last one over at most `size` entries. */
export async function latestHead(db: Sql, size?: number): Promise<Head | undefined> {
  const [row] = await db.query<{ size: string; root: Buffer; note: string; signed_at: Date }>(
    `select * from checkpoint_note where $1::bigint is null or size = $1 order by size desc, signed_at desc limit 1`,
    [size],
  );
  return row && { size: Number(row.size), root: row.root, note: row.note, signedAt: row.signed_at };
}

/** The proof that the entry at `index` is in the tree over the first `size` entries. */
export async function inclusion(db: Sql, index: number, size: number): Promise<Buffer[]> {
  return inclusionProof(index, size, await reader(db, inclusionSpans(index, size), size));
}

/** The proof that the tree over `to` entries extends the one over `from`. */
export async function consistency(db: Sql, from: number, to: number): Promise<Buffer[]> {
  return consistencyProof(from, to, await reader(db, consistencySpans(from, to), to));
}

/** The root of the tree over the first `size` entries. */
export async function rootAt(db: Sql, size: number): Promise<Buffer> {
  const span: Span = [0, size];
  return hashOf(span, await reader(db, [span], size));
}

async function reader(db: Sql, spans: readonly Span[], size: number) {
  const wanted = tilesOf(spans, size);
  const tiles = await readTiles(db, wanted);
  return tileReader(size, ({ level, index }) => tiles.get(`${level}/${index}`) ?? Buffer.alloc(0));
}

/** The bytes of tiles, by `level/index`. A tile may be wider than asked for: the tree has grown since. */
export async function readTiles(db: Sql, wanted: readonly TileId[]): Promise<Map<string, Buffer>> {
  const rows = await db.query<{ level: number; index: string; bytes: Buffer }>(
    `select t.* from tile t join unnest($1::int[], $2::bigint[]) as w(level, index) using (level, index)`,
    [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
  );
  return new Map(rows.map(({ level, index, bytes }) => [`${level}/${index}`, bytes]));
}
