import { createHash } from 'node:crypto';
import {
  type Actor,
  type Cdevent,
  type CdeventKey,
  type CdeventReading,
  ConcurrentWrite,
  type Context,
  type EventStore,
  ExternalFactAccepted,
  ExternalFactQuarantined,
  type Reason,
  Rejected,
} from '#events';
import { canonical } from '#json';

/** What became of one fact. `position` says where it stands if it is new. */
export type Fate =
  | { readonly fate: 'accepted'; readonly position: number }
  | { readonly fate: 'duplicate' }
  | {
      readonly fate: 'rejected';
      readonly id?: string;
      readonly reason: Reason;
      /** Stored, though not believed. */ readonly kept?: true;
    };

/** Stores what others state, each fact once. */
export interface Ingest {
  readonly store: EventStore;
  readonly actor: Actor;
  readonly correlationId?: string;
  readonly traceparent?: string;
}

/**
 * Stores a fact under an id that follows from its source and its id there, so a redelivery is recognised without limit.
 * The same id with another body, a time to come or an unknown version is kept aside and reported (LIB-09.3, LIB-09.4).
 */
export async function ingest(to: Ingest, reading: CdeventReading): Promise<Fate> {
  try {
    return reading.ok ? await accept(to, reading) : await refuse(to, reading);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const [{ code, message }] = error.violations as [{ code: string; message: string }];
    return { fate: 'rejected', id: reading.key.id, reason: { code, field: 'data', message } };
  }
}

async function accept(to: Ingest, reading: CdeventReading & { ok: true }): Promise<Fate> {
  const { event, key, backfill } = reading;
  const stream = `external-${digest(key.source, key.id, kindOf(event))}`;
  const said = {
    source: key.source,
    sourceEventId: key.id,
    factType: event.context.type,
    backfill,
    cdevent: event,
  };
  const occurredAt = reading.occurredAt.toISOString();
  try {
    const { position } = await to.store.append(stream, 0, [ExternalFactAccepted(said)], {
      ...contextOf(to),
      occurredAt,
    });
    return { fate: 'accepted', position };
  } catch (error) {
    if (!(error instanceof ConcurrentWrite)) throw error;
    const [first] = await to.store.read(stream);
    if (canonical(first?.data['cdevent']) === canonical(event)) return { fate: 'duplicate' };
    const message = `The id ${key.id} of ${key.source} was used before for an event of this kind with another body.`;
    return quarantine(to, key, { code: 'SOURCE_ID_REUSED', field: 'context.id', message }, event);
  }
}

async function refuse(to: Ingest, reading: CdeventReading & { ok: false }): Promise<Fate> {
  const { key, reason, quarantine: keep } = reading;
  const { source, id } = key;
  if (keep && source !== undefined && id !== undefined && reading.value !== undefined)
    return quarantine(to, { source, id }, reason, reading.value as Cdevent);
  return { fate: 'rejected', ...(id !== undefined && { id }), reason };
}

/** Kept, not believed; the same doubtful event again is recognised. */
async function quarantine(to: Ingest, key: CdeventKey, reason: Reason, event: Cdevent): Promise<Fate> {
  const body = digest(canonical(event));
  const { source, id: sourceEventId } = key;
  const { code, message } = reason;
  const fact = { source, sourceEventId, code, reason: message, digest: body, cdevent: event };
  try {
    const stream = `quarantined-${digest(source, sourceEventId, body)}`;
    await to.store.append(stream, 0, [ExternalFactQuarantined(fact)], contextOf(to));
  } catch (error) {
    if (!(error instanceof ConcurrentWrite)) throw error;
  }
  return { fate: 'rejected', id: sourceEventId, reason, kept: true };
}

/** What an event is about, whatever the version of its type: producers, and the samples of CDEvents, use an id once a kind. */
const kindOf = ({ context }: Cdevent): string => context.type.replace(/\.\d+\.\d+\.\d+[^.]*$/, '');

const contextOf = ({ actor, correlationId, traceparent }: Ingest): Context => ({
  actor,
  correlationId,
  traceparent,
});

/** A short name for a few strings that cannot be mistaken for other strings. */
const digest = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
