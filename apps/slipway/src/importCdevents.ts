import { createReadStream, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipped, ndjsonBatches } from '#events';
import { client } from './client.js';
import { CommandError } from './commandError.js';
import { conclude, emptySummary, type Line, refuse, send, type Summary } from './importing.js';
import { progress } from './progress.js';

const MAX_LINE = 64 * 1024;

/** Takes CDEvents from a file of NDJSON, plain or gzipped, or from standard input. */
export async function importCdevents(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new CommandError('import cdevents takes one file of NDJSON, or - for standard input.');
  const size = file === '-' ? undefined : sizeOf(file);
  const server = await client('publisher');
  const summary = emptySummary();
  const line = progress('importing', size);
  const read = { bytes: 0 };
  const chunks = counted(file === '-' ? process.stdin : createReadStream(file), read);
  await send(server, lines(chunks, summary), summary, ({ accepted, duplicates }) =>
    line.at(read.bytes, `${accepted} new, ${duplicates} known`),
  );
  line.end();
  return conclude(server, summary);
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    throw new CommandError(`There is no file ${file} that can be read.`);
  }
}

async function* counted(stream: AsyncIterable<Buffer>, read: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    read.bytes += chunk.length;
    yield chunk;
  }
}

async function* lines(chunks: AsyncIterable<Uint8Array>, summary: Summary): AsyncGenerator<Line> {
  for await (const batch of ndjsonBatches(gunzipped(chunks), { maxLineBytes: MAX_LINE }))
    for (const { line, bytes, error } of batch)
      // The bytes are those of the batch, which is gone when the chunk is sent.
      if (bytes) yield { number: line, bytes: Buffer.from(bytes) };
      else {
        summary.rejected++;
        refuse(summary, error.code, `line ${line}: ${error.message}`);
      }
}
