import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `package.json` says of the product: found upwards, since built code lies deeper than its source. */
export function productOf(from = import.meta.url): { version: string; description: string } {
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    const found = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
    if (found['name'] === 'slipway')
      return { version: found['version']!, description: found['description']! };
    if (folder === dirname(folder)) return { version: '0.0.0', description: 'Slipway' };
  }
}
