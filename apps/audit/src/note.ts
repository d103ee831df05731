import { isUtf8 } from 'node:buffer';
import { type KeyObject, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { Rejected } from '#events';
import { sha256 } from '#json';

/**
 * Signed notes (c2sp.org/signed-note) with Ed25519: text, a blank line, one signature line a key. Two kinds of key: one
 * signs the text as it stands, the other (a witness, c2sp.org/tlog-cosignature) signs it together with a time. ML-DSA-44
 * keys (type 6) are known by name and refused, since Node 20 cannot verify them.
 */

/** 1 signs the text; 4 cosigns it with a time. */
export type KeyType = 1 | 4;

export interface NoteKey {
  readonly name: string;
  /** The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as a number. */
  readonly id: number;
  readonly type: KeyType;
  /** 32 bytes. */
  readonly publicKey: Buffer;
}

export interface NoteSigner {
  readonly key: NoteKey;
  readonly privateKey: KeyObject;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: number;
  readonly bytes: Buffer;
}

export interface Note {
  /** What was signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature that was checked. */
export interface Verified {
  readonly key: NoteKey;
  /** When a witness says it saw the text, in seconds since 1970. */
  readonly time?: number;
}

/** Signature lines in a note at most: what every verifier must accept, and all that this one accepts. */
export const MAX_SIGNATURES = 16;

const MAX_NOTE = 1_000_000;
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const BAD_NAME = /[\p{White_Space}+]/u;

const malformed = (message: string) => new Rejected('NOTE_MALFORMED', message, 'AUD-02.2');
const badKey = (message: string) => new Rejected('KEY_MALFORMED', message, 'AUD-02.2');
const hex = (id: number) => id.toString(16).padStart(8, '0');

/**
 * The key of that name and public key (32 bytes).
 * @throws Rejected KEY_MALFORMED
 */
export function noteKey(name: string, publicKey: Buffer, type: KeyType = 1): NoteKey {
  if (name === '' || BAD_NAME.test(name) || publicKey.length !== 32)
    throw badKey('A key has a name without spaces or plus, and 32 bytes.');
  const material = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]);
  return { name, id: sha256(material).readUInt32BE(), type, publicKey };
}

/** A key as people exchange it: `name+id in hex+base64(type ‖ public key)`. */
export function formatKey({ name, id, type, publicKey }: NoteKey): string {
  const material = Buffer.concat([Buffer.of(type), publicKey]).toString('base64');
  return `${name}+${hex(id)}+${material}`;
}

/**
 * Reads what `formatKey` writes.
 * @throws Rejected KEY_MALFORMED when the id is not that of name and key, KEY_TYPE_UNKNOWN for other kinds of key
 */
export function parseKey(vkey: string): NoteKey {
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? [];
  const material = Buffer.from(base64 ?? '', 'base64');
  const [type] = material;
  if (type !== undefined && type !== 1 && type !== 4)
    throw new Rejected(
      'KEY_TYPE_UNKNOWN',
      `Keys of type 1 (Ed25519) and 4 (cosignature) are read, not ${type}.`,
      'AUD-02.2',
    );
  const key = noteKey(name ?? '', material.subarray(1), type);
  if (hex(key.id) === id && material.toString('base64') === base64) return key;
  throw badKey('The id of a key follows from its name and bytes; this one does not.');
}

/** A signer from the 32 bytes of an Ed25519 private key. */
export function noteSigner(name: string, seed: Buffer, type: KeyType = 1): NoteSigner {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { key: noteKey(name, spki.subarray(SPKI.length), type), privateKey };
}

/** One signature line, newline included. A cosignature states the time `at`. */
export function signatureLine(text: string, { key, privateKey }: NoteSigner, at?: Date): string {
  const time = key.type === 4 ? Math.floor((at?.getTime() ?? NaN) / 1000) : undefined;
  if (time !== undefined && !(time >= 0))
    throw malformed('A cosignature needs the time at which it is made.');
  const id = Buffer.alloc(4);
  id.writeUInt32BE(key.id);
  const stamp = Buffer.alloc(time === undefined ? 0 : 8);
  if (time !== undefined) stamp.writeBigUInt64BE(BigInt(time));
  const signature = sign(null, Buffer.from(signed(text, time)), privateKey);
  return `— ${key.name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`;
}

