import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatCheckpoint,
  formatProof,
  openCheckpoint,
  parseCheckpoint,
  parseProof,
  refuseFork,
  verifyProofFile,
} from './checkpoint.js';
import { EMPTY_ROOT, leafHash, leafHashes, rootOf } from './merkle.js';
import { noteSigner, signNote } from './note.js';
import { consistencySpans, inclusionSpans } from './proof.js';
import { codeOf } from './testRefusal.js';

const origin = 'slipway.example/ledger';
const log = noteSigner(origin, Buffer.alloc(32, 1));
const nextLog = noteSigner(origin, Buffer.alloc(32, 2));
const witness = noteSigner('witness.example', Buffer.alloc(32, 3), 4);
const at = new Date('2027-03-01T12:00:00Z');
const entries = Array.from({ length: 11 }, (_, i) => Buffer.from(`e${i}`));
const root = (begin: number, end: number) => rootOf(leafHashes(entries.slice(begin, end)));
const head = (size: number) => ({ origin, size, root: root(0, size) });
const anyRoot = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

describe('the text of a checkpoint', () => {
  test('is origin, size and root, as in the example of tlog-checkpoint', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
  });

  test('reads back whatever was written, further lines included', () =>
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        anyRoot,
        fc.array(fc.stringMatching(/^[a-z ]+$/), { maxLength: 3 }),
        (size, hash, extensions) => {
          const checkpoint = { origin, size, root: hash, ...(extensions.length > 0 && { extensions }) };
          expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
        },
      ),
    ));

  const hash = EMPTY_ROOT.toString('base64');
  test.each([
    ['an empty origin', `\n0\n${hash}\n`],
    ['no newline at the end', `${origin}\n0\n${hash}`],
    ['an empty line', `${origin}\n0\n${hash}\n\n`],
    ['a leading zero', `${origin}\n01\n${hash}\n`],
    ['a sign', `${origin}\n+1\n${hash}\n`],
    ['a size no number holds', `${origin}\n9007199254740992\n${hash}\n`],
    ['a size in digits of another script', `${origin}\n١\n${hash}\n`],
    ['no size', `${origin}\n\n${hash}\n`],
    ['a short root', `${origin}\n0\nAAAA\n`],
    ['a root in the other alphabet', `${origin}\n0\n${hash.replaceAll('+', '-')}\n`],
    ['two lines', `${origin}\n0\n`],
    ['nothing', ''],
  ])('with %s is none', (_, text) =>
    expect(codeOf(() => parseCheckpoint(text))).toBe('CHECKPOINT_MALFORMED'),
  );

  test('that could not be read back is not written', () =>
    expect(codeOf(() => formatCheckpoint({ origin: 'a\nb', size: 0, root: EMPTY_ROOT }))).toBe(
      'CHECKPOINT_MALFORMED',
    ));
});

describe('a signed checkpoint', () => {
  const note = signNote(formatCheckpoint(head(7)), [log, witness], at);

  test('opens for whoever pins origin and key, and names its witnesses and their time', () => {
    const { checkpoint, witnesses } = openCheckpoint(note, origin, [log.key], [witness.key]);
    expect(checkpoint).toEqual(head(7));
    expect(witnesses).toEqual([{ key: witness.key, time: at.getTime() / 1000 }]);
    expect(openCheckpoint(note, origin, [log.key]).witnesses).toEqual([]);
  });

  test('opens with either key while keys are being rotated', () => {
    const both = signNote(formatCheckpoint(head(7)), [log, nextLog]);
    for (const keys of [[log.key], [nextLog.key], [log.key, nextLog.key]])
      expect(openCheckpoint(both, origin, keys).checkpoint.size).toBe(7);
  });

  test('of another log is refused, however well it is signed', () => {
    const foreign = signNote(formatCheckpoint({ ...head(7), origin: 'other.example/ledger' }), [log]);
    expect(codeOf(() => openCheckpoint(foreign, origin, [log.key]))).toBe('CHECKPOINT_FOREIGN');
  });

  test('that only a witness signed is not the log’s', () => {
    const lonely = signNote(formatCheckpoint(head(7)), [witness], at);
    expect(codeOf(() => openCheckpoint(lonely, origin, [log.key], [witness.key]))).toBe(
      'CHECKPOINT_UNSIGNED',
    );
  });

  test('is not cosigned by a key that states no time', () => {
    const notary = noteSigner('notary.example', Buffer.alloc(32, 4));
    const both = signNote(formatCheckpoint(head(7)), [log, notary]);
    expect(openCheckpoint(both, origin, [log.key], [notary.key]).witnesses).toEqual([]);
  });

  test('is not signed unless it extends what was signed before', () => {
    const proof = consistencySpans(7, 11).map(([begin, end]) => root(begin, end));
    const next = head(11);
    expect(codeOf(() => refuseFork(head(7), next, proof))).toBe(undefined);
    expect(codeOf(() => refuseFork(head(0), next, []))).toBe(undefined);
    expect(codeOf(() => refuseFork(head(7), head(7), []))).toBe(undefined);
    const forks = [
      () => refuseFork(head(7), { ...next, root: root(0, 10) }, proof),
      () => refuseFork(head(7), next, proof.slice(1)),
      () => refuseFork(next, head(7), proof),
      () => refuseFork(head(7), { ...head(7), root: root(0, 6) }, []),
      () => refuseFork({ ...head(7), origin: 'other.example' }, next, proof),
      () => refuseFork(head(0), next, proof),
    ];
    expect(forks.map(codeOf)).toEqual(forks.map(() => 'CHECKPOINT_INCONSISTENT'));
  });
});

