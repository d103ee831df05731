import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_ROOT, foldTile, HASH, leafHash, leafHashes, nodeHash, rootOf } from './merkle.js';
import {
  type HashReader,
  consistencyProof,
  consistencySpans,
  hashOf,
  inclusionProof,
  inclusionSpans,
  nodesOf,
  verifyConsistency,
  verifyInclusion,
} from './proof.js';
import { codeOf } from './testRefusal.js';
import { entries, entry, H, half, MTH } from './testTree.js';

const vectors = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'merkle');
function PATH(m: number, D: readonly Buffer[]): Buffer[] {
  if (D.length === 1) return [];
  const k = half(D.length);
  return m < k
    ? [...PATH(m, D.slice(0, k)), MTH(D.slice(k))]
    : [...PATH(m - k, D.slice(k)), MTH(D.slice(0, k))];
}
function SUBPROOF(m: number, D: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === D.length) return whole ? [] : [MTH(D)];
  const k = half(D.length);
  return m <= k
    ? [...SUBPROOF(m, D.slice(0, k), whole), MTH(D.slice(k))]
    : [...SUBPROOF(m - k, D.slice(k), false), MTH(D.slice(0, k))];
}

/** Stored hashes of a log, by definition. */
const stored =
  (D: readonly Buffer[]): HashReader =>
  (level, index) => {
    if ((index + 1) * 2 ** level > D.length)
      throw new Error(`no complete node (${level}, ${index}) in ${D.length}`);
    return MTH(D.slice(index * 2 ** level, (index + 1) * 2 ** level));
  };

const sizes = fc.integer({ min: 1, max: 600 });
describe('the Merkle tree', () => {
  test('of e0, e1, e2 and of nothing has the roots of AUD-02 S1', () => {
    expect(rootOf(leafHashes(entries(3))).toString('hex')).toBe(
      '64b249c4e0606e3d9742c49bfd57cd1e3eb170f5ccefa26ea045ca193d64a75f',
    );
    expect(rootOf(leafHashes([])).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(EMPTY_ROOT).toEqual(H());
  });

  test('has the roots that Certificate Transparency publishes for its eight example leaves', () => {
    const leaves = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
    expect(roots.map((_, i) => rootOf(Buffer.concat(hashes.slice(0, i + 1))).toString('hex'))).toEqual(roots);
  });

  test('agrees with the definition of RFC 6962 at every size to 300, and over the borders of tiles', () => {
    const D = entries(300);
    for (let size = 0; size <= 300; size++)
      expect(rootOf(leafHashes(D.slice(0, size)))).toEqual(MTH(D.slice(0, size)));
    for (const size of [511, 513]) expect(rootOf(leafHashes(entries(size)))).toEqual(MTH(entries(size)));
  });

  test('hashes leaves and nodes with their prefixes, whatever their length', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(0, 65_000, 65_534, 65_535, 65_536, 100_000),
        (some, more) => {
          const leaf = Buffer.concat([some, Buffer.alloc(more, 7)]);
          expect(leafHash(leaf)).toEqual(H(Buffer.of(0), leaf));
          expect(nodeHash(H(leaf), H(some))).toEqual(H(Buffer.of(1), H(leaf), H(some)));
        },
      ),
    ));

  test('tells every complete inner node of a tile while it folds it', () => {
    for (const size of [1, 2, 5, 128, 200, 255, 256]) {
      const D = entries(size);
      const told = new Map<string, string>();
      foldTile(leafHashes(D), (level, index, digest) =>
        told.set(`${level}/${index}`, Buffer.from(digest, 'utf16le').toString('hex')),
      );
      const nodes = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((level) =>
        Array.from(
          { length: size >> level },
          (_, index) => [`${level}/${index}`, stored(D)(level, index).toString('hex')] as const,
        ),
      );
      expect(told).toEqual(new Map(nodes));
    }
  });
});

describe('an inclusion proof', () => {
  test('is the path of RFC 6962, and verifies', () =>
    fc.assert(
      fc.property(sizes, fc.nat(), (size, any) => {
        const D = entries(size);
        const index = any % size;
        const proof = inclusionProof(index, size, stored(D));
        expect(proof).toEqual(PATH(index, D));
        expect(verifyInclusion({ index, size, leaf: leafHash(entry(index)), root: MTH(D), proof })).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    ));

  test('shows nothing else: no other index, size, leaf, root, and no part of it may be missing, doubled, swapped or changed', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), (size, any, bit) => {
        const D = entries(size);
        const index = any % size;
        const proof = inclusionProof(index, size, stored(D));
        const honest = { index, size, leaf: leafHash(entry(index)), root: MTH(D), proof };
        const at = bit % proof.length;
        const flipped = proof.map((hash, i) => (i === at ? flip(hash, bit) : hash));
        const lies = [
          { ...honest, index: (index + 1) % size },
          { ...honest, leaf: flip(honest.leaf, bit) },
          { ...honest, leaf: honest.root },
          { ...honest, root: flip(honest.root, bit) },
          { ...honest, proof: flipped },
          { ...honest, proof: proof.toSpliced(at, 1) },
          { ...honest, proof: proof.toSpliced(at, 0, proof[at]!) },
          { ...honest, proof: [...proof, honest.root] },
          { ...honest, proof: proof.map((hash, i) => (i === at ? hash.subarray(1) : hash)) },
          { ...honest, index: -1 },
          { ...honest, index: 0.5 },
          { ...honest, index: NaN },
          { ...honest, size: index },
        ];
        expect(lies.map(verifyInclusion)).toEqual(lies.map(() => false));
      }),
      { numRuns: 200 },
    ));

  test('of a leaf that is not there is refused by name', () => {
    expect(
      [
        [3, 3],
        [0, 0],
        [-1, 3],
        [1, 2 ** 60],
        [0.5, 3],
        [NaN, 3],
      ].map(([index, size]) => codeOf(() => inclusionSpans(index!, size!))),
    ).toEqual(Array<string>(6).fill('NO_SUCH_LEAF'));
  });
});

