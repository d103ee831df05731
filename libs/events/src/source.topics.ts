import type { Broker, Received } from './broker.js';
import { carriedBy, topicsOf } from './carried.js';
import { decodeKnown, ownerOf, topicOf } from './contracts.js';
import type { Recorded } from './event.js';
import type { Follower, Source, SourceBatch } from './follow.js';
import { type Corrupt, reasonOf } from './parked.js';
import { Rejected } from './rejected.js';
import type { EventStore } from './store.js';

/**
 * Followers that read topics. The checkpoint of a partition is the next offset wanted, kept by the follower and never by
 * the broker. Records repeat; what is missing is fetched from the log, which alone is the truth: anyone may be able to
 * write to a topic, nobody into the log, so each record is compared with what the log holds.
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
        const position = Number(messages.at(-1)!.offset) + 1;
        yield { source, position, ...(await sorted(store, topic, source, messages)) };
      }
    },
    read: (stream, after) => store.read(stream, after),
  };
}

/** Events of the log, as the log holds them, and everything else. */
async function sorted(store: EventStore, topic: string, source: string, messages: readonly Received[]) {
  const events: Recorded[] = [];
  const corrupt: Corrupt[] = [];
  const carried = messages.map((message) => ({ message, ...carriedBy(message, source) }));
  const stored = await storedOf(
    store,
    carried.flatMap((each) => ('event' in each ? [each.event] : [])),
  );
  for (const { message, ...each } of carried) {
    if ('corrupt' in each) corrupt.push(each.corrupt);
    else {
      const { event } = each;
      const held = stored.get(`${event.stream}/${event.revision}`);
      const fault = held?.bytes.equals(event.bytes) ? misplaced(topic, event) : forged(event);
      if (fault)
        corrupt.push({ ...reasonOf(event, fault), at: Number(message.offset), headers: message.headers });
      else events.push(held!);
    }
  }
  return { events, corrupt };
}

/** What the log holds at the places that events claim, by stream and revision. */
async function storedOf(store: EventStore, events: readonly Recorded[]): Promise<Map<string, Recorded>> {
  const first = new Map<string, number>();
  for (const { stream, revision } of events)
    first.set(stream, Math.min(revision, first.get(stream) ?? revision));
  const histories = await Promise.all([...first].map(([stream, revision]) => store.read(stream, revision)));
  return new Map(histories.flat().map((event) => [`${event.stream}/${event.revision}`, event]));
}

/** An event that came by another service's topic would be applied twice. */
function misplaced(topic: string, { type }: Recorded): Rejected | undefined {
  const owner = ownerOf(type);
  if (owner !== undefined && topicOf(owner) === topic) return undefined;
  return new Rejected('WRONG_TOPIC', `${topic} does not carry events of type ${type}.`);
}

/** Why an event that the log does not hold is none: what is wrong with it, or only that. */
function forged(event: Recorded): unknown {
  try {
    decodeKnown(event);
  } catch (error) {
    return error;
  }
  return new Rejected('NOT_IN_THE_LOG', 'The log does not hold this event.');
}
