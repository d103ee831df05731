import type { Broker } from './broker.js';
import { messageOf } from './carried.js';
import type { Database } from './database.js';
import type { Recorded } from './event.js';
import { checkpointOf } from './follow.js';
import { type Lease, LEASE_SECONDS, releaseLease, takeLease } from './lease.js';
import { LOG } from './source.log.js';
import type { EventStore } from './store.js';
import { Wakeup } from './wakeup.js';

/** What a relay carries: which events, to which topic, from whose database, under which name it holds the lease. */
export interface RelayOptions {
  readonly store: EventStore;
  readonly db: Database;
  readonly broker: Broker;
  readonly topic: string;
  readonly types: ReadonlySet<string>;
  readonly holder: string;
  /** What else goes out for an event, and where. */
  readonly also?: (
    event: Recorded,
  ) => readonly { readonly topic: string; readonly message: ReturnType<typeof messageOf> }[];
  /** Told after each batch: how far the relay came. */
  readonly onProgress?: (position: number) => void;
}

const NAME = 'relay';
const LIMIT = 500;

/**
 * Publishes a service's events in the order of the log, at least once. One relay at a time: the checkpoint moves only after
 * the broker has everything and only while the lease holds, so one that was stalled and overtaken moves nothing.
 */
export async function relay(options: RelayOptions, signal: AbortSignal): Promise<void> {
  const { db, holder } = options;
  while (!signal.aborted) {
    const lease = await takeLease(db, NAME, holder);
    if (lease) await carry(options, lease, signal);
    else await new Wakeup().after(0, signal, 1_000);
  }
}

async function carry(options: RelayOptions, lease: Lease, signal: AbortSignal): Promise<void> {
  const { store, db, types, holder, onProgress = () => {} } = options;
  const lost = new AbortController();
  const renewal = setInterval(
    () => {
      takeLease(db, NAME, holder).then(
        (renewed) => renewed?.token !== lease.token && lost.abort(),
        () => {},
      );
    },
    (LEASE_SECONDS * 1_000) / 3,
  );
  const until = AbortSignal.any([signal, lost.signal]);
  try {
    const after = await checkpointOf(db, NAME, LOG);
    for await (const { events, position } of store.batches({ after, types, signal: until, limit: LIMIT })) {
      if (events.length > 0) {
        await publish(options, events);
        if (!(await moveCheckpoint(db, lease, position))) return;
      }
      onProgress(position);
    }
  } finally {
    clearInterval(renewal);
    await releaseLease(db, lease).catch(() => {});
  }
}

async function publish(
  { broker, topic, also = () => [] }: RelayOptions,
  events: readonly Recorded[],
): Promise<void> {
  await broker.publish(topic, events.map(messageOf));
  const extras = events.flatMap(also);
  for (const other of new Set(extras.map((extra) => extra.topic)))
    await broker.publish(
      other,
      extras.filter((extra) => extra.topic === other).map(({ message }) => message),
    );
}

/**
 * Moves the checkpoint if the lease is still ours; whether it was. One statement, so that a relay stalled in its midst
 * keeps nobody out.
 */
async function moveCheckpoint(db: Database, { name, token }: Lease, position: number): Promise<boolean> {
  const rows = await db.query(
    `insert into checkpoint
       select $1, $2, $3::bigint from (select 1 from lease where name = $4 and token = $5 for update) as ours
     on conflict (follower, source) do update set position = greatest(checkpoint.position, excluded.position)
     returning 1`,
    [NAME, LOG, position, name, token],
  );
  return rows.length === 1;
}
