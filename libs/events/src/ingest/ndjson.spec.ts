import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gunzipped } from './gunzip.js';
import { ndjsonBatches, type NdjsonLine, ndjsonLines } from './ndjson.js';

async function* stream(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
const written = (line: NdjsonLine) => [line.line, line.error?.code ?? line.bytes?.toString()];
async function linesOf(chunks: AsyncIterable<Uint8Array>, maxLineBytes = 100) {
  const lines: unknown[] = [];
  for await (const line of ndjsonLines(chunks, { maxLineBytes })) lines.push(written(line));
  return lines;
}
async function bytesOf(chunks: AsyncIterable<Uint8Array>) {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
const cut = (bytes: Uint8Array, sizes: readonly number[]) => {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)));
  return [...chunks, bytes.subarray(at)];
};

describe('lines of a stream', () => {
  test('end in \\n or \\r\\n, the last in nothing', async () =>
    expect(await linesOf(stream('{"a":1}\n{"b":', '2}\r', '\n{"c":3}'))).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":2}'],
      [3, '{"c":3}'],
    ]));

  test('may be blank and are counted all the same', async () =>
    expect(await linesOf(stream('\n \t\r\na\n\n', '\nb\n\n'))).toEqual([
      [3, 'a'],
      [6, 'b'],
    ]));

  test('may begin with a byte order mark, in pieces too', async () => {
    expect(await linesOf(stream('\ufeffa\n\ufeffb'))).toEqual([
      [1, 'a'],
      [2, '\ufeffb'],
    ]);
    expect(await linesOf(stream([0xef] as never, [0xbb] as never, [0xbf, 0x61] as never))).toEqual([
      [1, 'a'],
    ]);
  });

  test('that are too long are told by number, the others go on', async () => {
    const long = 'x'.repeat(11);
    const expected = [
      [1, 'a'],
      [2, 'LINE_TOO_LONG'],
      [3, 'b'],
      [4, 'x'.repeat(10)],
      [5, 'LINE_TOO_LONG'],
    ];
    expect(await linesOf(stream(`a\n${long}\nb\n${'x'.repeat(10)}\r\n${long}`), 10)).toEqual(expected);
    expect(
      await linesOf(
        stream('a\n', 'x'.repeat(8), 'x'.repeat(80), `${long}\nb\n`, 'x'.repeat(10), `\r\n${long}`),
        10,
      ),
    ).toEqual(expected);
  });

  test('of an empty stream are none', async () => {
    expect(await linesOf(stream())).toEqual([]);
    expect(await linesOf(stream('', ''))).toEqual([]);
  });

  test('do not depend on how the stream is cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', ' ', '\ufeff', 'bcdef', '😀'), { maxLength: 60 }),
        fc.array(fc.nat(7), { maxLength: 40 }),
        async (parts, sizes) => {
          const bytes = Buffer.from(parts.join(''));
          expect(await linesOf(stream(...cut(bytes, sizes)), 9)).toEqual(await linesOf(stream(bytes), 9));
        },
      ),
    ));

  test('come in batches that say the same', async () => {
    const batches: unknown[][] = [];
    for await (const batch of ndjsonBatches(stream('a\nb\nc', 'd\n', 'e'), { maxLineBytes: 9 }))
      batches.push(batch.map(written));
    expect(batches).toEqual([
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [[3, 'cd']],
      [[4, 'e']],
    ]);
  });

  test('without end are held in bounded memory', async () => {
    async function* endless() {
      for (let i = 0; i < 2_000; i++) yield Buffer.alloc(1 << 20, 0x78);
    }
    const before = process.memoryUsage();
    expect(await linesOf(endless())).toEqual([[1, 'LINE_TOO_LONG']]);
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(200 * 2 ** 20);
  });

  test('are not read further than asked for', async () => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield Buffer.from('a\n');
      } finally {
        closed = true;
      }
    }
    for await (const { line } of ndjsonLines(source(), { maxLineBytes: 9 })) if (line === 3) break;
    expect(closed).toBe(true);
  });
});

describe('a stream that may be packed', () => {
  const text = Buffer.from('line\n'.repeat(50_000));

  test('is passed on as it is when it is not', async () => {
    expect(await bytesOf(gunzipped(stream('', 'a', 'bc')))).toEqual(Buffer.from('abc'));
    expect(await bytesOf(gunzipped(stream('a')))).toEqual(Buffer.from('a'));
    expect(await bytesOf(gunzipped(stream()))).toEqual(Buffer.alloc(0));
  });

  test('is unpacked however it is cut, several members in a row included', async () => {
    const packed = Buffer.concat([gzipSync(text), gzipSync('more')]);
    const expected = Buffer.concat([text, Buffer.from('more')]);
    expect((await bytesOf(gunzipped(stream(packed)))).equals(expected)).toBe(true);
    const pieces = cut(packed, [1, 1, 0, 5, 30, 0, 9]);
    expect((await bytesOf(gunzipped(stream(...pieces)))).equals(expected)).toBe(true);
  });

  test('that ends early passes on what came and says so', async () => {
    const lines: unknown[] = [];
    const reading = (async () => {
      const packed = gzipSync(text).subarray(0, -12);
      for await (const line of ndjsonLines(gunzipped(stream(packed)), { maxLineBytes: 9 })) lines.push(line);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'GZIP_DAMAGED' });
    expect(lines.length).toBeGreaterThan(1_000);
  });

  test('with a flipped bit says so', async () => {
    const packed = Buffer.from(gzipSync(text));
    packed[packed.length - 6]! ^= 1;
    await expect(bytesOf(gunzipped(stream(packed)))).rejects.toMatchObject({ code: 'GZIP_DAMAGED' });
  });

  test('hands on the fault of its source', async () => {
    async function* broken() {
      yield gzipSync(text).subarray(0, 40);
      throw new Error('connection lost');
    }
    await expect(bytesOf(gunzipped(broken()))).rejects.toThrow('connection lost');
  });

  test('closes its source when nobody reads on', async () => {
    let closed = false;
    async function* source() {
      try {
        yield gzipSync(text);
        for (;;) yield gzipSync(text);
      } finally {
        closed = true;
      }
    }
    for await (const chunk of gunzipped(source())) if (chunk.length > 0) break;
    expect(closed).toBe(true);
  });
});
