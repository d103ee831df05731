import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_ENTRY, bundlePath, decodeBundle, encodeBundle, parsePath, tilePath } from './tiles.js';
import { codeOf } from './testRefusal.js';

describe('a tile path', () => {
  test.each([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 1, index: 1, width: 17 }, 'tile/1/001.p/17'],
    [{ level: 2, index: 0, width: 1 }, 'tile/2/000.p/1'],
    [{ level: 0, index: 999, width: 255 }, 'tile/0/999.p/255'],
    [{ level: 0, index: 1_000, width: 256 }, 'tile/0/x001/000'],
    [{ level: 63, index: 7, width: 256 }, 'tile/63/007'],
  ])('%o is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parsePath(path)).toEqual(tile);
  });

  test('of entries names no level', () => {
    expect(bundlePath(1_234_067)).toBe('tile/entries/x001/x234/067');
    expect(bundlePath(273, 112)).toBe('tile/entries/273.p/112');
    expect(parsePath('tile/entries/273.p/112')).toEqual({ level: 'entries', index: 273, width: 112 });
  });

  test('is read back from what was written, for any tile', () =>
    fc.assert(
      fc.property(
        fc.nat(63),
        fc.nat(2 ** 31 - 1),
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          expect(parsePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
          expect(parsePath(bundlePath(index, width))).toEqual({ level: 'entries', index, width });
        },
      ),
    ));

  test.each([
    'tile/0/1',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/257',
    'tile/0/000.p/01',
    'tile/0/x001/234/067',
    'tile/0/001/',
    'tile/0/../000',
    'tile/-1/000',
    'tile/entries/',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    '/tile/0/000',
    'tile/0/000\n',
    'checkpoint',
    '',
  ])('is not %j', (path) => expect(parsePath(path)).toBe(undefined));
});

describe('a bundle', () => {
  const anyEntries = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 256 });

  test('gives back the entries that went in', () =>
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const bundle = encodeBundle(entries);
        expect(decodeBundle(bundle)).toEqual(entries.map((entry) => Buffer.from(entry)));
      }),
      { numRuns: 50 },
    ));

  test('frames each entry behind a big-endian length', () =>
    expect(
      encodeBundle([Buffer.from('ab'), Buffer.alloc(258, 1)])
        .subarray(0, 7)
        .toString('hex'),
    ).toBe('00026162010201'));

  test('holds entries to 65,535 bytes and not one more', () => {
    expect(decodeBundle(encodeBundle([Buffer.alloc(MAX_ENTRY, 7)]))[0]).toHaveLength(65_535);
    expect(codeOf(() => encodeBundle([Buffer.alloc(MAX_ENTRY + 1)]))).toBe('ENTRY_TOO_LARGE');
  });

  test('that ends inside an entry, or holds 257, is refused', () => {
    const bundle = encodeBundle([Buffer.from('abc')]);
    expect([1, 2, 3, 4].map((length) => codeOf(() => decodeBundle(bundle.subarray(0, length))))).toEqual(
      Array<string>(4).fill('BUNDLE_MALFORMED'),
    );
    expect(decodeBundle(Buffer.alloc(512))).toHaveLength(256);
    expect(codeOf(() => decodeBundle(Buffer.alloc(514)))).toBe('BUNDLE_MALFORMED');
  });
});
