import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Tile, grow, rootOfEdge, sizeOf, tileReader, tilesOf } from './growth.js';
import { EMPTY_ROOT, HASH, leafHash, rootOf } from './merkle.js';
import {
  consistencyProof,
  consistencySpans,
  hashOf,
  inclusionProof,
  inclusionSpans,
  verifyInclusion,
} from './proof.js';
import { codeOf } from './testRefusal.js';
import { expectProofs, logOf, upTo } from './testTree.js';
import { tilePath } from './tiles.js';

const widths = (tiles: Iterable<string>) => {
  const counts: Record<string, number> = {};
  for (const path of tiles) {
    const [, level, partial] = /^tile\/(\d+)\/.*?(?:\.p\/(\d+))?$/.exec(path)!;
    const kind = `level ${level} ${partial ?? 'full'}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

describe('a growing log', () => {
  test('of 70,000 leaves consists of the tiles that tlog-tiles names', () => {
    expect(widths(logOf(70_000).files.keys())).toEqual({
      'level 0 full': 273,
      'level 0 112': 1,
      'level 1 full': 1,
      'level 1 17': 1,
      'level 2 1': 1,
    });
    expect(widths(logOf(256).files.keys())).toEqual({ 'level 0 full': 1, 'level 1 1': 1 });
  });

  test('has the same edge, root and full tiles however its leaves arrive', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 }), (steps) => {
        const pieces = logOf(...steps);
        const whole = logOf(pieces.size);
        expect(sizeOf(pieces.edge)).toBe(pieces.size);
        expect(Buffer.concat(pieces.edge).equals(Buffer.concat(whole.edge))).toBe(true);
        expect(rootOfEdge(pieces.edge)).toEqual(rootOf(upTo(pieces.size)));
        const differ = [...whole.files].filter(([path, bytes]) => !pieces.files.get(path)?.equals(bytes));
        expect(differ).toEqual([]);
      }),
      { numRuns: 60 },
    ));

  test('has the root of its leaves at every size over the borders of tiles', () => {
    expect(rootOfEdge([])).toEqual(EMPTY_ROOT);
    const borders = [256, 512, 65_536].flatMap((border) => [border - 1, border, border + 1]);
    for (const size of [0, 1, ...borders, 65_536 + 256])
      expect(rootOfEdge(logOf(size).edge)).toEqual(rootOf(upTo(size)));
  });

  test('writes only what is new: full tiles once, partial ones as they widen', () => {
    const { edge } = logOf(300);
    expect(grow(edge, upTo(1)).tiles.map(tilePath)).toEqual(['tile/0/001.p/45']);
    expect(grow(edge, upTo(212)).tiles.map(tilePath)).toEqual(['tile/0/001', 'tile/1/000.p/2']);
    expect(grow(edge, upTo(0)).tiles).toEqual([]);
  });

  test('does not change the edge it grew from', () => {
    const { edge } = logOf(300);
    const before = edge.map((row) => Buffer.from(row));
    grow(edge, upTo(1_000));
    expect(edge).toEqual(before);
  });
});

describe('proofs from tiles', () => {
  test.each([1, 2, 255, 256, 257, 700, 65_537])(
    'of a log of %i leaves verify, from stored tiles and from served ones',
    expectProofs,
  );

  test('of an older head verify from tiles that have grown since', () => {
    const later = new Map(logOf(66_000).tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.bytes]));
    for (const size of [1, 255, 300, 65_500, 65_800]) {
      const read = tileReader(size, ({ level, index }) => later.get(`${level}/${index}`)!);
      const [index, root] = [size >> 1, rootOf(upTo(size))];
      const leaf = leafHash(Buffer.from(`e${index}`));
      const proof = inclusionProof(index, size, read);
      expect(verifyInclusion({ index, size, leaf, root, proof })).toBe(true);
      expect(hashOf([0, size], read)).toEqual(root);
    }
  });

  test('read no tile but those that are named beforehand', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), fc.nat(), fc.nat(), (size, i, j) => {
        const log = logOf(size);
        const spans = [...inclusionSpans(i % size, size), ...consistencySpans(1 + (j % size), size)];
        const named = new Map(
          tilesOf(spans, size).map((tile): [string, Tile] => [
            tilePath(tile),
            { ...tile, bytes: log.files.get(tilePath(tile))! },
          ]),
        );
        const used = new Set<string>();
        const read = tileReader(size, (tile) => {
          used.add(tilePath(tile));
          return named.get(tilePath(tile))!.bytes;
        });
        inclusionProof(i % size, size, read);
        consistencyProof(1 + (j % size), size, read);
        expect([...used].sort()).toEqual([...named.keys()].sort());
      }),
      { numRuns: 30 },
    ));

  test('are refused from a tile that was cut', () => {
    const log = logOf(700);
    const read = tileReader(700, (tile) => log.files.get(tilePath(tile))!.subarray(0, tile.width * HASH - 1));
    expect(codeOf(() => inclusionProof(0, 700, read))).toBe('TILE_TRUNCATED');
  });
});
