import { Rejected } from '../rejected.js';
import {
  bufferOf,
  type CloudEvent,
  type CloudEventReading,
  faultOfAttributes,
  isJsonType,
} from './cloudevents.js';
import { readJson, refusal } from './reason.js';

/** An event in the JSON event format. JSON bytes go in as they are, without being written anew. */
export function toJsonFormat(event: CloudEvent): string {
  const { data, ...attributes } = checkedForSending(event);
  const head = JSON.stringify(attributes).slice(0, -1);
  const member = data === undefined ? '' : `,${dataMember(data, event.datacontenttype)}`;
  return `${head}${member}}`;
}

/**
 * The event, if a binding may carry it.
 * @throws Rejected INVALID_CLOUDEVENT
 */
export function checkedForSending(event: CloudEvent): CloudEvent {
  const fault = faultOfAttributes(event, (name) => name);
  if (fault) throw new Rejected('INVALID_CLOUDEVENT', fault.message);
  return event;
}

function dataMember(data: unknown, contentType: string | undefined): string {
  if (data instanceof Uint8Array) {
    const bytes = bufferOf(data);
    const isJson = isJsonType(contentType) && readJson(bytes).ok;
    return isJson ? `"data":${bytes.toString()}` : `"data_base64":"${bytes.toString('base64')}"`;
  }
  if (isJsonType(contentType) || typeof data === 'string') return `"data":${JSON.stringify(data)}`;
  throw new Rejected('INVALID_CLOUDEVENT', `data of type ${contentType} must be a string or bytes.`);
}

/** Reads one event of the JSON event format, from a value that `parseStrict` has let through. */
export function fromJsonFormat(value: unknown): CloudEventReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refusal('INVALID_FIELD', '', 'A CloudEvent must be a JSON object.');
  const { data, data_base64: base64, ...members } = value as Record<string, unknown>;
  const attributes = Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null));
  const fault = faultOfAttributes(attributes, (name) => name);
  if (fault) return { ok: false, reason: fault };
  const event = attributes as unknown as CloudEvent;
  if (base64 !== undefined && base64 !== null) return withBytes(event, base64, data);
  if (data === undefined) return { ok: true, event };
  if (!isJsonType(event.datacontenttype) && typeof data !== 'string')
    return refusal('INVALID_FIELD', 'data', `data of type ${event.datacontenttype} must be a string.`);
  return { ok: true, event: { ...event, data } };
}

function withBytes(event: CloudEvent, base64: unknown, data: unknown): CloudEventReading {
  if (data !== undefined)
    return refusal('INVALID_FIELD', 'data_base64', 'data and data_base64 exclude each other.');
  if (typeof base64 !== 'string' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    return refusal('INVALID_FIELD', 'data_base64', 'data_base64 must be base64.');
  return { ok: true, event: { ...event, data: Buffer.from(base64, 'base64') } };
}

/** The bytes of the data in binary mode: bytes as they are, JSON and text written as UTF-8. */
export function dataBytes({ data, datacontenttype }: CloudEvent): Buffer | undefined {
  if (data === undefined) return undefined;
  if (data instanceof Uint8Array) return bufferOf(data);
  if (isJsonType(datacontenttype)) return Buffer.from(JSON.stringify(data));
  if (typeof data === 'string') return Buffer.from(data);
  throw new Rejected('INVALID_CLOUDEVENT', `data of type ${datacontenttype} must be a string or bytes.`);
}

/** The attributes that go into headers in binary mode, as text; the media type goes into a header of its own. */
export function headerAttributes(event: CloudEvent): {
  attributes: [name: string, text: string][];
  contentType?: string;
} {
  const { data, datacontenttype, ...attributes } = checkedForSending(event);
  const implied = data === undefined || data instanceof Uint8Array ? undefined : 'application/json';
  const contentType = datacontenttype ?? implied;
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    attributes: given.map(([name, value]) => [name, String(value)]),
    ...(contentType && { contentType }),
  };
}
