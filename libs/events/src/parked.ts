import { decodeKnown } from './contracts.js';
import type { Database, Sql } from './database.js';
import { recordedOf } from './envelope.js';
import type { Recorded } from './event.js';
import type { Follower } from './follow.js';
import { Rejected } from './rejected.js';
import type { EventStore } from './store.js';

/** A message that cannot be handled: its key waits, other keys go on. */
export interface Corrupt {
  readonly key: string;
  readonly at: number;
  readonly type?: string;
  readonly reason: string;
  readonly detail: string;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** One parked key, as people see it. */
export interface ParkedKey {
  readonly follower: string;
  readonly key: string;
  readonly type: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly waiting: number;
  readonly since: string;
}

/** What redriving a key came to: `left` stay parked because one of them failed again, for `reason`. */
export interface Redriven {
  readonly redriven: number;
  readonly left: number;
  readonly reason?: string;
}

/** Sets a message aside. Setting it aside twice changes nothing. */
export async function park(tx: Sql, follower: string, source: string, message: Corrupt): Promise<void> {
  const { key, at, type, reason, detail, headers, bytes } = message;
  await tx.query(
    `insert into parked (follower, key, source, at, type, reason, detail, headers, entry)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [follower, key, source, at, type ?? null, reason, detail.slice(0, 2_000), JSON.stringify(headers), bytes],
  );
}

/** Sets aside the events whose stream is parked, and gives back the others. */
export async function holdBehindParked(
  tx: Sql,
  follower: string,
  source: string,
  events: readonly Recorded[],
): Promise<readonly Recorded[]> {
  if (events.length === 0) return events;
  const rows = await tx.query<{ key: string }>(
    'select distinct key from parked where follower = $1 and key = any($2)',
    [follower, [...new Set(events.map(({ stream }) => stream))]],
  );
  if (rows.length === 0) return events;
  const held = new Set(rows.map(({ key }) => key));
  for (const { stream, position, type, bytes } of events.filter((event) => held.has(event.stream)))
    await park(tx, follower, source, {
      key: stream,
      at: position,
      type,
      reason: 'BEHIND_PARKED',
      detail: 'Waits behind an earlier message of its stream.',
      bytes,
      headers: {},
    });
  return events.filter(({ stream }) => !held.has(stream));
}

/** What is parked, oldest first, one row a key. */
export function parkedKeys(db: Sql): Promise<ParkedKey[]> {
  return db.query<ParkedKey>(
    `select follower, key, (array_agg(type order by at))[1] as type, (array_agg(reason order by at))[1] as reason,
            (array_agg(detail order by at))[1] as detail, count(*)::int as waiting, min(parked_at)::text as since
     from parked group by follower, key order by min(parked_at), follower, key limit 1000`,
  );
}

/**
 * Applies the parked messages of a key again, in order; stops at the first that fails. Twice is as good as once. What is
 * applied is what the log holds, not what a carrier brought: a message that never was an event stays parked.
 */
export function redrive(db: Database, store: EventStore, follower: Follower, key: string): Promise<Redriven> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(4920, hashtext(current_schema() || $1))', [follower.name]);
    const rows = await tx.query<{ source: string; at: string; entry: Buffer }>(
      'select source, at, entry from parked where follower = $1 and key = $2 order by at',
      [follower.name, key],
    );
    let redriven = 0;
    for (const { source, at, entry } of rows) {
      await tx.query('savepoint redrive');
      try {
        await follower.apply(tx, [decodeKnown(await stored(store, recordedOf(Number(at), entry)))]);
        await tx.query('delete from parked where follower = $1 and key = $2 and source = $3 and at = $4', [
          follower.name,
          key,
          source,
          at,
        ]);
        redriven++;
      } catch (error) {
        await tx.query('rollback to savepoint redrive');
        return { redriven, left: rows.length - redriven, reason: (error as Error).message };
      }
    }
    return { redriven, left: 0 };
  });
}

/** Gives up what is parked under a key; how many messages that were. */
export async function discard(db: Sql, follower: string, key: string): Promise<number> {
  const rows = await db.query('delete from parked where follower = $1 and key = $2 returning 1', [
    follower,
    key,
  ]);
  return rows.length;
}

async function stored(store: EventStore, { stream, revision }: Recorded): Promise<Recorded> {
  const [event] = await store.read(stream, revision);
  if (event?.revision === revision) return event;
  throw new Rejected(
    'NOT_IN_THE_LOG',
    `The log holds no event ${revision} of ${stream}; discard the message.`,
  );
}
