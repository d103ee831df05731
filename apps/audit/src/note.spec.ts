import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type KeyType,
  formatKey,
  noteKey,
  noteSigner,
  openNote,
  parseKey,
  parseNote,
  signNote,
  signatureLine,
} from './note.js';
import { codeOf } from './testRefusal.js';

/** The worked example of c2sp.org/signed-note. */
const example = {
  vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
};

/** The worked example of golang.org/x/mod/sumdb/note, with the private key. */
const go = {
  seed: Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  enoch: 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
  enochLine:
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n',
};

/** A checkpoint that a public log and the public witness remora.n621.de signed. */
const seen = {
  log: 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f',
  witness: 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
  note: [
    'arche2025h1.staging.ct.transparency.dev',
    '1432088532',
    'U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=',
    '',
    '— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=',
    '— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=',
    '— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==',
    '— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==',
    '',
  ].join('\n'),
};

const signerOf = (name: string, fill: number, type: KeyType = 1) =>
  noteSigner(name, Buffer.alloc(32, fill), type);
const noon = new Date('2027-03-01T12:00:00.900Z');

describe('a key', () => {
  test.each([example.vkey, go.vkey, go.enoch, seen.log, seen.witness])('%s reads and writes back', (vkey) =>
    expect(formatKey(parseKey(vkey))).toBe(vkey),
  );

  test('of the example is the one that the specification spells out', () => {
    const key = parseKey(example.vkey);
    expect(key).toMatchObject({ name: 'example.com/foo', id: 0x530d903a, type: 1 });
    expect(key.publicKey.toString('hex')).toBe(
      'e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4',
    );
  });

  test('is refused in every part and every mangling of it', () => {
    const { vkey } = go;
    for (let i = 0; i <= vkey.length; i++)
      for (let j = i + 1; j <= vkey.length; j++)
        if (j - i < vkey.length) expect(codeOf(() => parseKey(vkey.slice(i, j)))).toMatch(/^KEY_/);
    for (let i = 0; i < vkey.length; i++) {
      const next = String.fromCharCode(vkey.charCodeAt(i) + 1);
      expect(codeOf(() => parseKey(vkey.slice(0, i) + next + vkey.slice(i + 1)))).toMatch(/^KEY_/);
    }
  });

  test.each([
    [
      'a key that is too long',
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'KEY_MALFORMED',
    ],
    [
      'an unknown kind of key',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
      'KEY_TYPE_UNKNOWN',
    ],
    [
      'an id in capitals',
      'example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
      'KEY_MALFORMED',
    ],
    ['a line end behind it', `${example.vkey}\n`, 'KEY_MALFORMED'],
    ['nothing', '', 'KEY_MALFORMED'],
  ])('refuses %s', (_, vkey, code) => expect(codeOf(() => parseKey(vkey))).toBe(code));

  test.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', 'a\u0085b', 'a\nb'])('cannot be named %j', (name) =>
    expect(codeOf(() => noteKey(name, Buffer.alloc(32)))).toBe('KEY_MALFORMED'),
  );

  test('may be named with a byte order mark, which is no space', () => {
    const mark = noteSigner('a\ufeffb', Buffer.alloc(32, 7));
    expect(openNote(signNote('text\n', [mark]), [parseKey(formatKey(mark.key))]).text).toBe('text\n');
  });

  test('of one name and bytes has another id for cosigning', () => {
    const [plain, witness] = [signerOf('w.example', 7), signerOf('w.example', 7, 4)];
    expect(plain.key.publicKey).toEqual(witness.key.publicKey);
    expect(plain.key.id).not.toBe(witness.key.id);
  });
});

