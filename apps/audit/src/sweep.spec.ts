import { describe, expect, test } from 'vitest';
import { canonicalBytes } from '#json';
import { HASH, leafHash, leafHashes, nodeHash, rootOf } from './merkle.js';
import { inclusionSpans } from './proof.js';
import { begin, head, policy, verify, wholeExport, witnessed, witnesses } from './testLedger.js';

/**
 * A full sweep of single-bit changes over a log of 10,000 events. Running the verifier once for each of some sixteen million
 * bits would take weeks, and nearly all of it would hash again what did not change. So the sweep is cut where the tree is:
 *   1. every bit of every entry is flipped, and the leaf must be another one;
 *   2. for every entry, one changed leaf is carried up its own path, and the root must be another one;
 *   3. for random bits, the real verifier is given the whole changed export;
 *   4. every bit of the signed checkpoint is flipped in front of the real verifier.
 */

const SIZE = 10_000;
const entries = Array.from({ length: SIZE }, (_, i) => {
  const at = new Date(begin + i).toISOString();
  const envelope = {
    eventId: `${i}`,
    eventType: 'N',
    occurredAt: at,
    recordedAt: at,
    streamId: 's',
    streamRevision: i + 1,
  };
  return canonicalBytes({ ...envelope, actor: { id: 'a' }, data: {} });
});
const leaves = leafHashes(entries);
const leafAt = (index: number) => leaves.subarray(index * HASH, (index + 1) * HASH);
const root = rootOf(leaves);

/** Numbers that look random and are the same in every run. */
function* places(seed: number, below: number): Generator<number> {
  for (let x = seed; ; x = (x * 1_103_515_245 + 12_345) % 2_147_483_648) yield x % below;
}

describe('a single bit', () => {
  test('of any entry makes it another leaf', { timeout: 300_000 }, () => {
    let [flipped, unseen] = [0, 0];
    entries.forEach((entry, index) => {
      const honest = leafAt(index);
      for (let bit = 0; bit < entry.length * 8; bit++) {
        entry[bit >> 3]! ^= 1 << (bit & 7);
        if (leafHash(entry).equals(honest)) unseen++;
        entry[bit >> 3]! ^= 1 << (bit & 7);
        flipped++;
      }
    });
    expect(unseen).toBe(0);
    expect(flipped).toBe(8 * entries.reduce((bytes, { length }) => bytes + length, 0));
    expect(rootOf(leafHashes(entries))).toEqual(root);
  });

  test('of any leaf makes it another root, and an unchanged leaf leads to the same', () => {
    const level = [leaves];
    while (level.at(-1)!.length > HASH) {
      const below = level.at(-1)!;
      const above = Buffer.alloc(Math.ceil(below.length / HASH / 2) * HASH);
      for (let i = 0; i < above.length / HASH; i++) {
        const [left, right] = [
          below.subarray(2 * i * HASH, (2 * i + 1) * HASH),
          below.subarray((2 * i + 1) * HASH, (2 * i + 2) * HASH),
        ];
        (right.length === 0 ? left : nodeHash(left, right)).copy(above, i * HASH);
      }
      level.push(above);
    }
    const rootWith = (index: number, leaf: Buffer) => {
      let [node, at] = [leaf, index];
      for (const row of level.slice(0, -1)) {
        const sibling = row.subarray((at ^ 1) * HASH, ((at ^ 1) + 1) * HASH);
        if (sibling.length > 0) node = at % 2 === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node);
        at >>= 1;
      }
      return node;
    };
    let unseen = 0;
    for (let index = 0; index < SIZE; index++) {
      const changed = Buffer.from(leafAt(index));
      changed[index % HASH]! ^= 1 << (index & 7);
      if (rootWith(index, changed).equals(root) || !rootWith(index, leafAt(index)).equals(root)) unseen++;
    }
    expect(unseen).toBe(0);
    expect(inclusionSpans(SIZE - 1, SIZE).length).toBeLessThan(level.length);
  });

  test('anywhere in the export of the log is found by the verifier', { timeout: 120_000 }, async () => {
    const checkpoint = head(entries);
    const bytes = entries.reduce((sum, { length }) => sum + length, 0);
    const random = places(4_711, bytes * 8);
    expect((await verify(wholeExport(entries, { checkpoint }))).verified).toBe(true);
    for (let sample = 0; sample < 30; sample++) {
      let bit = random.next().value!;
      const index = entries.findIndex(({ length }) =>
        bit < length * 8 ? true : ((bit -= length * 8), false),
      );
      const changed = Buffer.from(entries[index]!);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const verdict = await verify(wholeExport(entries.with(index, changed), { checkpoint, leaves: true }));
      expect([verdict.verified, verdict.entries]).toEqual([false, SIZE]);
    }
  });

  test('of a changed entry leads to its position where leaf hashes are given', async () => {
    const some = entries.slice(0, 50);
    for (const bit of Array.from({ length: 400 }, (_, i) => places(i, 1_000).next().value!)) {
      const index = bit % 50;
      const changed = Buffer.from(some[index]!);
      changed[(bit >> 3) % changed.length]! ^= 1 << (bit & 7);
      const lines = wholeExport(some, { leaves: true });
      lines[index + 1] = lines[index + 1]!.replace(
        some[index]!.toString('base64'),
        changed.toString('base64'),
      );
      const { problems } = await verify(lines);
      expect(problems.find(({ check }) => check === 'leaf')).toMatchObject({ index });
    }
  });

  test(
    'of the signed checkpoint, cosignatures included, is never overlooked',
    { timeout: 120_000 },
    async () => {
      const some = entries.slice(0, 3);
      const honest = Buffer.from(head(some, 3, witnesses));
      const strict = { ...witnessed, quorum: 3 };
      const seen = async (checkpoint: string) =>
        (await verify(wholeExport(some, { checkpoint, size: 3 }), { policy: strict })).verified;
      expect(await seen(honest.toString())).toBe(true);
      let unseen = 0;
      for (let bit = 0; bit < honest.length * 8; bit++) {
        const changed = Buffer.from(honest);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        if (await seen(changed.toString())) unseen++;
      }
      expect(unseen).toBe(0);
      expect(policy.keys).toHaveLength(1);
    },
  );
});
