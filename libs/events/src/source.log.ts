import type { Follower, Source, SourceBatch } from './follow.js';
import type { EventStore } from './store.js';

/** The name of the log as a source. */
export const LOG = 'log';

/** Followers that read the log itself: contiguous positions, nothing repeated, nothing missed. */
export function logSource(store: EventStore, types?: ReadonlySet<string>): Source {
  return {
    repeats: false,
    async *batches(from, follower: Follower, signal: AbortSignal): AsyncIterable<SourceBatch> {
      const wanted = types ? new Set([...follower.types].filter((type) => types.has(type))) : follower.types;
      const after = await from(LOG);
      const head = await store.head();
      if (after > head)
        throw new Error(
          `The log ends at ${head}, but ${follower.name} has read up to ${after}: an older log was restored. Rebuild it.`,
        );
      for await (const batch of store.batches({ after, types: wanted, signal }))
        yield { source: LOG, ...batch };
    },
    read: (stream, from) => store.read(stream, from),
  };
}