test.each([undefined, null, 7, '', [], {}])(
  'what is no hash and no list of hashes, such as %j, proves nothing',
  (value) => {
    const [hash, wrong] = [Buffer.alloc(32), value as never];
    const one = { index: 0, size: 1, leaf: hash, root: hash, proof: [] };
    const two = { from: 1, to: 2, fromRoot: hash, toRoot: hash, proof: [hash] };
    for (const place of ['leaf', 'root']) expect(verifyInclusion({ ...one, [place]: wrong })).toBe(false);
    for (const place of ['fromRoot', 'toRoot'])
      expect(verifyConsistency({ ...two, [place]: wrong })).toBe(false);
    const same = { from: 2, to: 2, fromRoot: hash, toRoot: hash, proof: [] };
    if (!Array.isArray(value)) {
      expect(verifyInclusion({ ...one, proof: wrong })).toBe(false);
      expect(verifyConsistency({ ...same, proof: wrong })).toBe(false);
    }
    expect(verifyInclusion({ ...one, size: 2, proof: [wrong] })).toBe(false);
    expect(verifyConsistency({ ...two, proof: [wrong] })).toBe(false);
  },
);

describe('a span of leaves', () => {
  test('consists of as few stored hashes as there can be', () => {
    expect(nodesOf([0, 4])).toEqual([[2, 0]]);
    expect(nodesOf([4, 7])).toEqual([
      [1, 2],
      [0, 6],
    ]);
    expect(nodesOf([0, 7])).toHaveLength(3);
    expect(nodesOf([6, 6])).toEqual([]);
  });
});

