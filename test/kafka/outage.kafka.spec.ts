import { afterAll, beforeAll, expect, test } from 'vitest';
import { BrokerUnavailable } from '../../libs/events/src/transient.js';
import type { RunningBroker } from './broker.js';
import { Book, connect, describeKafka, fresh, message, read, until } from './fixture.js';
import { ownBroker } from './obtain.js';

const KEYS = Array.from({ length: 10 }, (_, i) => `release-${i}`);

// These kill the broker, so they start one that is theirs alone.
describeKafka('a broker that is killed', () => {
  let server: RunningBroker | undefined;
  beforeAll(async () => {
    server = await ownBroker();
  });
  afterAll(() => server?.stop());

  const connectOwn = (patience = {}) => connect({ brokers: [server!.brokers], patience });

  test('and comes back has lost nothing and keeps the order of each key', async ({ skip }) => {
    if (!server) skip('needs a broker it may kill: Java 17 and Maven, or Docker');
    const broker = connectOwn({ publish: 60_000 });
    const topic = fresh('killed');
    await broker.ensureTopics([{ topic, partitions: 3 }]);
    const book = new Book();
    const reader = read(broker, { topic, group: fresh('group'), book });
    await until('the reader is placed', () => broker.lag().length === 3, reader);

    let acknowledged = 0;
    const publishing = (async () => {
      for (; acknowledged < 300; acknowledged++)
        await broker.publish(topic, [message(KEYS[acknowledged % 10]!, Math.floor(acknowledged / 10))]);
    })();
    for (const some of [50, 180]) {
      await until(`${some} of 300`, () => acknowledged >= some, reader);
      await server!.kill();
      await until('the outage is noticed', () => !broker.connected(), reader);
      await server!.restart();
    }
    await publishing;
    const all = () => [...book.idsByKey().values()].flat().length >= 300;
    await until('all 300', all, reader, 60_000);
    await reader.stop();
    for (const key of KEYS)
      expect(book.idsByKey().get(key)).toEqual(Array.from({ length: 30 }, (_, n) => `${key}-${n}`));
    expect(broker.connected()).toBe(true);
    await broker.close();
  }, 180_000);

  test('and stays away is told to publishers and consumers, each within its budget', async ({ skip }) => {
    if (!server) skip('needs a broker it may kill: Java 17 and Maven, or Docker');
    const broker = connectOwn({ publish: 500, stall: 2_000, budget: 3_000 });
    const topic = fresh('gone');
    await broker.ensureTopics([{ topic, partitions: 1 }]);
    await broker.publish(topic, [message('k', 0)]);
    const book = new Book();
    const reader = read(broker, { topic, group: fresh('group'), book });
    await until('the first message', () => book.applied.length === 1, reader);

    await server!.kill();
    await expect(broker.publish(topic, [message('k', 1)])).rejects.toThrow(BrokerUnavailable);
    expect(broker.connected()).toBe(false);
    await expect(reader.done).rejects.toThrow(BrokerUnavailable);

    await server!.restart();
    const again = read(broker, { topic, group: fresh('group'), book });
    await until('it serves again', () => broker.connected(), again);
    await broker.publish(topic, [message('k', 2)]);
    await until('a message after the outage', () => book.applied.length >= 2, again);
    await again.stop();
    await broker.close();
  }, 120_000);
});
