import type { Sql } from './database.js';
import type { Recorded } from './event.js';
import type { Follower, Source } from './follow.js';
import { StoreUnavailable } from './store.js';

/**
 * Drops what was applied before, and fetches from the owner's log what the carrier left out.
 * @throws StoreUnavailable when the log does not have it: nothing is skipped
 */
export async function unseen(
  tx: Sql,
  source: Source,
  follower: Follower,
  events: readonly Recorded[],
): Promise<readonly Recorded[]> {
  if (events.length === 0) return events;
  const streams = [...new Set(events.map(({ stream }) => stream))];
  const rows = await tx.query<{ stream: string; revision: number }>(
    'select stream, revision from seen where follower = $1 and stream = any($2)',
    [follower.name, streams],
  );
  const seen = new Map(rows.map(({ stream, revision }) => [stream, revision]));
  const fresh: Recorded[] = [];
  for (const event of events) {
    const last = seen.get(event.stream) ?? 0;
    if (event.revision <= last) continue;
    if (event.revision > last + 1) {
      const missing = await source.read(event.stream, last + 1);
      if (missing.length < event.revision - last - 1)
        throw new StoreUnavailable(`The log ends before revision ${event.revision} of ${event.stream}.`);
      fresh.push(...missing.filter(({ revision }) => revision < event.revision));
    }
    fresh.push(event);
    seen.set(event.stream, event.revision);
  }
  await tx.query(
    `insert into seen select $1, * from unnest($2::text[], $3::int[])
     on conflict (follower, stream) do update set revision = excluded.revision`,
    [follower.name, streams, streams.map((stream) => seen.get(stream) ?? 0)],
  );
  return fresh;
}
