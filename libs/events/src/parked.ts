import type { Sql } from './database.js';
import type { Recorded } from './event.js';
import { Rejected } from './rejected.js';

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

/** The reason of an event that only waits: nothing is wrong with it. */
export const BEHIND = 'BEHIND_PARKED';

const UNREAD = 'unread:';
const MAX_KEY = 500;

/**
 * Where a record that is no event of the log is parked as coming from. Events are counted by positions of the log, such
 * records by offsets of their partition, so the two must not share a name.
 */
export const unreadOf = (source: string): string => UNREAD + source;

/** The partition of a record that is no event of the log; undefined for an event. */
export const partitionOfUnread = (source: string): string | undefined =>
  source.startsWith(UNREAD) ? source.slice(UNREAD.length) : undefined;

/** Sets a message aside; again, it only tells the present reason. What no text column takes is replaced. */
export async function park(tx: Sql, follower: string, source: string, message: Corrupt): Promise<void> {
  const { key, at, type, reason, detail, headers, bytes } = message;
  const texts = Object.entries(headers).map(([name, text]) => [storable(name), storable(text)]);
  await tx.query(
    `insert into parked (follower, key, source, at, type, reason, detail, headers, entry)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (follower, key, source, at) do update set reason = excluded.reason, detail = excluded.detail`,
    [
      follower,
      addressable(key) ? key : `${source}/${at}`,
      source,
      at,
      type === undefined ? null : storable(type).slice(0, MAX_KEY),
      reason,
      storable(detail).slice(0, 2_000),
      JSON.stringify(Object.fromEntries(texts)),
      bytes,
    ],
  );
}

/** A key that a person can name, and an index can hold. */
const addressable = (key: string): boolean => key !== '' && key.length <= MAX_KEY && !key.includes('\0');

const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');

/** What a database takes for a place in a stream. */
export const isRevision = (revision: unknown): revision is number =>
  Number.isInteger(revision) && (revision as number) >= 1 && (revision as number) < 2 ** 31;

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
  for (const event of events.filter(({ stream }) => held.has(stream)))
    await park(tx, follower, source, waiting(event));
  return events.filter(({ stream }) => !held.has(stream));
}

/** An event that waits behind an earlier message of its stream. */
export const waiting = (event: Recorded): Corrupt =>
  reasonOf(event, new Rejected(BEHIND, 'Waits behind an earlier message of its stream.'));

/** An event that could not be applied, and why. */
export function reasonOf({ stream, position, type, bytes }: Recorded, error: unknown): Corrupt {
  const code = error instanceof Rejected ? error.code : error instanceof Error ? error.name : 'Error';
  const detail = error instanceof Error ? error.message : String(error);
  return { key: stream, at: position, type, reason: code, detail, bytes, headers: {} };
}

/** What is parked, oldest first, one row a key; the reason is that of the message the others wait for. */
export function parkedKeys(db: Sql): Promise<ParkedKey[]> {
  return db.query<ParkedKey>(
    `select follower, key, (array_agg(type order by ${FIRST}))[1] as type,
            (array_agg(reason order by ${FIRST}))[1] as reason,
            (array_agg(detail order by ${FIRST}))[1] as detail, count(*)::int as waiting, min(parked_at)::text as since
     from parked group by follower, key order by min(parked_at), follower, key limit 1000`,
  );
}

const FIRST = `reason = '${BEHIND}', at`;
