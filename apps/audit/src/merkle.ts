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

// Hashing never yields, so these serve every call, and a hash allocates nothing but its own digest. A pair of nodes must
// stand behind a 0x01 byte to be hashed: that byte is the last one of the pair before, which has been hashed by then.
const leaf = Buffer.alloc(65_536);
const leaves: Buffer[] = [];
const bench = () => {
  const bytes = Buffer.alloc(1 + TILE * HASH);
  const pairs = Array.from({ length: TILE / 2 }, (_, i) =>
    bytes.subarray(2 * i * HASH, 2 * (i + 1) * HASH + 1),
  );
  return { bytes, pairs };
};
const benches = [bench(), bench()] as const;

/** Hash of a leaf. Any length is hashed; what a log accepts (at most 65,535 bytes) is decided in `tiles.ts`. */
export function leafHash(entry: Uint8Array): Buffer {
  return Buffer.from(leafDigest(entry), 'latin1');
}

/** Leaf hashes of many entries, side by side. */
export function leafHashes(entries: readonly Uint8Array[]): Buffer {
  const hashes = Buffer.allocUnsafe(entries.length * HASH);
  entries.forEach((entry, i) => put(leafDigest(entry), hashes, i * HASH));
  return hashes;
}

function leafDigest(entry: Uint8Array): string {
  if (entry.length >= leaf.length) return hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'binary');
  leaf.set(entry, 1);
  return hash('sha256', (leaves[entry.length] ??= leaf.subarray(0, entry.length + 1)), 'binary');
}

/** Writes a digest, a character a byte. A loop, since `Buffer.write` was measured at 116 ns after a hash beside its 63. */
export function put(digest: string, into: Uint8Array, at: number): void {
  for (let i = 0; i < HASH; i++) into[at + i] = digest.charCodeAt(i);
}

/** Hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const { bytes, pairs } = benches[0];
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH);
  return Buffer.from(hash('sha256', pairs[0]!, 'binary'), 'latin1');
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
  let [from, to] = benches;
  hashes.copy(from.bytes, 1);
  for (let width = count, level = 1; width > 1; width = (width + 1) >> 1, level++, [from, to] = [to, from]) {
    for (let i = 0; 2 * i + 1 < width; i++) {
      from.bytes[2 * i * HASH] = 1;
      const digest = hash('sha256', from.pairs[i]!, 'binary');
      put(digest, to.bytes, 1 + i * HASH);
      if (inner !== undefined && i < count >> level) inner(level, i, digest);
    }
    const last = 1 + (width - 1) * HASH;
    if (width % 2 === 1) from.bytes.copy(to.bytes, 1 + (width >> 1) * HASH, last, last + HASH);
  }
  return Buffer.from(from.bytes.subarray(1, 1 + HASH));
}
