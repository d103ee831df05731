import { Rejected } from '#events';
import { TILE } from './merkle.js';

/**
 * The tree as static files (c2sp.org/tlog-tiles): a tile is 256 hashes of one level in eight, each hash of level L + 1
 * being the root of a full tile of level L; entries come in bundles of 256 with 16-bit lengths.
 */

/** The longest entry that a bundle can frame, in bytes. */
export const MAX_ENTRY = 65_535;

export interface TileId {
  readonly level: number;
  readonly index: number;
  /** Hashes in it, 1 to 256; below 256 it is partial and will be replaced by a wider one. */
  readonly width: number;
}

/** The path of a tile under the log's prefix: `tile/0/x001/x234/067`, `tile/1/000.p/17`. */
export function tilePath({ level, index, width }: TileId): string {
  return `tile/${level}/${spread(index)}${width === TILE ? '' : `.p/${width}`}`;
}

/** The path of a bundle of entries: `tile/entries/x001/x234/067.p/12`. */
export function bundlePath(index: number, width = TILE): string {
  return `tile/entries/${spread(index)}${width === TILE ? '' : `.p/${width}`}`;
}

/** Groups of three digits, all but the last after an `x`, so that no file stands where a folder must be. */
function spread(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!;
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/**
 * Reads a path that a client asks for; `undefined` where it is not exactly one that this module writes (padding beyond
 * need, a width of 0 or 256, a level above 63), so that a resource has one address.
 */
export function parsePath(path: string): (Omit<TileId, 'level'> & { level: number | 'entries' }) | undefined {
  const [, kind, groups, partial] = PATH.exec(path) ?? [];
  if (kind === undefined || groups === undefined) return undefined;
  const level = kind === 'entries' ? kind : Number(kind);
  const index = Number(groups.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE : Number(partial);
  if (width > TILE || (partial !== undefined && width === TILE) || !Number.isSafeInteger(index))
    return undefined;
  if ((level !== 'entries' && level > 63) || spread(index) !== groups) return undefined;
  return { level, index, width };
}

/**
 * A bundle: each entry behind its big-endian 16-bit length.
 * @throws Rejected ENTRY_TOO_LARGE
 */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY)
        throw new Rejected(
          'ENTRY_TOO_LARGE',
          `An entry takes at most ${MAX_ENTRY} bytes, not ${entry.length}.`,
          'LIB-01.5',
        );
      return [Buffer.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/**
 * The entries of a bundle.
 * @throws Rejected BUNDLE_MALFORMED when it ends inside an entry, or holds more than 256
 */
export function decodeBundle(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const end = at + 2 <= bundle.length ? at + 2 + bundle.readUInt16BE(at) : Infinity;
    if (end > bundle.length || entries.length === TILE)
      throw new Rejected(
        'BUNDLE_MALFORMED',
        `A bundle holds at most ${TILE} whole entries; byte ${at} begins none.`,
        'AUD-02.2',
      );
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
