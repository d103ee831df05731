import { isUtf8 } from 'node:buffer';
import { type CloudEvent, type CloudEventReading, faultOfAttributes } from './cloudevents.js';
import { dataBytes, fromJsonFormat, headerAttributes, toJsonFormat } from './cloudeventsJson.js';
import { mediaTypeOf } from './mediaType.js';
import { quoted, readJson, refusal, type Refusal } from './reason.js';

/** Header values as Kafka clients give and take them. */
export type KafkaHeaders = {
  readonly [key: string]: Buffer | string | readonly (Buffer | string)[] | undefined;
};

export interface KafkaMessage {
  readonly key: string | null;
  readonly headers: Record<string, string>;
  /** Null for an event without data in binary mode, which a compacted topic takes for a deletion. */
  readonly value: Buffer | null;
}

export interface KafkaOptions {
  readonly mode?: 'binary' | 'structured';
  /** The record's key; `partitionkey` where it is not given, none where that is not either. */
  readonly key?: string;
}

const STRUCTURED = 'application/cloudevents+json; charset=UTF-8';

/**
 * One event as a Kafka record (CloudEvents Kafka binding 1.0.2). The trace goes along under its plain name too, which
 * is where tracing looks for it.
 * @throws Rejected INVALID_CLOUDEVENT
 */
export function toKafka(
  event: CloudEvent,
  { mode = 'binary', key = event.partitionkey }: KafkaOptions = {},
): KafkaMessage {
  if (mode === 'structured')
    return {
      key: key ?? null,
      headers: { 'content-type': STRUCTURED },
      value: Buffer.from(toJsonFormat(event)),
    };
  const { attributes, contentType } = headerAttributes(event);
  const headers = {
    ...Object.fromEntries(attributes.map(([name, text]) => [`ce_${name}`, text])),
    ...(contentType && { 'content-type': contentType }),
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
  };
  return { key: key ?? null, headers, value: dataBytes(event) ?? null };
}

/** Reads a Kafka record, structured where its `content-type` says so, else binary. */
export function fromKafka(headers: KafkaHeaders, value: Buffer | null): CloudEventReading {
  const texts = textsOf(headers);
  if (!texts.ok) return texts;
  const media = mediaTypeOf(texts.texts.get('content-type') ?? '');
  if (!media.type.startsWith('application/cloudevents')) return fromBinary(texts.texts, value);
  if (media.fault) return media.fault;
  if (media.type !== 'application/cloudevents+json')
    return refusal(
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type',
      `CloudEvents are read in the JSON format, not ${quoted(media.type)}.`,
    );
  const json =
    value === null
      ? refusal('MISSING_FIELD', 'value', 'A structured CloudEvent is in the value.')
      : readJson(value);
  return json.ok ? fromJsonFormat(json.value) : json;
}

function fromBinary(texts: ReadonlyMap<string, string>, value: Buffer | null): CloudEventReading {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, text] of texts) if (key.startsWith('ce_')) attributes[key.slice(3)] = text;
  const [trace, contentType] = [texts.get('traceparent'), texts.get('content-type')];
  if (trace !== undefined) attributes['traceparent'] ??= trace;
  const named = attributes['datacontenttype'] ?? contentType;
  if (named !== contentType || 'data' in attributes)
    return refusal(
      'INVALID_FIELD',
      'ce_datacontenttype',
      'The media type belongs into content-type and the data into the value.',
    );
  const event = { ...attributes, ...(contentType !== undefined && { datacontenttype: contentType }) };
  const fault = faultOfAttributes(event, (name) =>
    name === 'datacontenttype' ? 'content-type' : `ce_${name}`,
  );
  if (fault) return { ok: false, reason: fault };
  return { ok: true, event: { ...(event as unknown as CloudEvent), ...(value !== null && { data: value }) } };
}

function textsOf(headers: KafkaHeaders): { ok: true; texts: Map<string, string> } | Refusal {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase() === 'content-type' ? 'content-type' : key;
    const matters = name === 'content-type' || name === 'traceparent' || name.startsWith('ce_');
    if (value === undefined || !matters) continue;
    if (Array.isArray(value) || texts.has(name))
      return refusal('INVALID_FIELD', name, `${name} must be sent once.`);
    const bytes = value as Buffer | string;
    if (typeof bytes !== 'string' && !isUtf8(bytes))
      return refusal('INVALID_FIELD', name, `${name} must be UTF-8.`);
    texts.set(name, bytes.toString());
  }
  return { ok: true, texts };
}
