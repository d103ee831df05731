import type { Message, Received } from './broker.js';
import { contracts, ownerOf, topicOf } from './contracts.js';
import { MAX_ENTRY, recordedOf } from './envelope.js';
import type { Recorded } from './event.js';
import { bufferOf, type CloudEvent } from './ingest/cloudevents.js';
import { fromKafka, toKafka } from './ingest/cloudeventsKafka.js';
import { type Corrupt, isRevision } from './parked.js';

/** A stored event as a record of its service's topic: a CloudEvent in binary mode whose data are the stored bytes. */
export function messageOf(event: Recorded): Message {
  return toKafka(
    {
      specversion: '1.0',
      id: event.id,
      source: `/slipway/${ownerOf(event.type) ?? 'unknown'}`,
      type: event.type,
      subject: event.stream,
      time: event.occurredAt,
      datacontenttype: 'application/json',
      partitionkey: event.stream,
      sequence: String(event.revision),
      recordedtime: event.recordedAt,
      correlationid: event.correlationId,
      ...(event.causationId !== undefined && { causationid: event.causationId }),
      ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
      schemaversion: event.version,
      position: String(event.position),
      data: event.bytes,
    },
    { key: event.stream },
  );
}

/** What a record of a topic carries: a stored event, or something that must be parked under the record's key. */
export type Carried = { readonly event: Recorded } | { readonly corrupt: Corrupt };

/** Reads a record back. Nothing in it is believed before it fits together: headers, envelope, size, key. */
export function carriedBy(message: Received, partition: string): Carried {
  const { key, value, headers, offset } = message;
  const corrupt = (reason: string, detail: string): Carried => ({
    corrupt: {
      key: key ?? `${partition}/${offset}`,
      at: Number(offset),
      type: headers['ce_type'],
      reason,
      detail,
      bytes: value ?? Buffer.alloc(0),
      headers,
    },
  });
  if (value !== null && value.length > MAX_ENTRY)
    return corrupt('OVERSIZED', `The record has ${value.length} bytes; an event has at most ${MAX_ENTRY}.`);
  const reading = fromKafka(headers, value);
  if (!reading.ok) return corrupt(reading.reason.code, reading.reason.message);
  return envelopeIn(reading.event, key, corrupt);
}

function envelopeIn(
  cloud: CloudEvent,
  key: string | null,
  corrupt: (reason: string, detail: string) => Carried,
): Carried {
  const position = Number(cloud['position']);
  if (!Number.isSafeInteger(position) || position < 1 || !(cloud.data instanceof Uint8Array))
    return corrupt('NOT_AN_EVENT', 'The record lacks its position in the log, or its data.');
  try {
    const event = recordedOf(position, bufferOf(cloud.data));
    if (!isRevision(event.revision) || key?.includes('\0'))
      return corrupt('NOT_AN_EVENT', 'The envelope names no place in a stream.');
    if (event.id === cloud.id && event.stream === key && event.type === cloud.type) return { event };
    return corrupt('BINDING_MISMATCH', 'The headers and the envelope tell of different events.');
  } catch {
    return corrupt('NOT_AN_EVENT', 'The data are not the envelope of an event.');
  }
}

/** The topics that carry events of these types. */
export function topicsOf(types: Iterable<string>): string[] {
  const owners = [...types].filter((type) => contracts.has(type)).map((type) => ownerOf(type)!);
  return [...new Set(owners)].map(topicOf);
}
