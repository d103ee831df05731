import type { Client } from './client.js';
import { CommandError } from './commandError.js';

/** One event as a line of NDJSON, without its end; `number` is where it stands in what is imported. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer;
}

/** What an import came to. */
export interface Summary {
  accepted: number;
  duplicates: number;
  rejected: number;
  position: number;
  /** Why events were refused: how many, and the first one as an example. */
  readonly reasons: Map<string, { count: number; example: string }>;
}

interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejectedCount: number;
  readonly rejected: readonly {
    line: number;
    id?: string;
    reason: { code: string; field: string; message: string };
  }[];
  readonly position: number;
}

/** Lines a request: each is acknowledged before the next is sent, so that a broken import is simply repeated. */
const CHUNK = 2_000;

export const emptySummary = (): Summary => ({
  accepted: 0,
  duplicates: 0,
  rejected: 0,
  position: 0,
  reasons: new Map(),
});

/** Sends lines in chunks. Repeating an import has no effect: what is known is counted as a duplicate. */
export async function send(
  client: Client,
  lines: AsyncIterable<Line> | Iterable<Line>,
  summary: Summary,
  onProgress: (summary: Summary) => void,
): Promise<void> {
  let chunk: Line[] = [];
  for await (const line of lines) {
    chunk.push(line);
    if (chunk.length < CHUNK) continue;
    await deliver(client, chunk, summary);
    onProgress(summary);
    chunk = [];
  }
  if (chunk.length > 0) await deliver(client, chunk, summary);
  onProgress(summary);
}

async function deliver(client: Client, chunk: readonly Line[], summary: Summary): Promise<void> {
  const body = Buffer.concat(chunk.flatMap(({ bytes }) => [bytes, NEWLINE]));
  const response = await client.call('POST', '/v1/ingest/cdevents', { body, type: 'application/x-ndjson' });
  const receipt = (await response.json()) as Receipt;
  summary.accepted += receipt.accepted;
  summary.duplicates += receipt.duplicates;
  summary.rejected += receipt.rejectedCount;
  summary.position = Math.max(summary.position, receipt.position);
  for (const { line, reason } of receipt.rejected)
    refuse(summary, reason.code, `line ${chunk[line - 1]!.number}: ${reason.message}`);
}

const NEWLINE = Buffer.from('\n');

/** Enters a refusal; the first of each kind is kept as an example. */
export function refuse({ reasons }: Summary, code: string, example: string): void {
  const known = reasons.get(code) ?? { count: 0, example };
  reasons.set(code, { ...known, count: known.count + 1 });
}

/** Waits until the metrics hold what was imported, and prints what the import came to. */
export async function conclude(client: Client, summary: Summary): Promise<number> {
  await settled(client, summary.position);
  const { accepted, duplicates, rejected, reasons } = summary;
  console.log(`${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected`);
  for (const [code, { count, example }] of reasons) console.log(`  ${code} (${count}), first at ${example}`);
  return rejected > 0 ? 1 : 0;
}

async function settled(client: Client, position: number): Promise<void> {
  for (let attempts = 300; attempts > 0; attempts--) {
    const { status } = await client.call('GET', '/v1/dora/services', {
      headers: { 'min-position': String(position) },
    });
    if (status !== 425) return;
  }
  throw new CommandError('Everything is stored, but the metrics are still behind; ask again in a moment.');
}