/**
 * A note: the text, which must end in a newline, and a line of each signer.
 * @throws Rejected NOTE_MALFORMED
 */
export function signNote(text: string, signers: readonly NoteSigner[], at?: Date): string {
  const note = `${text}\n${signers.map((signer) => signatureLine(text, signer, at)).join('')}`;
  if (!text.endsWith('\n') || parseNote(note).text !== text)
    throw malformed('The text of a note ends in a newline.');
  return note;
}

/** The bytes that are signed: the text, behind two lines of its own where the signature states a time. */
const signed = (text: string, time?: number | bigint) =>
  time === undefined ? text : `cosignature/v1\ntime ${time}\n${text}`;

/**
 * Takes a note apart without believing it.
 * @throws Rejected NOTE_MALFORMED, NOTE_TOO_MANY_SIGNATURES (more than 16)
 */
export function parseNote(input: string | Buffer): Note {
  if (typeof input !== 'string' && !isUtf8(input)) throw malformed('A note is UTF-8.');
  const note = input.toString();
  if (
    note.length > MAX_NOTE ||
    /[^\n -\ud7ff\ue000-\uffff]/.test(note.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ''))
  )
    throw malformed('A note is at most a million characters, none of them a control character but newline.');
  const gap = note.lastIndexOf('\n\n');
  if (gap === -1 || !note.endsWith('\n') || gap + 2 >= note.length)
    throw malformed('A note is text, an empty line, and signature lines, each ended by a newline.');
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES)
    throw new Rejected(
      'NOTE_TOO_MANY_SIGNATURES',
      `A note carries at most ${MAX_SIGNATURES} signatures, not ${lines.length}.`,
      'AUD-02.2',
    );
  return { text: note.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', base64 = ''] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (name === '' || BAD_NAME.test(name) || bytes.length < 5 || bytes.toString('base64') !== base64)
    throw malformed('A signature line is an em dash, a name, and base64 of key id and signature.');
  return { name, id: bytes.readUInt32BE(), bytes: bytes.subarray(4) };
}

/**
 * Opens a note with the keys one trusts. Signatures of other keys are ignored; a known key whose signature does not hold
 * rejects the note, and so does the absence of any known key.
 * @throws Rejected NOTE_MALFORMED, NOTE_TOO_MANY_SIGNATURES, NOTE_BAD_SIGNATURE, NOTE_UNSIGNED
 */
export function openNote(
  input: string | Buffer,
  keys: readonly NoteKey[],
): { text: string; verified: Verified[] } {
  const { text, signatures } = parseNote(input);
  const verified = new Map<NoteKey, Verified>();
  for (const signature of signatures) {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.id);
    if (key !== undefined) verified.set(key, check(text, signature, key));
  }
  if (verified.size === 0)
    throw new Rejected('NOTE_UNSIGNED', 'No known key has signed this note.', 'AUD-02.2');
  return { text, verified: [...verified.values()] };
}

function check(text: string, { bytes }: NoteSignature, key: NoteKey): Verified {
  const stamp = key.type === 4 ? 8 : 0;
  const time = stamp > 0 && bytes.length >= stamp ? bytes.readBigUInt64BE() : undefined;
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI, key.publicKey]),
    format: 'der',
    type: 'spki',
  });
  const holds =
    bytes.length === stamp + 64 &&
    (time === undefined || time <= BigInt(Number.MAX_SAFE_INTEGER)) &&
    verify(null, Buffer.from(signed(text, time)), publicKey, bytes.subarray(stamp));
  if (!holds)
    throw new Rejected('NOTE_BAD_SIGNATURE', `The signature of ${key.name} does not hold.`, 'AUD-02.2');
  return { key, ...(time !== undefined && { time: Number(time) }) };
}
