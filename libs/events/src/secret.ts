/** Shapes of secrets that must never be stored: private keys, and tokens whose issuers gave them a prefix. */
const SHAPES = [
  '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----',
  '\\bA(?:KIA|SIA)[0-9A-Z]{16}\\b',
  '\\bAIza[A-Za-z0-9_-]{35}',
  '\\bgh[pousr]_[A-Za-z0-9]{36}',
  '\\bgithub_pat_[A-Za-z0-9_]{22}',
  '\\bglpat-[A-Za-z0-9_-]{20}',
  '\\bxox[abprs]-[A-Za-z0-9-]{10}',
  '\\bnpm_[A-Za-z0-9]{36}',
  '\\b[sr]k_live_[A-Za-z0-9]{16}',
  '\\bhvs\\.[A-Za-z0-9_-]{24}',
  '\\bwhs(?:ec|k)_[A-Za-z0-9+/]{24}',
  '\\bslw_[A-Za-z0-9]{8,16}_[A-Za-z0-9]{32}',
  '\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20}',
];
const SECRET = new RegExp(SHAPES.join('|'));

/**
 * The path of the first secret-shaped string in a value that stands at `path`, or undefined. `bytes` is the value's
 * serialised form: one scan of it clears nearly all.
 */
export function secretIn(bytes: Buffer, value: unknown, path = 'data'): string | undefined {
  return SECRET.test(bytes.toString('latin1')) ? fieldOf(value, path) : undefined;
}

function fieldOf(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return SECRET.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (SECRET.test(key)) return `${path} (a key)`;
    const found = fieldOf(inner, path ? `${path}.${key}` : key);
    if (found) return found;
  }
  return undefined;
}
