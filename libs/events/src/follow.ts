import { decodeKnown, type KnownEvent } from './contracts.js';
import type { Database, Sql } from './database.js';
import type { Recorded } from './event.js';
import { type Corrupt, holdBehindParked, park, reasonOf, unreadOf } from './parked.js';
import { isTransient } from './transient.js';
import { unseen } from './unseen.js';

/** A stored event, decoded by its contract. */
export type Known = Recorded & KnownEvent;

/** Something that follows the log: projection, reaction, relay or sequencer. */
export interface Follower {
  readonly name: string;
  readonly types: ReadonlySet<string>;
  /** Applies events in order. What it does with `tx` commits together with the checkpoint; all else must bear repetition. */
  apply(tx: Sql, events: readonly Known[]): Promise<void>;
}

/** A stretch of one source, and how far in it that reaches. */
export interface SourceBatch {
  readonly source: string;
  readonly position: number;
  readonly events: readonly Recorded[];
  readonly corrupt?: readonly Corrupt[];
}

/** Where events come from: the log itself, or a topic that carries them. */
export interface Source {
  /** Whether the carrier may repeat or reorder streams, so that revisions must be watched. */
  readonly repeats: boolean;
  batches(
    from: (source: string) => Promise<number>,
    follower: Follower,
    signal: AbortSignal,
  ): AsyncIterable<SourceBatch>;
  /** The events of a stream from a revision on, to heal a gap. */
  read(stream: string, from: number): Promise<readonly Recorded[]>;
}

/** What the loop tells its surroundings. */
export interface Observer {
  applied(follower: string, batch: SourceBatch): void;
  parked(follower: string, event: { key: string; type?: string }, error: unknown): void;
}

/** Follows a source until the signal aborts. Throws what cannot be parked; the caller retries what is transient. */
export async function follow(
  db: Database,
  source: Source,
  follower: Follower,
  observer: Observer,
  signal: AbortSignal,
): Promise<void> {
  let stored = 0;
  const from = async (name: string) => (stored = await checkpointOf(db, follower.name, name));
  for await (const batch of source.batches(from, follower, signal)) {
    // Where nothing concerns the follower there is nothing to repeat, so the checkpoint may lag.
    const idle = !source.repeats && batch.events.length === 0 && batch.position - stored < LAZY;
    if (!idle) {
      await applyBatch(db, source, follower, observer, batch);
      stored = batch.position;
    }
    observer.applied(follower.name, batch);
  }
}

/** How far a checkpoint may stay behind while no event concerns its follower. */
const LAZY = 1_000;

/** Milliseconds after which the database gives up a batch whose process no longer speaks to it. */
const LONGEST_STALL = 60_000;

/** How far a follower came in a source; 0 when it has not begun. */
export async function checkpointOf(db: Sql, follower: string, source: string): Promise<number> {
  const [row] = await db.query<{ position: string }>(
    'select position from checkpoint where follower = $1 and source = $2',
    [follower, source],
  );
  return Number(row?.position ?? 0);
}

/** Effect and checkpoint commit together, so a repeated batch changes nothing. */
export function applyBatch(
  db: Database,
  source: Source,
  follower: Follower,
  observer: Observer,
  batch: SourceBatch,
): Promise<void> {
  return db.transaction(async (tx) => {
    const reached = await lockCheckpoint(tx, follower.name, batch.source);
    // A topic may begin anew, below the checkpoint; there it is revisions that tell what was applied.
    if (batch.position <= reached && !source.repeats) return;
    for (const message of (batch.corrupt ?? []).filter(({ at }) => at >= reached)) {
      await park(tx, follower.name, unreadOf(batch.source), message);
      observer.parked(follower.name, message, message.reason);
    }
    const fresh = source.repeats
      ? await unseen(tx, source, follower, batch.events)
      : batch.events.filter(({ position }) => position > reached);
    const wanted = fresh.filter(({ type }) => follower.types.has(type));
    const ready = await holdBehindParked(tx, follower.name, batch.source, wanted);
    if (ready.length > 0) await applyOrPark(tx, follower, observer, batch.source, ready);
    await tx.query('update checkpoint set position = $3 where follower = $1 and source = $2', [
      follower.name,
      batch.source,
      batch.position,
    ]);
  });
}

/** All sources of one follower take turns: its rows are folded by one at a time, and not held up by one that stalls. */
async function lockCheckpoint(tx: Sql, follower: string, source: string): Promise<number> {
  await tx.query(
    `select pg_advisory_xact_lock(4920, hashtext(current_schema() || $1)),
            set_config('idle_in_transaction_session_timeout', '${LONGEST_STALL}', true)`,
    [follower],
  );
  const [row] = await tx.query<{ position: string }>(
    `insert into checkpoint values ($1, $2, 0)
     on conflict (follower, source) do update set position = checkpoint.position returning position`,
    [follower, source],
  );
  return Number(row!.position);
}

/** Applies events, if not together then by halves, until the one that cannot be handled is alone: it is parked. */
async function applyOrPark(
  tx: Sql,
  follower: Follower,
  observer: Observer,
  source: string,
  events: readonly Recorded[],
): Promise<void> {
  const error = await attempt(tx, follower, events);
  if (error === undefined) return;
  if (events.length > 1) {
    const middle = events.length >> 1;
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      const ready = await holdBehindParked(tx, follower.name, source, half);
      if (ready.length > 0) await applyOrPark(tx, follower, observer, source, ready);
    }
    return;
  }
  const [event] = events;
  await park(tx, follower.name, source, reasonOf(event!, error));
  observer.parked(follower.name, { key: event!.stream, type: event!.type }, error);
}

/** Applies events or leaves no trace of them; gives the error that lies in the events, and throws any other. */
async function attempt(tx: Sql, follower: Follower, events: readonly Recorded[]): Promise<unknown> {
  await tx.query('savepoint attempt');
  let error: unknown;
  try {
    await follower.apply(tx, events.map(decodeKnown));
  } catch (caught) {
    if (isTransient(caught)) throw caught;
    error = caught ?? new Error('Something without a name was thrown.');
    await tx.query('rollback to savepoint attempt');
  }
  await tx.query('release savepoint attempt');
  return error;
}
