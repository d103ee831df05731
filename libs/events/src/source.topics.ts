import type { Broker } from './broker.js';
import { carriedBy, topicsOf } from './carried.js';
import type { Recorded } from './event.js';
import type { Follower, Source, SourceBatch } from './follow.js';
import type { Corrupt } from './parked.js';
import type { EventStore } from './store.js';

/**
 * Followers that read topics. The checkpoint of a partition is the next offset wanted, kept by the follower and never by
 * the broker. Records repeat; what is missing is fetched from the log, which alone is the truth.
 */
export function topicSource(broker: Broker, store: EventStore, foreign: (type: string) => boolean): Source {
  return {
    repeats: true,
    async *batches(from, follower: Follower, signal: AbortSignal): AsyncIterable<SourceBatch> {
      const topics = topicsOf([...follower.types].filter(foreign));
      if (topics.length === 0) return;
      const subscription = {
        topics,
        group: `slipway-${follower.name}`,
        from: async (topic: string, partition: number) => BigInt(await from(`${topic}/${partition}`)),
        signal,
      };
      for await (const { topic, partition, messages } of broker.batches(subscription)) {
        const source = `${topic}/${partition}`;
        const events: Recorded[] = [];
        const corrupt: Corrupt[] = [];
        for (const message of messages) {
          const carried = carriedBy(message, source);
          if ('corrupt' in carried) corrupt.push(carried.corrupt);
          else if (!follower.acts || (await isStored(store, carried.event))) events.push(carried.event);
          else corrupt.push(forged(carried.event, Number(message.offset)));
        }
        yield { source, position: Number(messages.at(-1)!.offset) + 1, events, corrupt };
      }
    },
    read: (stream, after) => store.read(stream, after),
  };
}

/** Whoever acts on an event makes sure that it happened: anyone may be able to write to a topic, nobody into the log. */
async function isStored(store: EventStore, { stream, revision, bytes }: Recorded): Promise<boolean> {
  const [stored] = await store.read(stream, revision);
  return stored?.revision === revision && stored.bytes.equals(bytes);
}

function forged({ stream, type, bytes }: Recorded, at: number): Corrupt {
  const detail = 'The log does not hold this event.';
  return { key: stream, at, type, reason: 'NOT_IN_THE_LOG', detail, bytes, headers: {} };
}
