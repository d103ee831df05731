import { type CloudEvent, type CloudEventReading, faultOfAttributes } from './cloudevents.js';
import { dataBytes, fromJsonFormat, headerAttributes, toJsonFormat } from './cloudeventsJson.js';
import { decodeHeaderValue, encodeHeaderValue } from './headerValue.js';
import { mediaTypeOf } from './mediaType.js';
import { quoted, readJson, refusal, type Refusal } from './reason.js';

/** Headers as Node and Fastify give them; names in any case. */
export type HttpHeaders = { readonly [name: string]: string | readonly string[] | undefined };

export interface HttpMessage {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export type HttpMode = 'binary' | 'structured' | 'batch';

/** What a message holds: one event, or those of a batch, each read for itself. */
export interface HttpReading {
  readonly mode: HttpMode;
  readonly items: readonly CloudEventReading[];
}

/**
 * One event as an HTTP message (CloudEvents HTTP binding 1.0.2).
 * @throws Rejected INVALID_CLOUDEVENT
 */
export function toHttp(event: CloudEvent, mode: 'binary' | 'structured' = 'binary'): HttpMessage {
  if (mode === 'structured')
    return { headers: { 'content-type': STRUCTURED }, body: Buffer.from(toJsonFormat(event)) };
  const { attributes, contentType } = headerAttributes(event);
  const headers = Object.fromEntries(
    attributes.map(([name, text]) => [`ce-${name}`, encodeHeaderValue(text)]),
  );
  return {
    headers: { ...headers, ...(contentType && { 'content-type': contentType }) },
    body: dataBytes(event) ?? Buffer.alloc(0),
  };
}

/** Any number of events as one HTTP message. */
export function toHttpBatch(events: readonly CloudEvent[]): HttpMessage {
  return { headers: { 'content-type': BATCH }, body: Buffer.from(`[${events.map(toJsonFormat).join(',')}]`) };
}

const STRUCTURED = 'application/cloudevents+json; charset=UTF-8';
const BATCH = 'application/cloudevents-batch+json; charset=UTF-8';

/** Reads an HTTP message in the mode its `Content-Type` names. A message that is bad as a whole is one bad item. */
export function fromHttp(headers: HttpHeaders, body: Buffer): HttpReading {
  const lower = lowerCased(headers);
  if (!lower.ok) return { mode: 'binary', items: [lower] };
  const media = mediaTypeOf(lower.headers.get('content-type') ?? '');
  if (!media.type.startsWith('application/cloudevents'))
    return { mode: 'binary', items: [fromBinary(lower.headers, body)] };
  const mode = media.type.startsWith('application/cloudevents-batch') ? 'batch' : 'structured';
  const unread = media.fault ?? unsupportedFormat(media.type);
  return { mode, items: unread ? [unread] : fromText(mode, body) };
}

function unsupportedFormat(type: string): Refusal | undefined {
  if (/^application\/cloudevents(?:-batch)?\+json$/.test(type)) return undefined;
  return refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    'content-type',
    `CloudEvents are read in the JSON format, not ${quoted(type)}.`,
  );
}

function fromText(mode: HttpMode, body: Buffer): CloudEventReading[] {
  const json = readJson(body);
  if (!json.ok) return [json];
  if (mode === 'structured') return [fromJsonFormat(json.value)];
  if (!Array.isArray(json.value))
    return [refusal('INVALID_FIELD', '', 'A batch of CloudEvents must be a JSON array.')];
  return json.value.map(fromJsonFormat);
}

function fromBinary(headers: ReadonlyMap<string, string>, body: Buffer): CloudEventReading {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [header, value] of headers) {
    if (!header.startsWith('ce-')) continue;
    const text = decodeHeaderValue(value);
    if (text === undefined) return badValue(header);
    attributes[header.slice(3)] = text;
  }
  if ('datacontenttype' in attributes || 'data' in attributes)
    return refusal(
      'INVALID_FIELD',
      'ce-datacontenttype',
      'The media type belongs into content-type and the data into the body.',
    );
  const contentType = headers.get('content-type');
  const event = { ...attributes, ...(contentType !== undefined && { datacontenttype: contentType }) };
  const fault = faultOfAttributes(event, (name) =>
    name === 'datacontenttype' ? 'content-type' : `ce-${name}`,
  );
  if (fault) return { ok: false, reason: fault };
  return { ok: true, event: { ...(event as unknown as CloudEvent), ...(body.length > 0 && { data: body }) } };
}

function badValue(header: string): Refusal {
  return refusal(
    'INVALID_FIELD',
    header,
    `${header} must be percent-encoded UTF-8: printable ASCII, %XX for the rest.`,
  );
}

function lowerCased(headers: HttpHeaders): { ok: true; headers: Map<string, string> } | Refusal {
  const lower = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    const matters = key === 'content-type' || key.startsWith('ce-');
    if (value === undefined || !matters) continue;
    if (typeof value !== 'string' || lower.has(key))
      return refusal('INVALID_FIELD', key, `${key} must be sent once.`);
    lower.set(key, value);
  }
  return { ok: true, headers: lower };
}
