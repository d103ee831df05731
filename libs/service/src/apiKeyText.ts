import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/** A key as its holder writes it: `slw_<id>_<26 random characters><6 of checksum>`, base 62. */
export interface ApiKeyText {
  readonly id: string;
  readonly text: string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 62^26 is more than 2^154. */
const RANDOM = 26;
const CHECKSUM = 6;

/** The form of a key's id. */
export const KEY_ID = /^[A-Za-z0-9]{8,16}$/;
const KEY = /^slw_([A-Za-z0-9]{8,16})_([A-Za-z0-9]{26})([A-Za-z0-9]{6})$/;

/** A new secret for a key. */
export function newApiKey(id: string): string {
  const random = Array.from({ length: RANDOM }, () => ALPHABET[randomInt(62)]).join('');
  return `slw_${id}_${random}${checksumOf(id, random)}`;
}

/** Reads a key; undefined when it has another form or was mistyped, which is found without asking the store. */
export function readApiKey(text: string): ApiKeyText | undefined {
  const [, id, random, checksum] = KEY.exec(text) ?? [];
  if (id === undefined || random === undefined || checksumOf(id, random) !== checksum) return undefined;
  return { id, text };
}

/** SHA-256 of the whole key in hexadecimal: all that is stored. (154 random bits need no slow hash.) */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares in constant time. */
export function hasHash(text: string, hash: string): boolean {
  const expected = Buffer.from(hash, 'hex');
  return expected.length === 32 && timingSafeEqual(createHash('sha256').update(text).digest(), expected);
}

function checksumOf(id: string, random: string): string {
  const value = createHash('sha256').update(`${id}_${random}`).digest().readBigUInt64BE();
  return Array.from({ length: CHECKSUM }, (_, i) => ALPHABET[Number((value / 62n ** BigInt(i)) % 62n)]).join(
    '',
  );
}
