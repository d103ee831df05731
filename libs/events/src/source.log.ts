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
      for await (const batch of store.batches({ after: await from(LOG), types: wanted, signal }))
        yield { source: LOG, ...batch };
    },
    read: (stream, from) => store.read(stream, from),
  };
}
