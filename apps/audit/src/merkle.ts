import { hash } from 'node:crypto';
import { sha256 } from '#json';

/**
 * The Merkle tree hashes of RFC 6962 section 2.1 over SHA-256: a leaf is H(0x00 ‖ entry), an inner node
 * H(0x01 ‖ left ‖ right). Lists of hashes are one Buffer, 32 bytes each, side by side.
 */

/** Bytes of a hash. */
export const HASH = 32;

/** Hashes in a full tile. */
export const TILE = 256;

/** MTH of no leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = sha256('');

/**
 * SHA-256 as text of 16 UTF-16 units: Node gives a text sooner than bytes, and these are half as many to write back as in
 * `binary` (measured). Its types do not name this encoding.
 */
const digestOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'utf16le' as 'binary');

const bytesOf = (digest: string): Buffer => Buffer.from(digest, 'utf16le');

/** Writes a digest as `foldTile` tells it, 32 bytes from `at` on. */
export function put(digest: string, into: DataView, at: number): void {
  for (let i = 0; i < HASH / 2; i++) into.setUint16(at + 2 * i, digest.charCodeAt(i), true);
}

/** Bytes as something that a digest can be `put` into. */
export const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, length);

// Hashing never yields, so these serve every call, and a hash allocates nothing but its own digest.
const leaf = Buffer.alloc(65_536);
/** Its beginnings, by the length of the entry. Every place is there from the start: a list with gaps is slow to look up. */
const leaves: (Buffer | undefined)[] = Array.from({ length: leaf.length });

// A pair of nodes must stand behind a 0x01 byte to be hashed: that byte is the last one of the pair before. It has been
// hashed by then, and the node that it came to was written further to the front.
const tile = Buffer.alloc(1 + TILE * HASH);
const tileView = viewOf(tile);
const pairs = Array.from({ length: TILE / 2 }, (_, i) => tile.subarray(2 * i * HASH, 2 * (i + 1) * HASH + 1));

/** Hash of a leaf. Any length is hashed; what a log accepts (at most 65,535 bytes) is decided in `tiles.ts`. */
export function leafHash(entry: Uint8Array): Buffer {
  return bytesOf(leafDigest(entry));
}

/** Leaf hashes of many entries, side by side. */
export function leafHashes(entries: readonly Uint8Array[]): Buffer {
  const hashes = Buffer.allocUnsafe(entries.length * HASH);
  const view = viewOf(hashes);
  for (let i = 0; i < entries.length; i++) put(leafDigest(entries[i]!), view, i * HASH);
  return hashes;
}

function leafDigest(entry: Uint8Array): string {
  if (entry.length >= leaf.length) return digestOf(Buffer.concat([Buffer.of(0), entry]));
  leaf.set(entry, 1);
  return digestOf((leaves[entry.length] ??= leaf.subarray(0, entry.length + 1)));
}

/** Hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  tile[0] = 1;
  tile.set(left, 1);
  tile.set(right, 1 + HASH);
  return bytesOf(digestOf(pairs[0]!));
}

/** Root over leaf hashes that stand side by side. An odd last node moves up unchanged, which is RFC 6962's split. */
export function rootOf(hashes: Buffer): Buffer {
  const count = hashes.length / HASH;
  if (count <= TILE) return foldTile(hashes);
  const above = Buffer.allocUnsafe(Math.ceil(count / TILE) * HASH);
  for (let i = 0; i * TILE < count; i++)
    foldTile(hashes.subarray(i * TILE * HASH, (i + 1) * TILE * HASH)).copy(above, i * HASH);
  return rootOf(above);
}

/** Root over at most 256 hashes; `inner(level, index, digest)` is told every complete node on the way, level 1 up. */
export function foldTile(
  hashes: Buffer,
  inner?: (level: number, index: number, digest: string) => void,
): Buffer {
  const count = hashes.length / HASH;
  if (count === 0) return EMPTY_ROOT;
  hashes.copy(tile, 1);
  for (let width = count, level = 1; width > 1; width = (width + 1) >> 1, level++) {
    for (let i = 0; 2 * i + 1 < width; i++) {
      tile[2 * i * HASH] = 1;
      const digest = digestOf(pairs[i]!);
      put(digest, tileView, 1 + i * HASH);
      if (inner !== undefined && i < count >> level) inner(level, i, digest);
    }
    const last = 1 + (width - 1) * HASH;
    if (width % 2 === 1) tile.copyWithin(1 + (width >> 1) * HASH, last, last + HASH);
  }
  return Buffer.from(tile.subarray(1, 1 + HASH));
}
