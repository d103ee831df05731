import type { EventStore, Recorded, Source, SourceBatch } from '#events';

/** What goes wrong on the way: which messages come again later, and which never come. */
export interface Mess {
  /** For each event in turn: how many more times it is delivered. */
  readonly again: readonly number[];
  /** For each event in turn: whether it is left out. The last of a stream always comes. */
  readonly lost: readonly boolean[];
  /** For each delivery in turn: which of the streams that have one goes next. */
  readonly turns: readonly number[];
  readonly batch: number;
}

/**
 * A carrier of two partitions that repeats, leaves out, and mixes up streams; what it delivers of one stream for the first
 * time comes in order. Like a broker it goes on from the caller's checkpoint, and repeats the batch before that.
 */
export function messyCarrier(store: EventStore, events: readonly Recorded[], mess: Mess): Source {
  const partitions = [0, 1].map((partition) =>
    deliveries(
      events.filter(({ stream }) => stream.charCodeAt(stream.length - 1) % 2 === partition),
      mess,
    ),
  );
  return {
    repeats: true,
    async *batches(from): AsyncIterable<SourceBatch> {
      for (const [partition, messages] of partitions.entries()) {
        const source = `topic/${partition}`;
        const next = await from(source);
        for (let at = Math.max(0, next - mess.batch); at < messages.length; at += mess.batch) {
          const batch = messages.slice(at, at + mess.batch);
          yield { source, position: at + batch.length, events: batch };
        }
      }
    },
    read: (stream, after) => store.read(stream, after),
  };
}

function deliveries(events: readonly Recorded[], { again, lost, turns }: Mess): Recorded[] {
  const streams = new Map<string, Recorded[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  const queues = [...streams.values()].map((stream) => {
    const kept = stream.filter((event, i) => i === stream.length - 1 || !pick(lost, event.position, false));
    return kept.flatMap((event, i) => [
      ...kept.slice(Math.max(0, i - pick(again, event.position, 0)), i),
      event,
    ]);
  });
  const messages: Recorded[] = [];
  for (let turn = 0; queues.some(({ length }) => length > 0); turn++) {
    const ready = queues.filter(({ length }) => length > 0);
    messages.push(ready[pick(turns, turn, 0) % ready.length]!.shift()!);
  }
  return messages;
}

const pick = <T>(choices: readonly T[], at: number, otherwise: T): T =>
  choices.length > 0 ? choices[at % choices.length]! : otherwise;
