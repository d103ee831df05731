import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { MessageRefused } from '../../libs/events/src/broker.js';
import { Book, connect, describeKafka, fresh, message, read, until } from './fixture.js';

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const KEYS = Array.from({ length: 50 }, (_, i) => `deployment-${i}`);

describeKafka('the broker port on Kafka', () => {
  const broker = connect();
  afterAll(() => broker.close());

  const topicOf = async (name: string, partitions = 1, config = {}) => {
    const topic = fresh(name);
    await broker.ensureTopics([{ topic, partitions, config }]);
    return topic;
  };

  const readAll = async (topic: string, count: number, book = new Book(), group = fresh('group')) => {
    const reader = read(broker, { topic, group, book });
    await until(`${count} messages`, () => book.applied.length >= count, reader);
    await reader.stop();
    return book;
  };

  test('keeps the order of each key over all partitions', async () => {
    const topic = await topicOf('order', 3);
    for (let n = 0; n < 40; n++)
      await broker.publish(
        topic,
        KEYS.map((key) => message(key, n)),
      );
    const book = await readAll(topic, 2_000);
    const expected = Array.from({ length: 40 }, (_, n) => n);
    for (const key of KEYS) expect(book.idsByKey().get(key)).toEqual(expected.map((n) => `${key}-${n}`));
    expect(new Set(book.applied.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2]));
  });

  test('puts a key where the Java client puts it', async () => {
    const topic = await topicOf('murmur', 10);
    // Hashes of Kafka's own test of murmur2; a partition is the hash without its sign bit, modulo their number.
    const hashes = {
      '21': -973932308,
      foobar: -790332482,
      'a-little-bit-long-string': -985981536,
      abc: 479470107,
    };
    await broker.publish(
      topic,
      Object.keys(hashes).map((key) => message(key, 1)),
    );
    const { applied } = await readAll(topic, 4);
    const found = Object.fromEntries(applied.map(({ key, partition }) => [key, partition]));
    expect(found).toEqual(
      Object.fromEntries(Object.entries(hashes).map(([key, hash]) => [key, (hash & 0x7fffffff) % 10])),
    );
  });

  test('stores every one of twenty publications at once', async () => {
    const topic = await topicOf('parallel');
    await Promise.all(KEYS.slice(0, 20).map((key) => broker.publish(topic, [message(key, 1)])));
    const { applied } = await readAll(topic, 20);
    expect(applied.map(({ key }) => key)).toEqual(KEYS.slice(0, 20));
    expect(applied.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, n) => BigInt(n)));
  });

  test('hands over what no reader will like: no key, no value, an empty one, one of 2 MiB', async () => {
    const topic = await topicOf('odd', 1, { 'max.message.bytes': '8388608' });
    const odd = [null, Buffer.of(), Buffer.alloc(2 * 1024 * 1024, 7), Buffer.of(0xff, 0x00, 0xfe)];
    await broker.publish(
      topic,
      odd.map((value) => ({ key: 'k', value, headers: {} })),
    );
    await broker.publish(topic, [message(null, 1)]);
    const { applied } = await readAll(topic, 5);
    expect(applied.slice(0, 4).map(({ value }) => value && digest(value))).toEqual(
      odd.map((value) => value && digest(value)),
    );
    expect(applied[4]).toMatchObject({ key: null, headers: { ce_id: 'null-1' } });
  });

  test('says which messages the broker will never take, and goes on with others', async () => {
    const topic = await topicOf('refused');
    const huge = { key: 'k', value: Buffer.alloc(2 * 1024 * 1024), headers: {} };
    await expect(broker.publish(topic, [huge])).rejects.toThrow(MessageRefused);
    await broker.publish(topic, [message('k', 1)]);
    expect((await readAll(topic, 1)).applied.map(({ headers }) => headers['ce_id'])).toEqual(['k-1']);
    expect(broker.connected()).toBe(true);
  });

  test('splits what is too much for one write', async () => {
    const topic = await topicOf('large');
    await broker.publish(
      topic,
      Array.from({ length: 64 }, (_, n) => message('k', n, 64 * 1024)),
    );
    const { applied } = await readAll(topic, 64);
    expect(applied.map(({ headers }) => headers['ce_id'])).toEqual(
      Array.from({ length: 64 }, (_, n) => `k-${n}`),
    );
  });

  test('leaves a topic that exists as it is', async () => {
    const topic = await topicOf('exists', 2);
    await broker.ensureTopics([{ topic, partitions: 5 }]);
    const reader = read(broker, { topic, group: fresh('group'), book: new Book() });
    await until('partitions', () => broker.lag().some((lag) => lag.topic === topic), reader);
    expect(broker.lag().filter((lag) => lag.topic === topic)).toHaveLength(2);
    await reader.stop();
  });

  test('starts at the caller’s checkpoint, whatever the broker keeps of the group', async () => {
    const topic = await topicOf('checkpoint');
    const messages = Array.from({ length: 30 }, (_, n) => message('k', n));
    await broker.publish(topic, messages);
    const group = fresh('group');
    await readAll(topic, 30, new Book(), group); // so the broker's offset of this group is the end
    for (const name of [group, fresh('a group without offsets').replaceAll(' ', '-')]) {
      const book = new Book();
      book.checkpoints.set(`${topic}/0`, 10n);
      await readAll(topic, 20, book, name);
      expect(book.applied.map(({ offset }) => offset)).toEqual(
        messages.slice(10).map((_, n) => BigInt(n + 10)),
      );
      expect(book.repeated).toBe(0);
    }
  });

  test('reads a topic from its start when the checkpoint lies beyond its end, and warns', async () => {
    const topic = await topicOf('reset');
    await broker.publish(topic, [message('k', 0)]);
    const stopping = new AbortController();
    const from = () => Promise.resolve(1_000n);
    for await (const { messages } of broker.batches({
      topics: [topic],
      group: fresh('group'),
      from,
      signal: stopping.signal,
    })) {
      expect(messages.map(({ offset }) => offset)).toEqual([0n]);
      stopping.abort();
    }
    expect(broker.warnings).toContain('A topic ends before the checkpoint; it is read from its start.');
  });

  test('brings a batch again to a caller who never asked for the next', async () => {
    const topic = await topicOf('again');
    await broker.publish(topic, [message('k', 0)]);
    const subscription = {
      topics: [topic],
      group: fresh('group'),
      from: () => Promise.resolve(0n),
      signal: new AbortController().signal,
    };
    for (let time = 0; time < 2; time++)
      for await (const { messages } of broker.batches(subscription)) {
        expect(messages).toHaveLength(1);
        break;
      }
  });

  test('throws what the caller’s own checkpoint threw', async () => {
    const topic = await topicOf('own');
    const from = () => Promise.reject(new Error('no database'));
    const batches = broker.batches({
      topics: [topic],
      group: fresh('group'),
      from,
      signal: new AbortController().signal,
    });
    await expect(batches[Symbol.asyncIterator]().next()).rejects.toThrow('no database');
  });

  test('tells the lag while the caller works, and none when it is done', async () => {
    const topic = await topicOf('lag');
    const group = fresh('group');
    const behind = () => broker.lag().find((lag) => lag.group === group)?.behind;
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await broker.publish(topic, [message('k', 0), message('k', 1)]);
    const reader = read(broker, { topic, group, book: new Book(), before: () => gate });
    await until('a batch', () => reader.batches === 1, reader);
    expect(behind()).toBe(2n);
    open();
    await until('no lag', () => behind() === 0n, reader);
    await reader.stop();
    expect(behind()).toBe(undefined);
  });

  test('finishes what is being published when it is closed, and takes no more', async () => {
    const topic = await topicOf('close');
    const closing = connect();
    const first = closing.publish(topic, [message('k', 0)]);
    await until('connected', () => closing.connected());
    await closing.close();
    await first;
    await expect(closing.publish(topic, [message('k', 1)])).rejects.toThrow('does not answer');
    expect((await readAll(topic, 1)).applied).toHaveLength(1);
  });
});
