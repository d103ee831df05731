import { describe, expect, test } from 'vitest';
import { Pages } from './pages.js';
import type { Recorded } from './event.js';

const page = (...positions: number[]) => ({
  events: positions.map((position) => ({ position }) as Recorded),
  position: positions.at(-1) ?? 0,
});

/** A log whose reads end when they are told to. */
function slowLog() {
  const reads: { after: number; end: (positions: number[] | Error) => void }[] = [];
  const pages = new Pages(
    (after) =>
      new Promise((resolve, reject) => {
        reads.push({ after, end: (what) => (what instanceof Error ? reject(what) : resolve(page(...what))) });
      }),
  );
  return { pages, reads };
}

describe('a page of the log', () => {
  test('is read once for all who stand at the same place', async () => {
    const { pages, reads } = slowLog();
    const asked = [1, 2, 3].map(() => pages.after(0, 10, 1));
    reads[0]!.end([1, 2]);
    expect(await Promise.all(asked)).toEqual([page(1, 2), page(1, 2), page(1, 2)]);
    expect(await pages.after(0, 10, 7)).toEqual(page(1, 2));
    expect(reads).toHaveLength(1);
  });

  test('is read anew for another place or another size', async () => {
    const { pages, reads } = slowLog();
    for (const [after, limit] of [
      [0, 10],
      [1, 10],
      [0, 5],
    ] as const)
      void pages.after(after, limit, 1);
    expect(reads.map(({ after }) => after)).toEqual([0, 1, 0]);
  });

  test('that was empty is not believed after news', async () => {
    const { pages, reads } = slowLog();
    const before = pages.after(5, 10, 1);
    const since = pages.after(5, 10, 2);
    expect(reads).toHaveLength(2);
    reads[0]!.end([]);
    reads[1]!.end([6]);
    expect((await before).events).toEqual([]);
    expect(await since).toEqual(page(6));
    expect(await pages.after(5, 10, 2)).toEqual(page(6));
    expect(reads).toHaveLength(2);
  });

  test('that could not be read is asked for again', async () => {
    const { pages, reads } = slowLog();
    const asked = [1, 2].map(() => pages.after(0, 10, 1));
    reads[0]!.end(new Error('gone'));
    for (const result of await Promise.allSettled(asked))
      expect(result).toMatchObject({ reason: new Error('gone') });
    const again = pages.after(0, 10, 1);
    reads[1]!.end([1]);
    expect(await again).toEqual(page(1));
  });

  test('is forgotten when others came after it', async () => {
    const { pages, reads } = slowLog();
    for (let after = 0; after < 20; after++) {
      const asked = pages.after(after, 10, 1);
      reads.at(-1)!.end([after + 1]);
      await asked;
    }
    void pages.after(19, 10, 1);
    expect(reads).toHaveLength(20);
    void pages.after(0, 10, 1);
    expect(reads).toHaveLength(21);
  });
});
