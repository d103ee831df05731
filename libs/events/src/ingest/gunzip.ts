import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Rejected } from '../rejected.js';

/**
 * The stream as it is, or unpacked where its first two bytes say gzip. Several members in a row are read as one.
 * @throws Rejected GZIP_DAMAGED where the packed data end early or are not sound; what came before was passed on.
 */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let next: IteratorResult<Uint8Array> | undefined;
  while (head.length < 2 && !(next = await source.next()).done) head = Buffer.concat([head, next.value]);
  const whole = following(head, source);
  yield* head[0] === 0x1f && head[1] === 0x8b ? unpacked(whole) : whole;
}

async function* following(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(chunks, { objectMode: false, highWaterMark: 1 << 16 });
  const gunzip = createGunzip({ chunkSize: 1 << 16 });
  packed.once('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of packed.pipe(gunzip)) yield chunk as Buffer;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
    throw new Rejected('GZIP_DAMAGED', `The stream is not sound gzip (${(error as Error).message}).`);
  } finally {
    packed.destroy();
  }
}