describe('a note', () => {
  test('of the specification opens', () =>
    expect(openNote(example.note, [parseKey(example.vkey)])).toMatchObject({
      text: 'This is an example message.\n',
      verified: [{ key: { name: 'example.com/foo' } }],
    }));

  test('is signed byte for byte as Go signs it', () => {
    const signer = noteSigner('PeterNeumann', go.seed);
    expect(formatKey(signer.key)).toBe(go.vkey);
    expect(signNote(go.text, [signer])).toBe(`${go.text}\n${go.line}`);
  });

  test('with two known signatures names both, with one unknown ignores it', () => {
    const note = `${go.text}\n${go.line}${go.enochLine}`;
    const names = (vkeys: string[]) =>
      openNote(note, vkeys.map(parseKey)).verified.map(({ key }) => key.name);
    expect(names([go.enoch, go.vkey])).toEqual(['PeterNeumann', 'EnochRoot']);
    expect(names([go.enoch])).toEqual(['EnochRoot']);
    expect(codeOf(() => names([example.vkey]))).toBe('NOTE_UNSIGNED');
  });

  test('of the public witness network opens, with the time that the witness states', () => {
    const { verified } = openNote(seen.note, [seen.log, seen.witness].map(parseKey));
    expect(verified.map(({ key, time }) => [key.name, time])).toEqual([
      ['arche2025h1.staging.ct.transparency.dev', undefined],
      ['remora.n621.de', 1_779_573_024],
    ]);
  });

  test('is rejected as a whole when a known key did not sign it', () => {
    const forged = seen.note.replace('1432088532', '1432088533');
    expect(codeOf(() => openNote(forged, [parseKey(seen.witness)]))).toBe('NOTE_BAD_SIGNATURE');
    const [honest, other] = [signerOf('a.example', 1), signerOf('b.example', 2)];
    const note = signNote('text\n', [honest]) + signatureLine('another text\n', other);
    expect(openNote(note, [honest.key]).verified).toHaveLength(1);
    expect(codeOf(() => openNote(note, [honest.key, other.key]))).toBe('NOTE_BAD_SIGNATURE');
  });

  test('signed twice by one key counts it once, and both must hold', () => {
    const signer = signerOf('a.example', 1);
    const twice = signNote('text\n', [signer, signer]);
    expect(openNote(twice, [signer.key]).verified).toHaveLength(1);
    const once = signNote('text\n', [signer]) + signatureLine('other\n', signer);
    expect(codeOf(() => openNote(once, [signer.key]))).toBe('NOTE_BAD_SIGNATURE');
  });

  test('carries 16 signatures, and not 17', () => {
    const signers = Array.from({ length: 17 }, (_, i) => signerOf(`s${i}.example`, i));
    const sixteen = signNote('text\n', signers.slice(0, 16));
    expect(openNote(sixteen, [signers[15]!.key]).verified).toHaveLength(1);
    expect(codeOf(() => openNote(sixteen + signatureLine('text\n', signers[16]!), [signers[0]!.key]))).toBe(
      'NOTE_TOO_MANY_SIGNATURES',
    );
  });

  test('opens with any text, and any change of a character of it is noticed', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (line, at) => {
        const text = `${line.replaceAll(/[\0-\x1f]/g, ' ')}\n`; // oxlint-disable-line no-control-regex
        const [log, witness] = [signerOf('log.example', 1), signerOf('w.example', 2, 4)];
        const note = signNote(text, [log, witness], noon);
        expect(openNote(Buffer.from(note), [log.key, witness.key])).toEqual({
          text,
          verified: [{ key: log.key }, { key: witness.key, time: 1_803_902_400 }],
        });
        const changed = Buffer.from(note);
        changed[at % changed.length]! ^= 1;
        expect(
          codeOf(() => openNote(changed, [log.key]).text === text && openNote(changed, [witness.key])),
        ).toMatch(/^NOTE_/);
      }),
      { numRuns: 100 },
    ));

  test('may contain empty lines: the last one ends the text', () => {
    const signer = signerOf('a.example', 1);
    for (const text of ['a\n\nb\n', '\n', 'a\n\n', '\n\n\n'])
      expect(openNote(signNote(text, [signer]), [signer.key]).text).toBe(text);
  });

  test.each([
    ['no signature', 'text\n\n'],
    ['no empty line', 'text\n— a.example AAAAAAAA\n'],
    ['no newline at the end', 'text\n\n— a.example AAAAAAAA'],
    ['a hyphen for the dash', 'text\n\n- a.example AAAAAAAA\n'],
    ['two spaces', 'text\n\n—  a.example AAAAAAAA\n'],
    ['a name with a plus', 'text\n\n— a+b AAAAAAAA\n'],
    ['a name with a wide space', 'text\n\n— a\u2003b AAAAAAAA\n'],
    ['a signature of four bytes', 'text\n\n— a.example AAAAAA==\n'],
    ['base64 with loose bits', 'text\n\n— a.example AAAAAAB=\n'],
    ['base64 of the other alphabet', 'text\n\n— a.example AAAA_-AA\n'],
    ['a tab', 'te\txt\n\n— a.example AAAAAAAA\n'],
    ['a carriage return', 'text\r\n\n— a.example AAAAAAAA\n'],
    ['half a character', 'te\ud83dxt\n\n— a.example AAAAAAAA\n'],
    ['a million characters', `${'x'.repeat(1_000_000)}\n\n— a.example AAAAAAAA\n`],
    ['bytes that are not UTF-8', Buffer.from('te\xffxt\n\n— a.example AAAAAAAA\n', 'latin1')],
    ['nothing', ''],
  ])('with %s is none', (_, note) => expect(codeOf(() => parseNote(note))).toBe('NOTE_MALFORMED'));

  test('with characters beyond the basic plane is one', () =>
    expect(parseNote('te😀xt\n\n— a.example AAAAAAAA\n').text).toBe('te😀xt\n'));

  test('is not signed without a newline at its end, nor cosigned without a time', () => {
    expect(codeOf(() => signNote('text', [signerOf('a.example', 1)]))).toBe('NOTE_MALFORMED');
    expect(codeOf(() => signNote('text\n', [signerOf('w.example', 1, 4)]))).toBe('NOTE_MALFORMED');
    expect(codeOf(() => signNote('text\n', []))).toBe('NOTE_MALFORMED');
  });

  test('with a cosignature cut short, or of a time no clock shows, is rejected', () => {
    const witness = signerOf('w.example', 3, 4);
    const line = signatureLine('text\n', witness, noon);
    const bytes = Buffer.from(line.split(' ')[2]!, 'base64');
    const noteOf = (signature: Buffer) => `text\n\n— w.example ${signature.toString('base64')}\n`;
    expect(openNote(noteOf(bytes), [witness.key]).verified).toHaveLength(1);
    const late = Buffer.from(bytes);
    late[4] = 0x7f;
    for (const wrong of [bytes.subarray(0, 11), bytes.subarray(0, -1), Buffer.concat([bytes, bytes]), late])
      expect(codeOf(() => openNote(noteOf(wrong), [witness.key]))).toBe('NOTE_BAD_SIGNATURE');
  });
});
