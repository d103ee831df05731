import {
  type Broker,
  checkpointOf,
  type Database,
  type EventStore,
  park,
  type Received,
  readKafkaCdevent,
  INGEST_TOPIC,
} from '#events';
import { ingest, type Ingest } from './ingest.js';

const NAME = 'ingest';

/**
 * Takes CDEvents that others publish to `slipway.ingest`, as CloudEvents or plain JSON. What is stored is stored once; what
 * cannot be read is parked under its key; the checkpoint moves after both.
 */
export async function ingestTopic(
  store: EventStore,
  db: Database,
  broker: Broker,
  signal: AbortSignal,
  gotOn: () => void = () => {},
): Promise<void> {
  const to: Ingest = { store, actor: { id: `kafka:${INGEST_TOPIC}`, kind: 'service', roles: ['publisher'] } };
  const subscription = {
    topics: [INGEST_TOPIC],
    group: `slipway-${NAME}`,
    from: async (topic: string, partition: number) =>
      BigInt(await checkpointOf(db, NAME, `${topic}/${partition}`)),
    signal,
  };
  for await (const { topic, partition, messages } of broker.batches(subscription)) {
    const source = `${topic}/${partition}`;
    await Promise.all(messages.map((message) => take(to, db, source, message)));
    await db.query(
      `insert into checkpoint values ($1, $2, $3)
       on conflict (follower, source) do update set position = greatest(checkpoint.position, excluded.position)`,
      [NAME, source, Number(messages.at(-1)!.offset) + 1],
    );
    gotOn();
  }
}

async function take(to: Ingest, db: Database, source: string, message: Received): Promise<void> {
  const { key, value, headers, offset } = message;
  const fate = await ingest(to, readKafkaCdevent(headers, value, new Date()));
  if (fate.fate !== 'rejected' || fate.kept) return;
  await park(db, NAME, source, {
    key: fate.id ?? key ?? `${source}/${offset}`,
    at: Number(offset),
    type: headers['ce_type'],
    reason: fate.reason.code,
    detail: fate.reason.message,
    bytes: value ?? Buffer.alloc(0),
    headers,
  });
}
