import { Rejected } from '#events';
import { EMPTY_ROOT, HASH, nodeHash } from './merkle.js';

/**
 * Proofs of RFC 6962. A proof is a list of spans of leaves, decided by index and sizes alone; the same spans say which
 * stored hashes to fetch, which hashes to hand out, and in which order a verifier folds them. So nothing in a proof can
 * choose its own interpretation, and one that is a hash too long or too short is none.
 */

/** Leaves [begin, end) of the tree. */
export type Span = readonly [begin: number, end: number];

/** The stored hash of the complete subtree over leaves [index · 2^level, (index + 1) · 2^level). */
export type HashReader = (level: number, index: number) => Buffer;

/**
 * The siblings of leaf `index` in a tree of `size`, from the leaf up (RFC 6962 section 2.1.1).
 * @throws Rejected NO_SUCH_LEAF
 */
export function inclusionSpans(index: number, size: number): Span[] {
  if (isSize(index) && isSize(size) && index < size) return descend(index, index + 1, size);
  throw new Rejected('NO_SUCH_LEAF', `index must be 0 to size - 1; ${index} of ${size} is not.`, 'AUD-02.3');
}

/**
 * What ties the first `from` leaves to the tree over `to`, lowest first (RFC 6962 section 2.1.2): the old tree's last
 * part where the old tree is no node of the new one, then siblings. With `start` it ties the subtree [start, from),
 * which is what witnesses of subtrees sign (draft-ietf-plants-merkle-tree-certs section 4.4).
 * @throws Rejected NO_SUCH_TREE
 */
export function consistencySpans(from: number, to: number, start = 0): Span[] {
  if (isSubtree(start, from) && isSize(to) && from <= to) return descend(start, from, to);
  throw new Rejected('NO_SUCH_TREE', `from must be 1 to ${to}, the newer size; ${from} is not.`, 'AUD-02.3');
}

/** Walks from the root to the subtree [start, end) and returns what it passed by, from the bottom up. */
function descend(start: number, end: number, size: number): Span[] {
  const spans: Span[] = [];
  let [low, high, from] = [0, size, start];
  while (low !== from || high !== end) {
    const middle = low + split(high - low);
    if (end <= middle) {
      spans.push([middle, high]);
      high = middle;
    } else {
      spans.push([low, middle]);
      low = middle;
      if (from < middle) from = middle;
    }
  }
  if (from !== start) spans.push([low, high]);
  return spans.reverse();
}

/** The complete subtrees that make up a span, left to right, as (level, index). */
export function nodesOf([begin, end]: Span): [level: number, index: number][] {
  const nodes: [number, number][] = [];
  let [level, width] = [0, 1];
  while (width * 2 <= end - begin) [level, width] = [level + 1, width * 2];
  for (let at = begin; at < end; level--, width /= 2) {
    if (width > end - at) continue;
    nodes.push([level, at / width]);
    at += width;
  }
  return nodes;
}

/** The hash over a span of leaves, read from stored hashes; [0, size) is the root of the tree of `size`. */
export function hashOf(span: Span, read: HashReader): Buffer {
  const hashes = nodesOf(span).map(([level, index]) => read(level, index));
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The proof that leaf `index` is in the tree of `size`. */
export function inclusionProof(index: number, size: number, read: HashReader): Buffer[] {
  return inclusionSpans(index, size).map((span) => hashOf(span, read));
}

/** The proof that the tree over `to` extends the one over `from`. */
export function consistencyProof(from: number, to: number, read: HashReader): Buffer[] {
  return consistencySpans(from, to).map((span) => hashOf(span, read));
}

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether the proof shows the leaf hash at `index` of the tree of `size` with this root. */
export function verifyInclusion({ index, size, leaf, root, proof }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !Array.isArray(proof)) return false;
  const spans = inclusionSpans(index, size);
  if (proof.length !== spans.length || ![leaf, root, ...proof].every(isHash)) return false;
  let top: Buffer = Buffer.from(leaf);
  spans.forEach(([begin], i) => (top = begin > index ? nodeHash(top, proof[i]!) : nodeHash(proof[i]!, top)));
  return top.equals(root);
}

export interface Consistency {
  /** First leaf of the older part; 0 for a whole tree. */
  readonly start?: number;
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether the tree over `to` holds the one over `from` unchanged. An empty tree proves nothing about a larger one. */
export function verifyConsistency({ start = 0, from, to, fromRoot, toRoot, proof }: Consistency): boolean {
  if (!isSize(to) || !Array.isArray(proof) || ![fromRoot, toRoot].every(isBytes)) return false;
  const older = Buffer.from(fromRoot);
  if (start === 0 && from === to)
    return proof.length === 0 && older.equals(toRoot) && (to > 0 || older.equals(EMPTY_ROOT));
  if (!isSubtree(start, from) || from > to) return false;
  const spans = consistencySpans(from, to, start);
  if (proof.length !== spans.length || ![fromRoot, toRoot, ...proof].every(isHash)) return false;
  const split = spans[0]?.[1] === from;
  let [left, whole] = split ? [proof[0]!, proof[0]!] : [fromRoot, fromRoot];
  for (let i = split ? 1 : 0; i < spans.length; i++) {
    const [begin] = spans[i]!;
    whole = begin >= from ? nodeHash(whole, proof[i]!) : nodeHash(proof[i]!, whole);
    if (begin >= start && begin < from) left = nodeHash(proof[i]!, left);
  }
  return older.equals(left) && Buffer.from(whole).equals(toRoot);
}

const isSize = (n: number) => Number.isSafeInteger(n) && n >= 0;
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isHash = (value: unknown) => isBytes(value) && value.length === HASH;

/** A subtree starts at a multiple of the power of two that holds it. */
function isSubtree(start: number, end: number): boolean {
  return (
    isSize(start) &&
    isSize(end) &&
    start < end &&
    start % (end - start === 1 ? 1 : 2 * split(end - start)) === 0
  );
}

/** The largest power of two below n, for n > 1. */
function split(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
