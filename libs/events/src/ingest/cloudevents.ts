import { isPrintable, URI_REFERENCE } from './cdeventSchema.js';
import { mediaTypeOf } from './mediaType.js';
import { quoted, type Reason, readJson, refusal, type Refusal } from './reason.js';
import { instantOf } from './timestamp.js';

/** A CloudEvent 1.0: its attributes, extensions among them, and its data. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** What orders and partitions: events of one key stay in order. */
  readonly partitionkey?: string;
  /** Place of the event among those of its source. */
  readonly sequence?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** When it was stored; `time` is when it happened. */
  readonly recordedtime?: string;
  /** Bytes (`Uint8Array`) exactly as they came or are to go, else a JSON value, else a string of another text type. */
  readonly data?: unknown;
  /** Other extensions: strings, booleans and 32-bit integers. Headers carry them as strings. */
  readonly [extension: string]: unknown;
}

export type CloudEventReading = { readonly ok: true; readonly event: CloudEvent } | Refusal;

/**
 * What is wrong with the attributes of an event, or undefined. `fieldOf` says what an attribute is called where it
 * came from (`ce-id`, `ce_id`), so that its sender finds it.
 */
export function faultOfAttributes(
  event: { readonly [name: string]: unknown },
  fieldOf: (name: string) => string,
): Reason | undefined {
  for (const name of ['specversion', 'id', 'source', 'type'])
    if (event[name] === undefined)
      return fault('MISSING_FIELD', fieldOf(name), 'is missing; every CloudEvent has it');
  if (event['specversion'] !== '1.0')
    return fault('UNKNOWN_CLOUDEVENTS_VERSION', fieldOf('specversion'), 'must be 1.0');
  for (const [name, value] of Object.entries(event)) {
    const rule = name === 'data' || value === undefined ? undefined : brokenRule(name, value);
    if (rule) return fault('INVALID_FIELD', fieldOf(name), rule);
  }
  return undefined;
}

function fault(code: string, field: string, rule: string): Reason {
  return { code, field, message: `${field.length > 80 ? quoted(field) : field} ${rule}.` };
}

function brokenRule(name: string, value: unknown): string | undefined {
  if (!/^[a-z0-9]+$/.test(name) || name === 'constructor')
    return 'is no attribute name; they are lower-case letters and digits';
  if (TEXTS.has(name) && typeof value !== 'string') return 'must be a string';
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return value === (value | 0) ? undefined : 'must be a 32-bit integer';
  if (typeof value !== 'string') return 'must be a string, a boolean or an integer';
  if (!isPrintable(value)) return 'must hold no control character and be well-formed Unicode';
  return textRules[name]?.(value);
}

const TEXTS = new Set(
  'id source type subject time datacontenttype dataschema partitionkey sequence traceparent tracestate'
    .split(' ')
    .concat('correlationid', 'causationid', 'recordedtime'),
);

const notEmpty = (value: string) => (value === '' ? 'must not be empty' : undefined);
const reference = (value: string) => (URI_REFERENCE.test(value) ? undefined : 'must be a URI reference');
const instant = (value: string) =>
  instantOf(value) === undefined ? 'must be an RFC 3339 date-time with a zone' : undefined;
const media = (value: string) =>
  MEDIA_TYPE.test(value) ? undefined : 'must be a media type such as application/json';

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\t ]*(?:;.*)?$/;

const textRules: { readonly [name: string]: ((value: string) => string | undefined) | undefined } =
  Object.assign(
    Object.create(null) as object,
    { id: notEmpty, type: notEmpty, subject: notEmpty, partitionkey: notEmpty },
    {
      source: reference,
      dataschema: reference,
      time: instant,
      recordedtime: instant,
      datacontenttype: media,
    },
  );

/** Whether data of this type are JSON; a type that is not named counts as `application/json`. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType === undefined || /^[^;/]+\/(?:[^;]+\+)?json[\t ]*(?:;|$)/i.test(contentType);
}

/** The data of an event as a JSON value. */
export function jsonDataOf(event: CloudEvent): { readonly ok: true; readonly value: unknown } | Refusal {
  const { data, datacontenttype } = event;
  if (data === undefined) return refusal('MISSING_FIELD', 'data', 'The event carries no data.');
  const charset = mediaTypeOf(datacontenttype ?? '').fault;
  if (charset) return charset;
  if (!isJsonType(datacontenttype)) return notJson(String(datacontenttype));
  return data instanceof Uint8Array ? readJson(bufferOf(data)) : { ok: true, value: data };
}

function notJson(contentType: string): Refusal {
  const message = `The data must be JSON, not ${quoted(contentType)}.`;
  return refusal('UNSUPPORTED_MEDIA_TYPE', 'datacontenttype', message);
}

/** The same bytes as a `Buffer`, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
