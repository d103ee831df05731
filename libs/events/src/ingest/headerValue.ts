/** Writes an attribute as an HTTP header value: space, `"`, `%` and all but U+0021–U+007E become `%XX` of their UTF-8. */
export function encodeHeaderValue(text: string): string {
  return text.replace(/[^!#$&-~]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/**
 * Reads an HTTP header value: quotes of older writers are taken off, then one round of percent-decoding. Undefined
 * where it is not printable ASCII, a quote is left open, a `%` is not followed by two hex digits, or the bytes are
 * not UTF-8 (overlong forms are not).
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!/^[\t -~]*$/.test(value)) return undefined;
  const bare = value.startsWith('"') ? unquoted(value) : value;
  if (bare === undefined || !bare.includes('%')) return bare;
  try {
    return decodeURIComponent(bare);
  } catch {
    return undefined;
  }
}

function unquoted(value: string): string | undefined {
  return /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1]?.replace(/\\(.)/g, '$1');
}
