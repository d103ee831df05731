import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import {
  decimal,
  formatCheckpoint,
  hashIn,
  openCheckpoint,
  parseCheckpoint,
  parseProof,
  refuseFork,
} from './checkpoint.js';
import { tileReader } from './growth.js';
import { EMPTY_ROOT } from './merkle.js';
import { noteKey, noteSigner, openNote, parseKey, parseNote, signNote } from './note.js';
import { consistencySpans, inclusionSpans } from './proof.js';
import { log, now, origin, witnesses } from './testLedger.js';
import { decodeBundle, encodeBundle } from './tiles.js';
import { type HeadStore, addCheckpoint, formatRequest, parseRequest } from './witness.js';

/** What a person is told who is refused, to the word. */
const told = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return error.violations.map(({ code, message, ref }) => `${code} (${ref}) ${message}`).join('\n');
  }
  return 'nothing';
};
const checkpoint = { origin, size: 3, root: Buffer.alloc(32, 7) };
const note = signNote(formatCheckpoint(checkpoint), [log]);
const other = noteSigner('other.example', Buffer.alloc(32, 8));
const proof = 'c2sp.org/tlog-proof@v1\n';
const signature = 'AAAAAAAA';
const NUMBER = 'is a decimal number without leading zeroes, at most 2^53 - 1.';

describe('a refusal says what is wrong:', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a checkpoint of two lines',
      () => parseCheckpoint('a\n1\n'),
      'CHECKPOINT_MALFORMED (AUD-02.2) A checkpoint is three or more lines, none of them empty.',
    ],
    [
      'a checkpoint with an empty line',
      () => parseCheckpoint(`a\n1\n${EMPTY_ROOT.toString('base64')}\n\n`),
      'CHECKPOINT_MALFORMED (AUD-02.2) A checkpoint is three or more lines, none of them empty.',
    ],
    [
      'a checkpoint of a strange size',
      () => parseCheckpoint(`a\n01\n${EMPTY_ROOT.toString('base64')}\n`),
      `CHECKPOINT_MALFORMED (AUD-02.2) The size ${NUMBER}`,
    ],
    ['a number', () => decimal('x', 'thing'), `CHECKPOINT_MALFORMED (AUD-02.2) The thing ${NUMBER}`],
    ['a hash', () => hashIn('AA=='), 'CHECKPOINT_MALFORMED (AUD-02.2) A hash is the base64 of 32 bytes.'],
    [
      'a checkpoint of another log',
      () => openCheckpoint(note, 'mine.example', [log.key]),
      `CHECKPOINT_FOREIGN (AUD-02.2) This checkpoint is of ${origin}, not of mine.example.`,
    ],
    [
      'a checkpoint that only a witness signed',
      () =>
        openCheckpoint(
          signNote(formatCheckpoint(checkpoint), [witnesses[0]!], now),
          origin,
          [log.key],
          [witnesses[0]!.key],
        ),
      `CHECKPOINT_UNSIGNED (AUD-02.2) No key of ${origin} has signed this checkpoint.`,
    ],
    [
      'a fork',
      () => refuseFork({ ...checkpoint, size: 4 }, checkpoint, []),
      'CHECKPOINT_INCONSISTENT (AUD-02.2) The tree of 3 does not extend the signed one of 4; nothing may be signed until this is explained.',
    ],
    [
      'a proof file without a proof',
      () => parseProof('hello\nindex 1\n\n'),
      'PROOF_MALFORMED (AUD-02.3) A proof file starts with c2sp.org/tlog-proof@v1, an index line, and at most 63 hashes.',
    ],
    [
      'a proof file with strange extras',
      () => parseProof(`${proof}extra !\nindex 1\n\n`),
      'PROOF_MALFORMED (AUD-02.3) The extra line of a proof file is base64.',
    ],
    [
      'a proof file with a strange index',
      () => parseProof(`${proof}index x\n\n`),
      `CHECKPOINT_MALFORMED (AUD-02.2) The index ${NUMBER}`,
    ],
    [
      'a tile that is cut',
      () => tileReader(3, () => Buffer.alloc(95))(0, 0),
      'TILE_TRUNCATED (AUD-02.4) tile/0/000.p/3 must hold 3 hashes of 32 bytes.',
    ],
    [
      'a leaf that is not there',
      () => inclusionSpans(3, 3),
      'NO_SUCH_LEAF (AUD-02.3) index must be 0 to size - 1; 3 of 3 is not.',
    ],
    [
      'a tree that is not there',
      () => consistencySpans(4, 3),
      'NO_SUCH_TREE (AUD-02.3) from must be 1 to 3, the newer size; 4 is not.',
    ],
    [
      'a key without a name',
      () => noteKey('', Buffer.alloc(32)),
      'KEY_MALFORMED (AUD-02.2) A key has a name without spaces or plus, and 32 bytes.',
    ],
    [
      'a key of 31 bytes',
      () => noteKey('a', Buffer.alloc(31)),
      'KEY_MALFORMED (AUD-02.2) A key has a name without spaces or plus, and 32 bytes.',
    ],
    [
      'a key that is none',
      () => parseKey('x'),
      'KEY_MALFORMED (AUD-02.2) A key has a name without spaces or plus, and 32 bytes.',
    ],
    [
      'a key of another kind',
      () => parseKey(`a+00000000+${Buffer.alloc(33, 6).toString('base64')}`),
      'KEY_TYPE_UNKNOWN (AUD-02.2) Keys of type 1 (Ed25519) and 4 (cosignature) are read, not 6.',
    ],
    [
      'a key with another id',
      () => parseKey(`a+00000000+${Buffer.alloc(33, 1).toString('base64')}`),
      'KEY_MALFORMED (AUD-02.2) The id of a key follows from its name and bytes; this one does not.',
    ],
    [
      'a cosignature without a time',
      () => signNote('text\n', [witnesses[0]!]),
      'NOTE_MALFORMED (AUD-02.2) A cosignature needs the time at which it is made.',
    ],
    [
      'a cosignature before 1970',
      () => signNote('text\n', [witnesses[0]!], new Date(-1)),
      'NOTE_MALFORMED (AUD-02.2) A cosignature needs the time at which it is made.',
    ],
    [
      'a text that does not end',
      () => signNote('a\n\nb', [log]),
      'NOTE_MALFORMED (AUD-02.2) The text of a note ends in a newline.',
    ],
    ['bytes', () => parseNote(Buffer.of(0xff)), 'NOTE_MALFORMED (AUD-02.2) A note is UTF-8.'],
    [
      'a tab',
      () => parseNote('\t'),
      'NOTE_MALFORMED (AUD-02.2) A note is at most a million characters, none of them a control character but newline.',
    ],
    [
      'a note without signatures',
      () => parseNote('text\n\n'),
      'NOTE_MALFORMED (AUD-02.2) A note is text, an empty line, and signature lines, each ended by a newline.',
    ],
    [
      '17 signatures',
      () => parseNote(`text\n\n${`— a ${signature}\n`.repeat(17)}`),
      'NOTE_TOO_MANY_SIGNATURES (AUD-02.2) A note carries at most 16 signatures, not 17.',
    ],
    [
      'a signature line',
      () => parseNote('text\n\n— a\n'),
      'NOTE_MALFORMED (AUD-02.2) A signature line is an em dash, a name, and base64 of key id and signature.',
    ],
    [
      'a note of strangers',
      () => openNote(note, [other.key]),
      'NOTE_UNSIGNED (AUD-02.2) No known key has signed this note.',
    ],
    [
      'a bad signature',
      () => openNote(note.replace('\n3\n', '\n4\n'), [log.key]),
      `NOTE_BAD_SIGNATURE (AUD-02.2) The signature of ${origin} does not hold.`,
    ],
    [
      'an entry',
      () => encodeBundle([Buffer.alloc(65_536)]),
      'ENTRY_TOO_LARGE (LIB-01.5) An entry takes at most 65535 bytes, not 65536.',
    ],
    [
      'a bundle',
      () => decodeBundle(Buffer.of(0, 1, 9, 0)),
      'BUNDLE_MALFORMED (AUD-02.2) A bundle holds at most 256 whole entries; byte 3 begins none.',
    ],
    [
      'a request',
      () => parseRequest('new 5\n\n'),
      'REQUEST_MALFORMED (AUD-02.2) A request is an old size, at most 63 hashes, and a checkpoint.',
    ],
    [
      'a request of a strange size',
      () => parseRequest('old x\n\n'),
      `CHECKPOINT_MALFORMED (AUD-02.2) The old size ${NUMBER}`,
    ],
  ])('%s', (_, act, said) => expect(told(act)).toBe(said));
});

