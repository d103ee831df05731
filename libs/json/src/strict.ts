import { isUtf8 } from 'node:buffer';

export type JsonFault =
  | 'MALFORMED_JSON'
  | 'INVALID_UTF8'
  | 'DUPLICATE_KEY'
  | 'UNSAFE_KEY'
  | 'UNSAFE_NUMBER'
  | 'LONE_SURROGATE'
  | 'TOO_DEEP'
  | 'NOT_JSON';

/** JSON that is refused; `field` names the place (a JSON Pointer when parsing, the nearest member when writing). */
export class InvalidJson extends Error {
  constructor(
    readonly code: JsonFault,
    message: string,
    readonly field = '',
  ) {
    super(field === '' ? message : `${JSON.stringify(field)}: ${message}`);
    this.name = 'InvalidJson';
  }
}

/** What `parseStrict` accepts by default, in levels of nesting: deeper than any contract, shallower than any stack. */
export const MAX_DEPTH = 32;

/** ES2024, which Node has had since 20 but `lib` ES2023 does not name. */
export const wellFormed = (text: string): boolean =>
  (text as unknown as { isWellFormed(): boolean }).isWellFormed();

/**
 * Reads JSON from outside. Beyond `JSON.parse` it refuses, by code: a member name twice in one object, `__proto__` (and
 * `constructor` that carries a `prototype`), numbers outside ±(2⁵³ − 1) where integers stop being exact (RFC 7493),
 * lone surrogates, bytes that are not UTF-8, and nesting deeper than `maxDepth`. Takes time linear in the text.
 */
export function parseStrict(input: string | Buffer, maxDepth = MAX_DEPTH): unknown {
  if (typeof input !== 'string' && !isUtf8(input))
    throw new InvalidJson('INVALID_UTF8', 'The text is not UTF-8.');
  const text = input.toString();
  const members = countMembers(text, maxDepth);
  const value = parse(text);
  if (checkedMembers(value, text.includes('\\u') || !wellFormed(text)) !== members) throw duplicate(text);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new InvalidJson('MALFORMED_JSON', `The text is not JSON${at ? ` from character ${at} on` : ''}.`);
  }
}

/** How many members the text writes, whatever `JSON.parse` keeps of them. One pass; strings are jumped over. */
function countMembers(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) i = endOfString(text, i);
    else if (char === 0x3a) members++;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxDepth) throw new InvalidJson('TOO_DEEP', `Nesting ends at ${maxDepth} levels.`);
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return members;
}

/** The index of the quote that closes the string opened at `open`; the text's end if none does. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let escapes = 0;
    while (text.charCodeAt(close - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return close;
  }
  return text.length;
}

/** Checks every member and returns how many `JSON.parse` kept. A stack of its own, so depth is the caller's choice. */
function checkedMembers(root: unknown, strings: boolean): number {
  let members = 0;
  const pending: [value: object, path: string][] = [];
  const check = (value: unknown, path: string, key: string): void => {
    if (typeof value === 'number') checkNumber(value, path, key);
    else if (typeof value === 'string' && strings) checkText(value, path, key);
    else if (typeof value === 'object' && value !== null) pending.push([value, `${path}/${key}`]);
  };
  if (typeof root === 'object' && root !== null) pending.push([root, '']);
  else check(root, '', '');
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [container, path] = next;
    if (Array.isArray(container)) {
      for (let i = 0; i < container.length; i++) check(container[i], path, `${i}`);
      continue;
    }
    for (const key of Object.keys(container)) {
      const value = (container as Record<string, unknown>)[key];
      members++;
      checkKey(key, value, path);
      if (strings) checkText(key, path, key);
      check(value, path, key);
    }
  }
  return members;
}

function checkNumber(value: number, path: string, key: string): void {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new InvalidJson(
      'UNSAFE_NUMBER',
      'Numbers end at ±(2^53 - 1); write larger ones as strings.',
      `${path}/${key}`,
    );
}

function checkText(text: string, path: string, key: string): void {
  if (!wellFormed(text))
    throw new InvalidJson('LONE_SURROGATE', 'Half a character (a lone surrogate).', `${path}/${key}`);
}

function checkKey(key: string, value: unknown, path: string): void {
  const pollutes =
    key === '__proto__' ||
    (key === 'constructor' &&
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'prototype'));
  if (pollutes)
    throw new InvalidJson('UNSAFE_KEY', 'This member name reaches into prototypes.', `${path}/${key}`);
}

/** The slow way to the name that stands twice; walked only when the counts have already told. */
function duplicate(text: string): InvalidJson {
  const open: Set<string>[] = [];
  let last = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const close = endOfString(text, i);
      last = text.slice(i, close + 1);
      i = close;
    } else if (char === '{' || char === '[') open.push(new Set());
    else if (char === '}' || char === ']') open.pop();
    else if (char === ':') {
      const key = JSON.parse(last) as string;
      if (open.at(-1)?.has(key))
        return new InvalidJson('DUPLICATE_KEY', 'This member name stands twice.', key);
      open.at(-1)?.add(key);
    }
  }
  return new InvalidJson('DUPLICATE_KEY', 'A member name stands twice.');
}
