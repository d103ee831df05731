import { describe, expect, test } from 'vitest';
import { MemoryEventStore, type NdjsonLine, StoreUnavailable } from '#events';
import { ingestLines } from './ingestStream.js';

const NOW = new Date('2026-11-02T12:00:00Z');
const actor = { id: 'robot', kind: 'service', roles: ['publisher'] } as const;

const lineOf = (line: number): NdjsonLine => {
  const context = { specversion: '0.5.1', id: `m${line}`, source: '/git/web', timestamp: NOW.toISOString() };
  const event = {
    context: { ...context, type: 'dev.cdevents.change.merged.0.3.0' },
    subject: { id: `c${line}`, content: { repository: { id: 'web' } } },
  };
  return { line, bytes: Buffer.from(JSON.stringify(event)) };
};

/** A store that goes away after some appends. */
class Failing extends MemoryEventStore {
  #left: number;

  constructor(left: number) {
    super();
    this.#left = left;
  }

  override async append(...parameters: Parameters<MemoryEventStore['append']>) {
    if (this.#left-- > 0) return super.append(...parameters);
    throw new StoreUnavailable(new Error('The connection was closed.'));
  }
}

describe('a stream of facts', () => {
  test('is stored whole, however many windows it takes', async () => {
    const store = new MemoryEventStore();
    const lines = Array.from({ length: 2_000 }, (_, i) => lineOf(i + 1));
    const receipt = await ingestLines(
      { store, actor },
      from(lines.slice(0, 700), lines.slice(700)),
      () => NOW,
    );
    expect(receipt).toMatchObject({ accepted: 2_000, duplicates: 0, rejectedCount: 0, position: 2_000 });
    expect(await store.head()).toBe(2_000);
  });

  test('ends with the trouble of the store, also when that comes while more lines are awaited', async () => {
    const slow = async function* () {
      yield [lineOf(1), lineOf(2)];
      for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
      yield [lineOf(3)];
    };
    await expect(ingestLines({ store: new Failing(1), actor }, slow(), () => NOW)).rejects.toThrow(
      StoreUnavailable,
    );
  });
});

async function* from(...batches: NdjsonLine[][]): AsyncGenerator<NdjsonLine[]> {
  yield* batches;
}
