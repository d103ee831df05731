import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalBytes } from '#json';
import { EMPTY_ROOT, leafHash } from './merkle.js';
import {
  consistency,
  deploymentStory,
  head,
  header,
  inclusion,
  now,
  origin,
  partialExport,
  policy,
  recorded,
  stored,
  verify,
  wholeExport,
  witnessed,
  witnesses,
} from './testLedger.js';
import { extendsLog, includes, linesOf, verifyExport } from './verify.js';

/** Some entries of a log, heads signed before in any order, and proofs that were made to fit. */

const events = recorded([...deploymentStory('d'), ...deploymentStory('e')]);
const entries = stored(events);
const said = async (...args: Parameters<typeof verify>) => linesOf(await verify(...args)).slice(1);
const forged = head(entries).replace(`\n${entries.length}\n`, '\n15\n');
const forgery = `signature: The signature of ${origin} does not hold.`;

describe('an export of some entries', () => {
  test('is not judged: what stands in front of a start may be what is missing', async () => {
    const verdict = await verify(partialExport(entries, [6]));
    expect(verdict).toMatchObject({ verified: true, problems: [], starts: 0, whole: false });
    expect(linesOf(verdict)).toEqual([
      `verified: 1 of 16 entries of ${origin}, each proven by itself, no start judged`,
    ]);
  });

  test('has them in the order of the log, each once', async () => {
    expect(await said(partialExport(entries, [5, 2]))).toContain('root at 2: Entry 6 is expected here.');
    expect(await said(partialExport(entries, [5, 5]))).toContain('root at 5: Entry 6 is expected here.');
  });

  test('may leave out revisions of a stream, but not go back in it', async () => {
    const twice = stored([events[0]!, { ...events[5], streamRevision: 1 }]);
    expect(await said(partialExport(twice, [0, 1]))).toEqual([
      'stream at 1: deployment-d goes from revision 1 to 1.',
    ]);
    const back = stored([events[5]!, { ...events[5], streamRevision: 1 }]);
    expect(await said(partialExport(back, [0, 1]))).toEqual([
      'stream at 1: deployment-d goes from revision 2 to 1.',
    ]);
  });

  test('proves nothing under a checkpoint that is not to be believed, and says that once', async () => {
    const lines = partialExport(entries, [0, 3], { checkpoint: forged });
    expect(await said(lines, { earlier: [head(entries, 4)] })).toEqual([forgery]);
  });

  test('that holds none is not verified', async () => {
    const verdict = await verify([header(entries)], { earlier: [head(entries, 4)] });
    expect(verdict).toMatchObject({ verified: false, entries: 0, whole: true });
    expect(linesOf(verdict).slice(1)).toEqual(['root: The export holds no entry.']);
  });
});

describe('heads signed before', () => {
  const heads = [9, 0, 16, 1].map((size) => head(entries, size));

  test('may come in any order, that of the empty log among them', async () => {
    expect(await said(wholeExport(entries), { earlier: heads })).toEqual([]);
    const proven = [9, 16, 1].map((size) => ({
      checkpoint: head(entries, size),
      proof: size === 16 ? [] : consistency(entries, size),
    }));
    expect(await said(partialExport(entries, [3], { earlier: proven }))).toEqual([]);
  });

  test.each([1, 2, 4, 8])('need a proof beside some entries, though they be of %d', async (size) =>
    expect(await said(partialExport(entries, [3]), { earlier: [head(entries, size)] })).toEqual([
      `earlier: Nothing proves that this log extends the ${size} entries signed before.`,
    ]),
  );

  test('that cannot be read are told, and the others are still held against the log', async () => {
    const fork = head(entries.toReversed(), 5);
    expect(await said(wholeExport(entries), { earlier: ['text', fork] })).toEqual([
      'earlier: A checkpoint is a signed note.',
      'earlier: The 5 entries signed before were others: history was rewritten.',
    ]);
  });

  test('need not be listed', async () => {
    const [first, ...rest] = wholeExport(entries);
    expect(await said([first!.replace('"earlier":[],', ''), ...rest])).toEqual([]);
  });
});

