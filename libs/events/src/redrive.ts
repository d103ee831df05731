import { ownerOf, decodeKnown, topicOf } from './contracts.js';
import type { Database, Sql } from './database.js';
import { recordedOf } from './envelope.js';
import type { Recorded } from './event.js';
import type { Follower } from './follow.js';
import { BEHIND, isRevision, park, partitionOfUnread, reasonOf, waiting } from './parked.js';
import type { EventStore } from './store.js';
import { isTransient } from './transient.js';

/** What redriving a key came to: `left` stay parked because one of them failed again, for `reason`. */
export interface Redriven {
  readonly redriven: number;
  readonly left: number;
  readonly reason?: string;
}

interface Parked {
  readonly source: string;
  readonly at: string;
  readonly reason: string;
  readonly entry: Buffer;
}

/** Who applies again, and where the truth is. */
interface Redriver {
  readonly store: EventStore;
  readonly follower: Follower;
}

/**
 * Applies the parked messages of a key again, in order; stops at the first that fails. Twice is as good as once. What is
 * applied is what the log holds, not what a carrier brought: a message that never was an event stays parked.
 * @throws what is transient; nothing has changed then
 */
export function redrive(db: Database, store: EventStore, follower: Follower, key: string): Promise<Redriven> {
  return locked(db, follower.name, (tx) => release(tx, { store, follower }, key, []));
}

/**
 * Gives up the messages of a key that cannot be handled, and applies those that only waited behind them. Without a
 * `redriver` nothing waits. How many messages were given up.
 */
export function discard(db: Database, name: string, key: string, redriver?: Redriver): Promise<number> {
  return locked(db, name, async (tx) => {
    const given = await tx.query<Parked>(
      `delete from parked where follower = $1 and key = $2 and reason <> $3 returning source, at, reason, entry`,
      [name, key, BEHIND],
    );
    if (redriver) await release(tx, redriver, key, given);
    return given.length;
  });
}

function locked<T>(db: Database, follower: string, work: (tx: Sql) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(4920, hashtext(current_schema() || $1))', [follower]);
    return work(tx);
  });
}

/** Applies what waits under a key as far as it goes. `gone` are messages just given up, whose places still count. */
async function release(tx: Sql, redriver: Redriver, key: string, gone: readonly Parked[]): Promise<Redriven> {
  const { store, follower } = redriver;
  for (const { source } of [...gone, ...(await parkedUnder(tx, follower.name, key))])
    await fetchMissing(tx, redriver, key, source);
  const rows = await parkedUnder(tx, follower.name, key);
  let redriven = 0;
  let reason: string | undefined;
  for (const row of rows) {
    if (reason !== undefined && partitionOfUnread(row.source) === undefined) continue;
    const event = await inTheLog(store, row);
    const failure = event ? await attempt(tx, follower, row, event) : NEVER;
    if (failure === undefined) {
      await tx.query('delete from parked where follower = $1 and key = $2 and source = $3 and at = $4', [
        follower.name,
        key,
        row.source,
        row.at,
      ]);
      redriven++;
    } else reason ??= failure;
  }
  return { redriven, left: rows.length - redriven, ...(reason !== undefined && { reason }) };
}

const NEVER = 'NOT_IN_THE_LOG: the log holds no such event; discard the message.';

/** Events in their order, then the records that are none. */
function parkedUnder(tx: Sql, follower: string, key: string): Promise<Parked[]> {
  return tx.query<Parked>(
    `select source, at, reason, entry from parked where follower = $1 and key = $2
     order by source like 'unread:%', at`,
    [follower, key],
  );
}

/** Applies an event, unless a record of it came in a wrong form: it was applied, or waits, as what the log holds. */
async function attempt(
  tx: Sql,
  follower: Follower,
  { source }: Parked,
  event: Recorded,
): Promise<string | undefined> {
  if (partitionOfUnread(source) !== undefined) return undefined;
  await tx.query('savepoint redrive');
  try {
    await follower.apply(tx, [decodeKnown(event)]);
    return undefined;
  } catch (error) {
    if (isTransient(error)) throw error;
    await tx.query('rollback to savepoint redrive');
    const failed = reasonOf(event, error);
    await park(tx, follower.name, source, failed);
    return failed.detail;
  }
}

/** The event as the log holds it; undefined for what never was one. */
async function inTheLog(store: EventStore, { at, entry }: Parked): Promise<Recorded | undefined> {
  let told: Recorded;
  try {
    told = recordedOf(Number(at), entry);
  } catch {
    return undefined;
  }
  const { stream, revision } = told;
  if (typeof stream !== 'string' || stream.includes('\0') || !isRevision(revision)) return undefined;
  const [event] = await store.read(stream, revision);
  return event?.revision === revision && event.bytes.equals(entry) ? event : undefined;
}

/** A record that could not be read may have been an event: what the log has of its stream beyond the last one seen waits too. */
async function fetchMissing(
  tx: Sql,
  { store, follower }: Redriver,
  key: string,
  source: string,
): Promise<void> {
  const partition = partitionOfUnread(source);
  if (partition === undefined) return;
  const [seen] = await tx.query<{ revision: number }>(
    'select revision from seen where follower = $1 and stream = $2',
    [follower.name, key],
  );
  const missing = await store.read(key, (seen?.revision ?? 0) + 1);
  const carried = missing.filter(({ type }) => partition.startsWith(`${topicOf(ownerOf(type)!)}/`));
  for (const event of carried.filter(({ type }) => follower.types.has(type)))
    await park(tx, follower.name, partition, waiting(event));
  if (carried.length > 0)
    await tx.query(
      `insert into seen values ($1, $2, $3)
       on conflict (follower, stream) do update set revision = excluded.revision`,
      [follower.name, key, carried.at(-1)!.revision],
    );
}
