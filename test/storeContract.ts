import { describe, expect, test } from 'vitest';
import { ConcurrentWrite, type Context, type Event, type EventStore, type Recorded } from '#events';

const context: Context = { actor: { id: 'ana', kind: 'human', roles: ['developer'] } };
const happened = (n: number): Event => ({
  type: 'FreezeLifted',
  version: 1,
  data: { freezeId: 'f', reason: `${n}`, liftedBy: 'ana' },
});

async function all(store: EventStore, after = 0): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const batch of store.batches({ after, live: false })) events.push(...batch.events);
  return events;
}

/** What every event store must do; `open` gives an empty one of its own. */
export function storeContract(name: string, open: () => Promise<EventStore>) {
  describe(`${name} as an event store`, () => {
    test('gives back what was appended, in order', async () => {
      const store = await open();
      await store.append('freeze-1', 0, [happened(1), happened(2)], context);
      await store.append('freeze-1', 2, [happened(3)], context);
      const read = await store.read('freeze-1');
      expect(read.map(({ revision, data }) => [revision, data['reason']])).toEqual([
        [1, '1'],
        [2, '2'],
        [3, '3'],
      ]);
      expect(await store.read('freeze-2')).toEqual([]);
      await store.close();
    });

    test('lets one of many racing writers win, and tells the others where the stream is', async () => {
      const store = await open();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => store.append('freeze-1', 0, [happened(i)], context)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected')
          expect(result.reason).toMatchObject(new ConcurrentWrite('freeze-1', 0, 1));
      await store.close();
    });

    test('gives contiguous positions', async () => {
      const store = await open();
      await Promise.allSettled(
        Array.from({ length: 300 }, (_, i) =>
          store.append(`freeze-${i % 200}`, 0, [happened(i), happened(i)], context),
        ),
      );
      const events = await all(store);
      expect(events).toHaveLength(400);
      expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => i + 1));
      await store.close();
    });
  });
}
