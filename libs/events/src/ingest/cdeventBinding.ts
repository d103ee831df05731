import {
  type Cdevent,
  type CdeventReading,
  keyOf,
  readCdeventText,
  readParsedCdevent,
  type ReadOptions,
  refused,
} from './cdevent.js';
import { type CloudEvent, type CloudEventReading, jsonDataOf } from './cloudevents.js';
import { fromHttp, type HttpHeaders, type HttpMode } from './cloudeventsHttp.js';
import { fromKafka, type KafkaHeaders } from './cloudeventsKafka.js';
import { mediaTypeOf } from './mediaType.js';
import { quoted, readJson, refusal, type Refusal } from './reason.js';
import { instantOf } from './timestamp.js';

/** A CDEvent as a CloudEvent: `id`, `source`, `type`, `time` and `subject` are its own, the data the whole of it. */
export function cloudEventOf(event: Cdevent, extensions: Partial<CloudEvent> = {}): CloudEvent {
  const { id, source, type, timestamp: time } = event.context;
  const attributes = { specversion: '1.0', id, source, type, subject: event.subject.id, time } as const;
  return { ...attributes, datacontenttype: 'application/json', data: event, ...extensions };
}

/**
 * The CDEvent within a CloudEvent. What both say must be the same, else it is a `BINDING_MISMATCH` that names both
 * values; `subject` and `time` may be absent, since the CDEvent has them.
 */
export function readCdeventIn(
  reading: CloudEventReading,
  now: Date,
  options: ReadOptions = {},
): CdeventReading {
  if (!reading.ok) return refused(reading);
  const json = jsonDataOf(reading.event);
  if (!json.ok) return { ...refused(json), key: keyOf(reading.event) };
  const read = readParsedCdevent(json.value, now, options);
  const mismatch = read.ok ? mismatchOf(reading.event, read.event) : undefined;
  return mismatch ? refused(mismatch, json.value) : read;
}

function mismatchOf(outer: CloudEvent, { context, subject }: Cdevent): Refusal | undefined {
  const sameTime = outer.time !== undefined && instantOf(outer.time) === instantOf(context.timestamp);
  return (
    differ('id', outer.id, 'context.id', context.id) ??
    differ('source', outer.source, 'context.source', context.source) ??
    differ('type', outer.type, 'context.type', context.type) ??
    differ('subject', outer.subject, 'subject.id', subject.id) ??
    (sameTime ? undefined : differ('time', outer.time, 'context.timestamp', context.timestamp))
  );
}

function differ(name: string, outer: string | undefined, field: string, inner: string): Refusal | undefined {
  if (outer === undefined || outer === inner) return undefined;
  const message = `CloudEvents ${name} ${quoted(outer)} and CDEvents ${field} ${quoted(inner)} must be the same.`;
  return refusal('BINDING_MISMATCH', name, message);
}

/** CDEvents as they came over HTTP; `plain` is JSON without CloudEvents, one event or an array of them. */
export interface HttpCdevents {
  readonly mode: HttpMode | 'plain';
  readonly items: readonly CdeventReading[];
}

/** Reads the CDEvents of an HTTP message in any CloudEvents mode, or as plain JSON. NDJSON is read line by line. */
export function readHttpCdevents(
  headers: HttpHeaders,
  body: Buffer,
  now: Date,
  options: ReadOptions = {},
): HttpCdevents {
  if (isCloudEvent(headers, 'ce-')) {
    const { mode, items } = fromHttp(headers, body);
    return { mode, items: items.map((item) => readCdeventIn(item, now, options)) };
  }
  const media = mediaTypeOf(contentTypeOf(headers));
  const unread = media.fault ?? unsupported(media.type);
  return { mode: 'plain', items: unread ? [refused(unread)] : readPlain(body, now, options) };
}

function isCloudEvent(headers: HttpHeaders | KafkaHeaders, prefix: string): boolean {
  if (/^\s*application\/cloudevents/i.test(contentTypeOf(headers))) return true;
  return Object.keys(headers).some((name) => name.toLowerCase().startsWith(prefix));
}

function contentTypeOf(headers: HttpHeaders | KafkaHeaders): string {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return String(found?.[1] ?? '');
}

function unsupported(type: string): Refusal | undefined {
  if (/^application\/(?:cdevents\+)?json$/.test(type)) return undefined;
  const message = `CDEvents come as application/json, as CloudEvents or as application/x-ndjson, not as ${quoted(type)}.`;
  return refusal('UNSUPPORTED_MEDIA_TYPE', 'content-type', message);
}

function readPlain(body: Buffer, now: Date, options: ReadOptions): CdeventReading[] {
  const json = readJson(body);
  if (!json.ok) return [refused(json)];
  return Array.isArray(json.value)
    ? json.value.map((value: unknown) => readParsedCdevent(value, now, options))
    : [readParsedCdevent(json.value, now, options)];
}

/** Reads the CDEvent of a Kafka record: a CloudEvent in either mode, or plain JSON where no header says otherwise. */
export function readKafkaCdevent(
  headers: KafkaHeaders,
  value: Buffer | null,
  now: Date,
  options: ReadOptions = {},
): CdeventReading {
  if (isCloudEvent(headers, 'ce_')) return readCdeventIn(fromKafka(headers, value), now, options);
  if (value === null) return refused(refusal('MISSING_FIELD', 'value', 'The record carries no event.'));
  return readCdeventText(value, now, options);
}