describe('witnesses', () => {
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
  const cosigned = (...seconds: number[]) =>
    seconds
      .map((second, i) => head(entries, entries.length, [witnesses[i]!], at(second)))
      .reduce((note, next) => `${note}${next.split('\n').at(-2)}\n`);
  const under = (checkpoint: string, over = {}) =>
    said(wholeExport(entries, { checkpoint }), { policy: { ...witnessed, ...over } });

  test('may sign in any order: the newest of a quorum count', async () => {
    expect(await under(cosigned(-3_601, 0, 0))).toEqual([]);
    expect(await under(cosigned(0, -3_601, 0))).toEqual([]);
    expect(await under(cosigned(-3_601, -3_601, 0))).toEqual([
      'witness: The cosignatures are too old: this may be an old copy.',
    ]);
    expect(await under(cosigned(0, 0, 601))).toEqual([
      'witness: A witness states a time that has not come yet.',
    ]);
  });

  test('show by the newest of them when the log was seen', async () => {
    const late = stored([{ ...events[0], recordedAt: at(0).toISOString(), occurredAt: at(0).toISOString() }]);
    const [old, fresh] = [-1_800, 0].map((seconds, i) => head(late, 1, [witnesses[i]!], at(seconds)));
    const checkpoint = `${old}${fresh!.split('\n').at(-2)}\n`;
    expect(await said(wholeExport(late, { checkpoint }), { policy: witnessed })).toEqual([]);
  });
});

test('empty lines in an export mean nothing', async () =>
  expect(await said(wholeExport(entries).map((line) => `\n${line}\n`))).toEqual([]));

test('progress is told from the first bytes on, though they be no line yet', async () => {
  const bytes = Buffer.from(wholeExport(entries).join(''));
  const pieces = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) =>
    bytes.subarray(i * 100, (i + 1) * 100),
  );
  const told: number[] = [];
  await verifyExport(pieces, { now, policy, progress: (count) => void told.push(count) });
  expect([told[0], told.at(-1)]).toEqual([0, 16]);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

describe('the second implementation of RFC 9162, alone:', () => {
  const node = (left: Buffer, right: Buffer) =>
    createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
  const root = (size: number) => Buffer.from(head(entries, size).split('\n')[2]!, 'base64');
  const tree = (size: number) => ({ size, root: root(size) });
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((one) => leafHash(Buffer.from(one))) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];

  test('every proof of a tree of up to 16 entries holds, and none with a hash more, less or other', () => {
    for (let size = 1; size <= 16; size++)
      for (let index = 0; index < size; index++) {
        const some = entries.slice(0, size);
        const claim = { ...tree(size), index, leaf: leafHash(entries[index]!) };
        const growth = (proof: Buffer[]) => extendsLog(tree(index + 1), tree(size), proof);
        const [inside, grown] = [inclusion(some, index), consistency(some, index + 1)];
        expect([includes({ ...claim, proof: inside }), growth(grown)]).toEqual([true, true]);
        const spoilt = (proof: Buffer[]) => [
          [...proof, a],
          ...proof.flatMap((_, i) => [proof.toSpliced(i, 1), proof.with(i, a)]),
        ];
        expect(spoilt(inside).some((proof) => includes({ ...claim, proof }))).toBe(false);
        expect(spoilt(grown).some(growth)).toBe(false);
      }
  });

  test('no proof is made to fit a leaf behind the end, a tree not reached, or one passed', () => {
    expect(includes({ index: 1, size: 1, leaf: a, root: a, proof: [] })).toBe(false);
    expect(includes({ index: 2, size: 1, leaf: a, root: a, proof: [] })).toBe(false);
    expect(includes({ index: 0, size: 2, leaf: a, root: a, proof: [] })).toBe(false);
    expect(includes({ index: 0, size: 1, leaf: a, root: node(b, a), proof: [b] })).toBe(false);
    const seen = node(d, node(c, a));
    const now4 = node(d, node(c, node(a, b)));
    expect(extendsLog({ size: 3, root: seen }, { size: 4, root: now4 }, [a, b, c, d])).toBe(false);
    expect(extendsLog({ size: 3, root: a }, { size: 4, root: a }, [])).toBe(false);
  });

  test('a log extends itself and the empty one without a proof, and never a larger one', () => {
    const empty = { size: 0, root: EMPTY_ROOT };
    expect(extendsLog(tree(3), tree(3), [])).toBe(true);
    expect(extendsLog(tree(3), tree(3), [a])).toBe(false);
    expect(extendsLog({ size: 3, root: a }, tree(3), [])).toBe(false);
    expect(extendsLog(empty, tree(3), [])).toBe(true);
    expect(extendsLog(empty, tree(3), [a])).toBe(false);
    expect(extendsLog({ size: 2, root: a }, { size: 1, root: a }, [])).toBe(false);
  });
});

test('an entry of the largest size is hashed as it stands, and so is a larger one, which is none', async () => {
  const entry = (length: number) => {
    const bare = canonicalBytes({ ...events[0], data: { text: '' } }).length;
    return canonicalBytes({ ...events[0], data: { text: 'x'.repeat(length - bare) } });
  };
  expect(await said(wholeExport([entry(65_535)]))).toEqual([]);
  expect(await said(wholeExport([entry(65_536)]))).toEqual([
    'record at 0: An entry is UTF-8 of at most 65535 bytes.',
  ]);
});