describe('a consistency proof', () => {
  test('is the one of RFC 6962, and verifies', () =>
    fc.assert(
      fc.property(sizes, fc.nat(), (to, any) => {
        const D = entries(to);
        const from = 1 + (any % to);
        const proof = consistencyProof(from, to, stored(D));
        expect(proof).toEqual(SUBPROOF(from, D, true));
        expect(verifyConsistency({ from, to, fromRoot: MTH(D.slice(0, from)), toRoot: MTH(D), proof })).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    ));

  test('of a tree with itself is empty, and ties equal roots only', () => {
    const [root, other] = [MTH(entries(5)), MTH(entries(6))];
    const itself = { from: 5, to: 5, fromRoot: root, toRoot: root, proof: [] };
    const nothing = { from: 0, to: 0, fromRoot: EMPTY_ROOT, toRoot: EMPTY_ROOT, proof: [] };
    expect([itself, nothing].map(verifyConsistency)).toEqual([true, true]);
    const lies = [
      { ...itself, toRoot: other },
      { ...itself, fromRoot: other },
      { ...itself, proof: [root] },
      { ...itself, from: 5.5, to: 5.5 },
      { ...nothing, fromRoot: root, toRoot: root },
      { ...nothing, toRoot: root },
      { ...nothing, proof: [EMPTY_ROOT] },
      { ...nothing, start: 1 },
      { ...nothing, to: 5, toRoot: root },
    ];
    expect(lies.map(verifyConsistency)).toEqual(lies.map(() => false));
  });

  test('is made of whole hashes, and so are the roots', () => {
    const D = entries(7);
    const proof = consistencyProof(3, 7, stored(D));
    const honest = { from: 3, to: 7, fromRoot: MTH(D.slice(0, 3)), toRoot: MTH(D), proof };
    const short = (bytes: Buffer) => bytes.subarray(0, HASH - 1);
    const cut = [
      { ...honest, fromRoot: short(honest.fromRoot) },
      { ...honest, toRoot: short(honest.toRoot) },
      ...proof.map((hash, i) => ({ ...honest, proof: proof.with(i, short(hash)) })),
    ];
    expect([honest, ...cut].map(verifyConsistency)).toEqual([true, ...cut.map(() => false)]);
  });

  test('does not join two histories that differ anywhere in the common part', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (to, any, other) => {
        const from = 1 + (any % to);
        const D = entries(to);
        const forked = D.with(other % from, Buffer.from('rewritten'));
        const fromRoot = MTH(forked.slice(0, from));
        for (const log of [D, forked])
          expect(
            verifyConsistency({
              from,
              to,
              fromRoot,
              toRoot: MTH(D),
              proof: from === to ? [] : consistencyProof(from, to, stored(log)),
            }),
          ).toBe(false);
      }),
      { numRuns: 200 },
    ));

  test('is void when a hash of it is missing, doubled, changed or cut, or the sizes are wrong', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (to, any, bit) => {
        const from = 1 + (any % (to - 1));
        const D = entries(to);
        const proof = consistencyProof(from, to, stored(D));
        const honest = { from, to, fromRoot: MTH(D.slice(0, from)), toRoot: MTH(D), proof };
        const at = bit % proof.length;
        const lies = [
          { ...honest, proof: proof.with(at, flip(proof[at]!, bit)) },
          { ...honest, proof: proof.toSpliced(at, 1) },
          { ...honest, proof: proof.toSpliced(at, 0, proof[at]!) },
          { ...honest, proof: [...proof, honest.toRoot] },
          { ...honest, proof: proof.with(at, proof[at]!.subarray(1)) },
          { ...honest, from: to, to: from },
          { ...honest, from: 0 },
          { ...honest, fromRoot: honest.toRoot, toRoot: honest.fromRoot },
          { ...honest, from: NaN },
          { ...honest, to: Infinity },
        ];
        expect(lies.map(verifyConsistency)).toEqual(lies.map(() => false));
      }),
      { numRuns: 200 },
    ));

  test('ties a subtree that starts in the middle (vector of transparency-dev/merkle, [2, 4) in 8)', () => {
    const base64 = (text: string) => Buffer.from(text, 'base64');
    const published = {
      start: 2,
      from: 4,
      to: 8,
      fromRoot: base64('Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4='),
      toRoot: base64('XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg='),
      proof: [
        '+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=',
        'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
      ].map(base64),
    };
    expect(verifyConsistency(published)).toBe(true);
    for (const lie of [
      { start: 0 },
      { start: 3 },
      { from: 3 },
      { from: 5 },
      { to: 16 },
      { start: 4, from: 8 },
    ])
      expect(verifyConsistency({ ...published, ...lie })).toBe(false);
  });

  test('of every subtree of every tree to 40 leaves verifies, for its own place only', () => {
    for (let to = 1; to <= 40; to++)
      for (let start = 0; start < to; start++)
        for (let end = start + 1; end <= to; end++) {
          const D = entries(to);
          const width = 2 ** Math.ceil(Math.log2(end - start));
          if (start % width !== 0) {
            expect(codeOf(() => consistencySpans(end, to, start))).toBe('NO_SUCH_TREE');
            continue;
          }
          const proof = consistencySpans(end, to, start).map((span) => hashOf(span, stored(D)));
          const claim = { start, from: end, to, fromRoot: MTH(D.slice(start, end)), toRoot: MTH(D), proof };
          expect(verifyConsistency(claim)).toBe(true);
          if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
        }
  });

  test('of sizes that do not exist is refused by name', () =>
    expect(
      [
        [0, 3],
        [4, 3],
        [-1, 3],
        [NaN, 3],
        [1, Infinity],
      ].map(([from, to]) => codeOf(() => consistencySpans(from!, to!))),
    ).toEqual(Array<string>(5).fill('NO_SUCH_TREE')));
});

describe.skipIf(!existsSync(vectors))(`the public vectors of transparency-dev/merkle (${vectors})`, () => {
  const files = (kind: string) =>
    existsSync(vectors)
      ? readdirSync(join(vectors, kind), { recursive: true, encoding: 'utf8' }).filter((name) =>
          name.endsWith('.json'),
        )
      : [];
  const read = (kind: string, name: string) =>
    JSON.parse(readFileSync(join(vectors, kind, name), 'utf8')) as Vector;
  const bytes = (base64: string | null | undefined) => Buffer.from(base64 ?? '', 'base64');

  test.each(files('inclusion'))('inclusion/%s', (name) => {
    const { leafIdx, treeSize, leafHash: leaf, root, proof, wantErr } = read('inclusion', name);
    const verdict = verifyInclusion({
      index: leafIdx,
      size: treeSize,
      leaf: bytes(leaf),
      root: bytes(root),
      proof: (proof ?? []).map(bytes),
    });
    expect(verdict).toBe(!wantErr);
  });

  test.each(files('consistency'))('consistency/%s', (name) => {
    const { size1, size2, root1, root2, proof, wantErr } = read('consistency', name);
    const verdict = verifyConsistency({
      from: size1,
      to: size2,
      fromRoot: bytes(root1),
      toRoot: bytes(root2),
      proof: (proof ?? []).map(bytes),
    });
    expect(verdict).toBe(!wantErr);
  });
});

interface Vector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly leafHash: string;
  readonly root: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: string[] | null;
  readonly wantErr: boolean;
}

function flip(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = bit % (bytes.length * 8);
  changed[at >> 3]! ^= 1 << (at & 7);
  return changed;
}
