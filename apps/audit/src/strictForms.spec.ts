import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, sha256 } from '#json';
import { parseProof } from './checkpoint.js';
import { EMPTY_ROOT } from './merkle.js';
import {
  type NoteKey,
  formatKey,
  noteKey,
  noteSigner,
  openNote,
  parseKey,
  parseNote,
  signNote,
} from './note.js';
import { head, log, now, origin, policy, recorded, stored, verify, wholeExport } from './testLedger.js';
import { codeOf } from './testRefusal.js';
import { linesOf, recordIn } from './verify.js';

/** What is nearly a key, a note, a checkpoint or a time: something stands before it, behind it, or is written loosely. */

const events = recorded([{ type: 'Noted', stream: 's', data: {} }]);
const entries = stored(events);
const [key] = policy.keys as [string];
const said = async (...args: Parameters<typeof verify>) => linesOf(await verify(...args)).slice(1);

/** A key whose id is right for the bytes it holds, however many these are. */
const keyOf = (bytes: Buffer) =>
  `${origin}+${sha256(Buffer.concat([Buffer.from(`${origin}\n`), bytes])).toString('hex', 0, 4)}+${bytes.toString('base64')}`;

test('a signature of a stranger whose name holds a byte order mark spoils no checkpoint, one with a space does', async () => {
  const signedBy = (name: string) => {
    const [first, ...rest] = wholeExport(entries);
    const { checkpoint, ...more } = JSON.parse(first!) as { checkpoint: string };
    return [`${JSON.stringify({ ...more, checkpoint: `${checkpoint}— ${name} AAAAAAAA\n` })}\n`, ...rest];
  };
  expect(await said(signedBy('a\ufeffb'))).toEqual([]);
  for (const name of ['a\u00a0b', 'a\u0085b', 'a\u2003b'])
    expect([name, (await verify(signedBy(name))).problems.map(({ check }) => check)]).toEqual([
      name,
      ['signature'],
    ]);
});

describe('a key', () => {
  const [name, id, base64] = key.split('+') as [string, string, string];
  const wrong = [
    ` ${key}`,
    `${key} `,
    `${key} x`,
    `${key}=`,
    `x+${key}`,
    `${name}+00000000+${base64}`,
    `${name}+${id.toUpperCase()}+${base64}`,
    `+${id}+${base64}`,
    keyOf(Buffer.alloc(34, 1)),
    keyOf(Buffer.alloc(32, 1)),
  ];
  test.each(wrong)('is not %j', async (text) => {
    expect(codeOf(() => parseKey(text))).toBe('KEY_MALFORMED');
    await expect(verify(wholeExport(entries), { policy: { origin, keys: [text] } })).rejects.toThrow(
      expect.objectContaining({ message: `"${text}" is not a key (name+id+base64).` }),
    );
  });

  test('has an id of eight digits, though the first be 0', () => {
    const named = (i: number): NoteKey => noteKey(`k${i}`, Buffer.alloc(32, 1));
    const small = Array.from({ length: 100 }, (_, i) => named(i)).filter(
      ({ id: number }) => number < 2 ** 28,
    );
    expect(small.length).toBeGreaterThan(0);
    for (const one of small) {
      expect(formatKey(one)).toMatch(/^k\d+\+0[0-9a-f]{7}\+/);
      expect(parseKey(formatKey(one))).toEqual(one);
    }
  });

  test('that only looks like one of the log’s is not one that may sign for it', async () => {
    const witness = formatKey(noteSigner('w.example', Buffer.alloc(32, 2), 4).key);
    await expect(verify(wholeExport(entries), { policy: { origin, keys: [key, witness] } })).rejects.toThrow(
      'A policy names the origin of the log and Ed25519 keys of it.',
    );
  });
});

describe('a signature line', () => {
  const note = head(entries);
  test.each([
    ['x— a AAAAAAAA', 'something before it'],
    ['— a AAAAAAAA x', 'something behind it'],
    ['— a AAAAAA==', 'a key id and no signature'],
    ['— a AAAAAAB=', 'base64 with loose bits'],
    ['— a AAAAAAA', 'base64 that is not filled up'],
  ])('is not %j: %s', async (line) => {
    expect(codeOf(() => parseNote(`text\n\n${line}\n`))).toBe('NOTE_MALFORMED');
    expect(await said(wholeExport(entries, { checkpoint: `${note}${line}\n` }))).toEqual([
      'signature: A signature line cannot be read.',
    ]);
  });

  test('may hold a single byte of signature, of a key that nobody knows', async () => {
    expect(parseNote('text\n\n— a AAAAAAA=\n').signatures).toEqual([
      { name: 'a', id: 0, bytes: Buffer.of(0) },
    ]);
    expect(await said(wholeExport(entries, { checkpoint: `${note}— a AAAAAAA=\n` }))).toEqual([]);
  });

  test('under another name is that of another key', async () => {
    const renamed = note.replace(`— ${origin} `, '— other.example ');
    expect(codeOf(() => openNote(renamed, [log.key]))).toBe('NOTE_UNSIGNED');
    expect(await said(wholeExport(entries, { checkpoint: renamed }))).toEqual([
      'signature: No key that is trusted for this log has signed the checkpoint.',
    ]);
  });
});

