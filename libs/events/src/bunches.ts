import type { Readable } from 'node:stream';

/** What a stream of objects holds ready, at most `limit` at a time; waits where it holds nothing. */
export async function* bunches<T>(readable: Readable, limit: number): AsyncGenerator<T[]> {
  for await (const first of readable) {
    const bunch: T[] = [first];
    for (let next; bunch.length < limit && (next = readable.read() as T | null);) bunch.push(next);
    yield bunch;
  }
}

/** All that an iteration gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The answer, if it comes within so many milliseconds. What is late may still have its effect. */
export async function within<T>(patience: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${patience} ms.`)), patience);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
