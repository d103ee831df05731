import { describe, expect, test } from 'vitest';
import { rootOfEdge } from './growth.js';
import { leafHashes, rootOf } from './merkle.js';
import { entries, expectProofs, logOf, MTH, upTo } from './testTree.js';

describe('a tree of three levels of tiles', () => {
  test.each([65_535, 65_793])('agrees with the definition of RFC 6962 at %i leaves', (size) => {
    const D = entries(size);
    expect(rootOf(leafHashes(D))).toEqual(MTH(D));
  });

  test.each([131_071, 131_072, 131_073, 140_000])('has the root of its %i leaves as it grows', (size) => {
    expect(rootOfEdge(logOf(size).edge)).toEqual(rootOf(upTo(size)));
  });

  test.each([65_535, 65_536, 66_000, 140_000])(
    'of %i leaves proves from stored tiles as from served ones, and that verifies',
    expectProofs,
  );
});