describe('a note', () => {
  test.each(['text\n', 'text\n\n— a AAAAAAAA', 'text\n\n'])('is not %j', (text) =>
    expect(() => parseNote(text)).toThrow(
      'A note is text, an empty line, and signature lines, each ended by a newline.',
    ),
  );

  test('is not a line alone, for the verifier either', async () =>
    expect(await said(wholeExport(entries, { checkpoint: 'text\n' }))).toEqual([
      'signature: A checkpoint is a signed note.',
    ]));

  test('has a million characters, and not one more', () => {
    const end = '\n\n— a AAAAAAAA\n';
    const text = 'x'.repeat(1_000_000 - end.length);
    expect(parseNote(`${text}${end}`).text).toBe(`${text}\n`);
    expect(codeOf(() => parseNote(`x${text}${end}`))).toBe('NOTE_MALFORMED');
  });

  test('is cosigned at any second from 1970 to the last that a number counts', () => {
    const witness = noteSigner('w.example', Buffer.alloc(32, 3), 4);
    const at = (time: bigint) => {
      const stamp = Buffer.alloc(12);
      stamp.writeUInt32BE(witness.key.id);
      stamp.writeBigUInt64BE(time, 4);
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\ntext\n`), witness.privateKey);
      return `text\n\n— w.example ${Buffer.concat([stamp, signature]).toString('base64')}\n`;
    };
    expect(signNote('text\n', [witness], new Date(0))).toBe(at(0n));
    const last = BigInt(Number.MAX_SAFE_INTEGER);
    for (const time of [0n, last])
      expect(openNote(at(time), [witness.key]).verified).toEqual([{ key: witness.key, time: Number(time) }]);
    expect(codeOf(() => openNote(at(last + 1n), [witness.key]))).toBe('NOTE_BAD_SIGNATURE');
  });
});

describe('a signed checkpoint', () => {
  const root = head(entries).split('\n')[2]!;
  test.each([
    [`${origin}\n01\n${root}\n`, 'The size of a checkpoint is a plain number.'],
    [`${origin}\n1e0\n${root}\n`, 'The size of a checkpoint is a plain number.'],
    [`${origin}\n\n${root}\n`, 'The size of a checkpoint is a plain number.'],
    [`${origin}\n1\n${root}\n\n`, 'A checkpoint is origin, size and root, each on its line.'],
    [`${origin}\n1\n${root}\n\nx\n`, 'A checkpoint is origin, size and root, each on its line.'],
    [`${origin}\n1\n`, 'A hash is the base64 of 32 bytes.'],
    [`\n1\n${root}\n`, `The checkpoint is of , not of ${origin}.`],
  ])('is not %j', async (text, message) =>
    expect(await said(wholeExport(entries, { checkpoint: signNote(text, [log], now) }))).toEqual([
      `signature: ${message}`,
    ]),
  );
});

describe('a hash', () => {
  test('is not written with loose bits', async () => {
    const [first, line] = wholeExport(entries);
    for (const hash of [`${'A'.repeat(42)}B=`, 'A'.repeat(43), `${'A'.repeat(43)}=\n`, 7])
      expect((await said([first!, `${JSON.stringify({ ...JSON.parse(line!), leaf: hash })}\n`]))[0]).toBe(
        'record: A hash is the base64 of 32 bytes.',
      );
  });

  const proof = (lines: string) => `c2sp.org/tlog-proof@v1\n${lines}\nnote\n`;
  const line = `${EMPTY_ROOT.toString('base64')}\n`;
  test('stands in a proof file 63 times at most, behind a line that is called index', () => {
    expect(parseProof(proof(`index 0\n${line.repeat(63)}`)).hashes).toHaveLength(63);
    expect(codeOf(() => parseProof(proof(`index 0\n${line.repeat(64)}`)))).toBe('PROOF_MALFORMED');
    expect(codeOf(() => parseProof(proof('INDEX 0\n')))).toBe('PROOF_MALFORMED');
  });
});

describe('a time', () => {
  const at = (time: string) =>
    codeless(() => recordIn(canonicalBytes({ ...events[0], recordedAt: time, occurredAt: time })));
  const codeless = (act: () => unknown): string => {
    try {
      act();
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
  test.each(['2027-03-01T08:00:00Z', '2027-03-01T08:00:00.123Z', '2027-03-01T09:00:00+01:00'])(
    'is %s',
    (time) => expect(at(time)).toBe('taken'),
  );
  test.each([
    '2027-03-01T08:00:00Z (then)',
    '+002027-03-01T08:00:00Z',
    '2027-03-01T08:00:00',
    '2027-03-01',
    '2027-02-30T25:00:00Z',
    '1 March 2027 08:00 UTC',
  ])('is not %s', (time) => expect(at(time)).toBe('The entry is not an event.'));
});
