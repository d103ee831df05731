import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { parseArgs } from 'node:util';
import { client } from './client.js';

/** Writes the audit ledger, or what concerns one deployment, to standard output; `slipway verify` reads it. */
export async function exportLedger(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { deployment: { type: 'string' } } });
  const server = await client('auditor');
  const query = values.deployment === undefined ? '' : `?deployment=${encodeURIComponent(values.deployment)}`;
  const response = await server.call('GET', `/v1/ledger/export${query}`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream), process.stdout, { end: false });
  return 0;
}
