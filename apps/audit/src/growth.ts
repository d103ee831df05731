import { Rejected } from '#events';
import { HASH, TILE, foldTile, put, viewOf } from './merkle.js';
import { type HashReader, type Span, nodesOf } from './proof.js';
import { type TileId, tilePath } from './tiles.js';

/**
 * The tree kept as tiles: they alone are enough to grow it, to compute its root and to prove anything in it.
 */

/** Levels of the tree between two levels of tiles. */
const HEIGHT = 8;

/**
 * A tile and its content. A full tile carries its inner nodes behind its 256 hashes (levels of 128, 64, … 2), so that a
 * proof reads them instead of hashing; what is served is the first `width` × 32 bytes.
 */
export interface Tile extends TileId {
  readonly bytes: Buffer;
}

/** The right edge: the hashes that are not yet part of a full tile, per level of tiles. It is all that growth needs. */
export type Edge = readonly Buffer[];

export interface Growth {
  readonly edge: Edge;
  /** New full tiles, and the partial ones of the new edge that changed. */
  readonly tiles: readonly Tile[];
}

/** Number of leaves that an edge stands for. */
export function sizeOf(edge: Edge): number {
  return edge.reduce((size, hashes, level) => size + (hashes.length / HASH) * TILE ** level, 0);
}

/** Adds leaf hashes (32 bytes each, side by side). Costs what the new leaves cost, whatever the size of the tree. */
export function grow(edge: Edge, leaves: Buffer): Growth {
  const grown: Buffer[] = [...edge];
  const tiles: Tile[] = [];
  const size = sizeOf(edge);
  let added = leaves;
  for (let level = 0; added.length > 0; level++) {
    const hashes = Buffer.concat([edge[level] ?? Buffer.alloc(0), added]);
    const full = Math.floor(hashes.length / HASH / TILE);
    const first = Math.floor(size / TILE ** (level + 1));
    const roots = Buffer.allocUnsafe(full * HASH);
    for (let i = 0; i < full; i++) {
      const { bytes, root } = fullTile(hashes.subarray(i * TILE * HASH, (i + 1) * TILE * HASH));
      tiles.push({ level, index: first + i, width: TILE, bytes });
      root.copy(roots, i * HASH);
    }
    const rest = Buffer.from(hashes.subarray(full * TILE * HASH));
    if (rest.length > 0) tiles.push({ level, index: first + full, width: rest.length / HASH, bytes: rest });
    grown[level] = rest;
    added = roots;
  }
  return { edge: grown, tiles };
}

/** The root of the tree that an edge stands for. */
export function rootOfEdge(edge: Edge): Buffer {
  const top = edge.reduce((below, hashes) => {
    const row = Buffer.concat([hashes, below]);
    return row.length === 0 ? row : foldTile(row);
  }, Buffer.alloc(0));
  return top.length === 0 ? foldTile(top) : top;
}

/** Where the nodes `level` above a tile's hashes begin in its bytes, in hashes: 0, 256, 384, … 508. */
const rowOf = (level: number) => 2 * TILE - ((2 * TILE) >> level);

function fullTile(hashes: Buffer): { bytes: Buffer; root: Buffer } {
  const bytes = Buffer.alloc(rowOf(HEIGHT) * HASH);
  const view = viewOf(bytes);
  hashes.copy(bytes);
  const root = foldTile(hashes, (level, index, digest) => {
    if (level < HEIGHT) put(digest, view, (rowOf(level) + index) * HASH);
  });
  return { bytes, root };
}

/**
 * Stored hashes read from the tiles of a tree of `size`. `readTile` gives a tile's bytes, with or without inner nodes (it
 * may be wider than asked for, since the tree grows); what has to be worked out is kept for the life of the reader.
 * @throws Rejected TILE_TRUNCATED
 */
export function tileReader(size: number, readTile: (tile: TileId) => Buffer): HashReader {
  const worked = new Map<string, Buffer>();
  return (level, index) => {
    const { tile, row, at } = locate(level, index, size);
    const bytes = readTile(tile);
    if (bytes.length < tile.width * HASH)
      throw new Rejected(
        'TILE_TRUNCATED',
        `${tilePath(tile)} must hold ${tile.width} hashes of ${HASH} bytes.`,
        'AUD-02.4',
      );
    if (row === 0 || bytes.length === rowOf(HEIGHT) * HASH) return hashAt(bytes, rowOf(row) + at);
    const key = `${level}/${index}`;
    const node = worked.get(key) ?? foldTile(bytes.subarray((at << row) * HASH, ((at + 1) << row) * HASH));
    worked.set(key, node);
    return node;
  };
}

const hashAt = (bytes: Buffer, at: number) => bytes.subarray(at * HASH, (at + 1) * HASH);

/** The tiles that hold the hashes of these spans, each once: what to fetch before a proof is put together. */
export function tilesOf(spans: readonly Span[], size: number): TileId[] {
  const tiles = new Map<string, TileId>();
  for (const [level, index] of spans.flatMap(nodesOf)) {
    const { tile } = locate(level, index, size);
    tiles.set(tilePath(tile), tile);
  }
  return [...tiles.values()];
}

function locate(level: number, index: number, size: number): { tile: TileId; row: number; at: number } {
  const row = level % HEIGHT;
  const tileLevel = (level - row) / HEIGHT;
  const first = index * 2 ** row;
  const tile = Math.floor(first / TILE);
  const width = Math.min(TILE, Math.floor(size / TILE ** tileLevel) - tile * TILE);
  return { tile: { level: tileLevel, index: tile, width }, row, at: (first % TILE) / 2 ** row };
}
