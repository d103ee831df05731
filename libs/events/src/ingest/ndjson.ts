import { type Reason, refusal } from './reason.js';

/** One line of a stream, numbered from 1 as an editor would; blank lines are counted and left out. */
export type NdjsonLine =
  | { readonly line: number; readonly bytes: Buffer; readonly error?: undefined }
  | { readonly line: number; readonly bytes?: undefined; readonly error: Reason };

export interface NdjsonOptions {
  /** The longest line, in bytes without its end, that is passed on; a longer one becomes an error in its place. */
  readonly maxLineBytes: number;
}

/**
 * Splits a stream of any length into lines, holding at most one line and one chunk. `\n` or `\r\n` ends a line, the
 * last one needs no end, a byte order mark is dropped. A line over the limit is `LINE_TOO_LONG`; the others go on.
 * The bytes of a line are a view into its chunk: copy what must outlive the chunk.
 */
export async function* ndjsonLines(
  chunks: AsyncIterable<Uint8Array>,
  options: NdjsonOptions,
): AsyncGenerator<NdjsonLine> {
  for await (const lines of ndjsonBatches(chunks, options)) yield* lines;
}

/** The same, all lines that a chunk completes at once: several times faster where the caller works in batches. */
export async function* ndjsonBatches(
  chunks: AsyncIterable<Uint8Array>,
  { maxLineBytes }: NdjsonOptions,
): AsyncGenerator<NdjsonLine[]> {
  const held: Held = { parts: [], length: 0, line: 0, limit: maxLineBytes };
  for await (const chunk of chunks) {
    const lines = split(held, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (lines.length > 0) yield lines;
  }
  const last = held.length > 0 ? completed(held, Buffer.alloc(0)) : undefined;
  if (last) yield [last];
}

/** What of the present line has come already, and its number. */
interface Held {
  parts: Buffer[];
  length: number;
  line: number;
  readonly limit: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Room for a byte order mark and a `\r` beyond the limit, which count only once a line is complete. */
const SLACK = 4;

function split(held: Held, chunk: Buffer): NdjsonLine[] {
  const lines: NdjsonLine[] = [];
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
    const line = completed(held, chunk.subarray(start, end));
    if (line) lines.push(line);
    start = end + 1;
  }
  if (start < chunk.length) hold(held, chunk.subarray(start));
  return lines;
}

/** Of a line that is too long already only the length is kept. */
function hold(held: Held, part: Buffer): void {
  held.length += part.length;
  if (held.length > held.limit + SLACK) held.parts = [];
  else held.parts.push(part);
}

function completed(held: Held, part: Buffer): NdjsonLine | undefined {
  held.line++;
  const whole = held.length === 0 ? part : joined(held, part);
  const bytes = whole && stripped(whole, held.line === 1);
  if (!bytes || bytes.length > held.limit) return { line: held.line, error: tooLong(held.limit) };
  return isBlank(bytes) ? undefined : { line: held.line, bytes };
}

function joined(held: Held, part: Buffer): Buffer | undefined {
  hold(held, part);
  const { parts, length } = held;
  held.parts = [];
  held.length = 0;
  return length > held.limit + SLACK ? undefined : Buffer.concat(parts, length);
}

function stripped(line: Buffer, first: boolean): Buffer {
  const start = first && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0;
  const end = line[line.length - 1] === RETURN ? line.length - 1 : line.length;
  return start === 0 && end === line.length ? line : line.subarray(start, end);
}

function isBlank(line: Buffer): boolean {
  for (let at = 0; at < line.length; at++) {
    const byte = line[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== RETURN) return false;
  }
  return true;
}

const tooLong = (max: number): Reason =>
  refusal('LINE_TOO_LONG', '', `The line is longer than ${max} bytes.`).reason;