describe('a proof file', () => {
  const size = 11;
  const note = signNote(formatCheckpoint(head(size)), [log]);
  const fileOf = (index: number) =>
    formatProof({
      index,
      hashes: inclusionSpans(index, size).map(([begin, end]) => root(begin, end)),
      checkpoint: note,
    });

  test('has the lines that tlog-proof asks for', () =>
    expect(
      formatProof({
        index: 5,
        hashes: [leafHash(entries[0]!)],
        checkpoint: 'checkpoint\n',
        extra: Buffer.from('extra information'),
      }),
    ).toBe(
      `c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 5\n${leafHash(entries[0]!).toString('base64')}\n\ncheckpoint\n`,
    ));

  test('shows its own entry, for every entry of the log, and no other', () => {
    for (let index = 0; index < size; index++) {
      expect(verifyProofFile(fileOf(index), entries[index]!, origin, [log.key])).toBe(true);
      expect(verifyProofFile(fileOf(index), entries[(index + 1) % size]!, origin, [log.key])).toBe(false);
    }
  });

  test('reads back whatever was written', () =>
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.array(anyRoot, { maxLength: 63 }),
        fc.option(fc.uint8Array(), { nil: undefined }),
        (index, hashes, some) => {
          const file = {
            index,
            hashes,
            checkpoint: note,
            ...(some !== undefined && { extra: Buffer.from(some) }),
          };
          expect(parseProof(formatProof(file))).toEqual(file);
        },
      ),
    ));

  test.each([
    ['another first line', 'wrong-header\nindex 0\n\ncheckpoint\n', 'PROOF_MALFORMED'],
    [
      'extra that is not base64',
      'c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\ncheckpoint\n',
      'PROOF_MALFORMED',
    ],
    ['no index', 'c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n', 'PROOF_MALFORMED'],
    [
      'extra behind the index',
      'c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\ncheckpoint\n',
      'CHECKPOINT_MALFORMED',
    ],
    [
      'an index that is no number',
      'c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n',
      'CHECKPOINT_MALFORMED',
    ],
    ['a negative index', 'c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n', 'CHECKPOINT_MALFORMED'],
    [
      'a hash that is not base64',
      'c2sp.org/tlog-proof@v1\nindex 0\n!!\n\ncheckpoint\n',
      'CHECKPOINT_MALFORMED',
    ],
    [
      'a hash of 64 bytes',
      `c2sp.org/tlog-proof@v1\nindex 0\n${Buffer.alloc(64).toString('base64')}\n\ncheckpoint\n`,
      'CHECKPOINT_MALFORMED',
    ],
    [
      '64 hashes',
      `c2sp.org/tlog-proof@v1\nindex 0\n${`${EMPTY_ROOT.toString('base64')}\n`.repeat(64)}\ncheckpoint\n`,
      'PROOF_MALFORMED',
    ],
    ['no empty line', 'c2sp.org/tlog-proof@v1\nindex 0\ncheckpoint\n', 'PROOF_MALFORMED'],
    ['nothing', '', 'PROOF_MALFORMED'],
  ])('with %s is none', (_, file, code) => expect(codeOf(() => parseProof(file))).toBe(code));
});