describe('a witness that refuses says why', () => {
  const head = { size: 2, root: Buffer.alloc(32, 2) };
  const store = (latest?: typeof head): HeadStore => ({
    latest: async () => latest,
    swap: async () => true,
  });
  const ask = (body: string, latest?: typeof head) =>
    addCheckpoint(body, new Map([[origin, [log.key]]]), store(latest), { signer: witnesses[0]!, now });
  const foreign = signNote(formatCheckpoint({ ...checkpoint, origin: 'other.example' }), [other]);
  const unsigned = signNote(formatCheckpoint(checkpoint), [other]);

  test.each<[string, typeof head | undefined, number, string]>([
    [formatRequest(0, [], foreign), undefined, 404, 'This witness does not follow that log.\n'],
    [formatRequest(4, [], note), head, 400, 'The old size must not exceed that of the checkpoint.\n'],
    [formatRequest(2, [], note), head, 422, 'The consistency proof does not hold.\n'],
    [formatRequest(0, [EMPTY_ROOT], note), undefined, 422, 'The consistency proof does not hold.\n'],
    [formatRequest(0, [], unsigned), undefined, 403, 'NOTE_UNSIGNED: No known key has signed this note.\n'],
    [
      formatRequest(0, [], note.replace('\n3\n', '\n4\n')),
      undefined,
      403,
      `NOTE_BAD_SIGNATURE: The signature of ${origin} does not hold.\n`,
    ],
  ])('%j', async (body, latest, status, said) =>
    expect(await ask(body, latest)).toEqual({ status, body: said }),
  );

  test('and what fails beyond it fails', async () => {
    const broken: HeadStore = { latest: () => Promise.reject(new Error('disk')), swap: async () => true };
    const logs = new Map([[origin, [log.key]]]);
    const parts = { signer: witnesses[0]!, now };
    await expect(addCheckpoint(formatRequest(0, [], note), logs, broken, parts)).rejects.toThrow('disk');
  });
});
