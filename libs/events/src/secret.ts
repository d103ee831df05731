/** Shapes of secrets that must never be stored: private keys, and tokens whose issuers gave them a prefix. */
const SHAPES = [
  '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----',
  '\\bAKIA[0-9A-Z]{16}\\b',
  '\\bgh[pousr]_[A-Za-z0-9]{36}',
  '\\bgithub_pat_[A-Za-z0-9_]{22}',
  '\\bglpat-[A-Za-z0-9_-]{20}',
  '\\bxox[abprs]-[A-Za-z0-9-]{10}',
  '\\bwhs(?:ec|k)_[A-Za-z0-9+/]{24}',
  '\\bslw_[A-Za-z0-9]{8,16}_[A-Za-z0-9]{32}',
  '\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20}',
];
const SECRET = new RegExp(SHAPES.join('|'));

/** The path of the first secret-shaped string in `data`, or undefined. `bytes` is its serialised form: one scan clears it. */
export function secretIn(bytes: Buffer, data: unknown): string | undefined {
  return SECRET.test(bytes.toString('latin1')) ? fieldOf(data, 'data') : undefined;
}

function fieldOf(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return SECRET.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (SECRET.test(key)) return `${path} (a key)`;
    const found = fieldOf(inner, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
