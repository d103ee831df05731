import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Edge, type Tile, grow, tileReader } from './growth.js';
import { HASH, leafHash, leafHashes, rootOf } from './merkle.js';
import { consistencyProof, hashOf, inclusionProof, verifyConsistency, verifyInclusion } from './proof.js';
import { type TileId, tilePath } from './tiles.js';

/** Entries of a log that means nothing. */
export const entry = (i: number) => Buffer.from(`e${i}`);
export const entries = (size: number) => Array.from({ length: size }, (_, i) => entry(i));

/** RFC 6962 section 2.1, word for word and slowly: the definition that the rest is held against. */
export const H = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
export const half = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1);
export function MTH(D: readonly Buffer[]): Buffer {
  if (D.length === 0) return H();
  if (D.length === 1) return H(Buffer.of(0), D[0]!);
  return H(Buffer.of(1), MTH(D.slice(0, half(D.length))), MTH(D.slice(half(D.length))));
}
const hashes = leafHashes(entries(140_000));

/** Leaf hashes of the first entries, 140,000 at most. */
export const upTo = (size: number) => hashes.subarray(0, size * HASH);

/** A log grown in the given steps, its tiles kept as a file store would keep them. */
export function logOf(...steps: number[]) {
  const files = new Map<string, Buffer>();
  const written: Tile[] = [];
  let edge: Edge = [];
  let size = 0;
  for (const step of steps) {
    const { edge: next, tiles } = grow(edge, hashes.subarray(size * HASH, (size + step) * HASH));
    for (const tile of tiles) files.set(tilePath(tile), tile.bytes);
    written.push(...tiles);
    edge = next;
    size += step;
  }
  return { edge, size, files, tiles: written };
}

/** Reads the tiles of a log as they are stored, or only what is served of them. */
export const readerOf = ({ files, size }: ReturnType<typeof logOf>, served = false) =>
  tileReader(size, (tile: TileId) => {
    const bytes = files.get(tilePath(tile));
    if (bytes === undefined) throw new Error(`no ${tilePath(tile)}`);
    return served ? bytes.subarray(0, tile.width * HASH) : bytes;
  });

/** Proofs of a log of this size, from stored tiles and from served ones, are the same, and verify. */
export function expectProofs(size: number): void {
  const log = logOf(size);
  const root = rootOf(upTo(size));
  const read = [readerOf(log), readerOf(log, true)] as const;
  fc.assert(
    fc.property(fc.nat(size - 1), fc.integer({ min: 1, max: size }), (index, from) => {
      const proof = inclusionProof(index, size, read[0]);
      expect(inclusionProof(index, size, read[1])).toEqual(proof);
      const leaf = leafHash(Buffer.from(`e${index}`));
      expect(verifyInclusion({ index, size, leaf, root, proof })).toBe(true);
      const extends_ = consistencyProof(from, size, read[1]);
      const claim = { from, to: size, fromRoot: rootOf(upTo(from)), toRoot: root, proof: extends_ };
      expect(verifyConsistency(claim)).toBe(true);
    }),
    { numRuns: 25 },
  );
  expect(hashOf([0, size], read[1])).toEqual(root);
}
