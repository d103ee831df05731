import { afterAll, expect, test } from 'vitest';
import { Book, connect, describeKafka, fresh, message, read, until } from './fixture.js';

const KEYS = Array.from({ length: 12 }, (_, i) => `change-${i}`);

describeKafka('members of one group', () => {
  const patience = { rebalance: 200 };
  const [first, second] = [connect({ patience }), connect({ patience })];
  afterAll(() => Promise.all([first.close(), second.close()]));

  const publish = async (topic: string, from: number, to: number) => {
    for (let n = from; n < to; n++)
      await first.publish(
        topic,
        KEYS.map((key) => message(key, n)),
      );
  };

  const expectAll = (book: Book, rounds: number) => {
    for (const key of KEYS)
      expect(book.idsByKey().get(key)).toEqual(Array.from({ length: rounds }, (_, n) => `${key}-${n}`));
  };

  test('miss nothing when one joins while the other is in the middle of a batch, and leaves again', async () => {
    const topic = fresh('rebalance');
    await first.ensureTopics([{ topic, partitions: 4 }]);
    await publish(topic, 0, 20);
    const book = new Book();
    const shared = { topic, group: fresh('group'), book };
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));

    const one = read(first, { ...shared, before: () => gate });
    await until('a batch in the hands of the first', () => one.batches === 1, one);
    const two = read(second, shared);
    // The second gets nothing before the group has taken partitions from the first, which still holds its batch.
    await until('a batch for the second', () => two.batches > 0, two);
    expect(book.applied.length).toBeGreaterThan(0);
    open();
    await until('all of it', () => book.applied.length === 240, one);
    expectAll(book, 20);

    await two.stop();
    await publish(topic, 20, 40);
    await until('the rest, by the first alone', () => book.applied.length === 480, one);
    await one.stop();
    expectAll(book, 40);
  });

  test('work off a backlog while one joins and leaves again and again', async () => {
    const topic = fresh('churn');
    await first.ensureTopics([{ topic, partitions: 4 }]);
    const book = new Book();
    const shared = { topic, group: fresh('group'), book };
    const one = read(first, shared);
    let published = 0;
    for (let round = 0; round < 5; round++) {
      await publish(topic, published, (published += 10));
      const two = read(second, shared);
      await publish(topic, published, (published += 10));
      await until(
        'the second takes part',
        () => two.batches > 0 || book.applied.length === published * 12,
        two,
      );
      await two.stop();
    }
    await until('all of it', () => book.applied.length === published * 12, one);
    await one.stop();
    expectAll(book, published);
  });
});
