import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The naive ways to a Merkle tree, and the least that any way takes. */

const digest = (...parts: readonly Uint8Array[]): Buffer => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest();
};
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** The leaf hash of an entry. */
export const plainLeaf = (entry: Uint8Array): Buffer => digest(LEAF, entry);

/** MTH as RFC 6962 section 2.1 writes it down, over leaf hashes. */
export function plainRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return digest(NODE, plainRoot(leaves.slice(0, k)), plainRoot(leaves.slice(k)));
}

/** PATH as RFC 6962 section 2.1.1 writes it down, over leaf hashes. */
export function plainPath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...plainPath(index, left), plainRoot(right)]
    : [...plainPath(index - k, right), plainRoot(left)];
}

const split = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);

/** As many SHA-256 operations as a tree over these leaves takes, one-shot and in the quickest form, and nothing else. */
export function bareHashes(prefixed: readonly Buffer[]): string {
  const pair = Buffer.alloc(65, 1);
  let last = '';
  for (const leaf of prefixed) last = hash('sha256', leaf, 'binary');
  for (let i = 1; i < prefixed.length; i++) last = hash('sha256', pair, 'binary');
  return last;
}

/** Reads an export line by line and computes its root by the book; no signature, order, form or meaning is looked at. */
export async function plainVerify(file: string): Promise<Buffer> {
  const leaves: Buffer[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { entry } = JSON.parse(line) as { entry?: string };
    if (entry !== undefined) leaves.push(plainLeaf(Buffer.from(entry, 'base64')));
  }
  return plainRoot(leaves);
}
