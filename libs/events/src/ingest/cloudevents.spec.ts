import { validateHeaderName, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrintable } from './cdeventSchema.js';
import { bufferOf, type CloudEvent, type CloudEventReading } from './cloudevents.js';
import { fromHttp, type HttpHeaders, toHttp, toHttpBatch } from './cloudeventsHttp.js';
import { dataBytes } from './cloudeventsJson.js';
import { fromKafka, type KafkaHeaders, toKafka } from './cloudeventsKafka.js';
import { readJson } from './reason.js';
import { decodeHeaderValue, encodeHeaderValue } from './headerValue.js';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const one = (headers: HttpHeaders, body: Buffer): CloudEventReading =>
  fromHttp(headers, body).items[0] as CloudEventReading;
const eventIn = (reading: CloudEventReading) => {
  if (!reading.ok) throw new Error(reading.reason.message);
  return reading.event;
};
const reasonIn = (reading: CloudEventReading) => (reading.ok ? undefined : reading.reason);

const attributes = {
  specversion: '1.0',
  id: '1234-1234-1234',
  source: '/mycontext/subcontext',
  type: 'com.example.someevent',
  time: '2018-04-05T03:56:24Z',
} as const;
const prefixed = (prefix: string) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prefix + name, value]));
const body = Buffer.from('{\n  "message": "Hello World!"\n}');

describe('a CloudEvent over HTTP', () => {
  test.each(['application/json', 'application/json; charset=utf-8'])('is read in binary mode (%s)', (type) =>
    expect(fromHttp({ ...prefixed('CE-'), 'Content-Type': type, host: 'x' }, body)).toEqual({
      mode: 'binary',
      items: [{ ok: true, event: { ...attributes, datacontenttype: type, data: body } }],
    }),
  );

  test.each(['application/cloudevents+json', 'Application/CloudEvents+JSON; charset=utf-8'])(
    'is read in structured mode (%s)',
    (type) => {
      const event = { ...attributes, datacontenttype: 'application/json', data: { message: 'Hello World!' } };
      expect(fromHttp({ 'content-type': type }, json({ ...event, unsetextension: null }))).toEqual({
        mode: 'structured',
        items: [{ ok: true, event }],
      });
    },
  );

  test('is read in batches, each for itself', () => {
    const type = { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' };
    const bytes = { ...attributes, data_base64: 'AAH/' };
    expect(fromHttp(type, json([attributes, { ...attributes, id: undefined }, bytes, 7]))).toMatchObject({
      mode: 'batch',
      items: [
        { ok: true, event: attributes },
        { ok: false, reason: { code: 'MISSING_FIELD', field: 'id' } },
        { ok: true, event: { ...attributes, data: Buffer.from([0, 1, 255]) } },
        { ok: false, reason: { code: 'INVALID_FIELD' } },
      ],
    });
    expect(fromHttp(type, json([]))).toEqual({ mode: 'batch', items: [] });
    expect(fromHttp(type, json({}))).toMatchObject({ items: [{ ok: false }] });
  });

  test('keeps integers and booleans in JSON and writes them as text in headers', () => {
    const event: CloudEvent = { ...attributes, count: 5, last: true };
    expect(toHttp(event).headers).toMatchObject({ 'ce-count': '5', 'ce-last': 'true' });
    const { headers, body: text } = toHttp(event, 'structured');
    expect(eventIn(one(headers, text))).toEqual(event);
  });

  test('names the type that JSON data imply when they become a body', () =>
    expect(toHttp({ ...attributes, data: 'I’m just a string' })).toMatchObject({
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('"I’m just a string"'),
    }));

  test('carries stored JSON without writing it anew', () => {
    const event = { ...attributes, datacontenttype: 'application/json', data: body };
    expect(toHttp(event).body).toBe(body);
    expect(toHttp(event, 'structured').body.toString()).toContain(`"data":${body.toString()}`);
    expect(toHttp({ ...event, data: Buffer.from('{') }, 'structured').body.toString()).toContain(
      '"data_base64":"ew=="',
    );
  });

  test.each([
    [{ 'ce-id': undefined }, 'MISSING_FIELD', 'ce-id'],
    [{ 'ce-specversion': '0.3' }, 'UNKNOWN_CLOUDEVENTS_VERSION', 'ce-specversion'],
    [{ 'ce-datacontenttype': 'application/json' }, 'INVALID_FIELD', 'ce-datacontenttype'],
    [{ 'ce-data': '1' }, 'INVALID_FIELD', 'ce-datacontenttype'],
    [{ 'ce-time': 'yesterday' }, 'INVALID_FIELD', 'ce-time'],
    [{ 'ce-recordedtime': '2026-01-01' }, 'INVALID_FIELD', 'ce-recordedtime'],
    [{ 'ce-source': 'a b' }, 'INVALID_FIELD', 'ce-source'],
    [{ 'ce-subject': '' }, 'INVALID_FIELD', 'ce-subject'],
    [{ 'ce-subject': '%C0%A0' }, 'INVALID_FIELD', 'ce-subject'],
    [{ 'ce-subject': '%0d%0aset-cookie:%20a' }, 'INVALID_FIELD', 'ce-subject'],
    [{ 'ce-my-extension': 'a' }, 'INVALID_FIELD', 'ce-my-extension'],
    [{ 'ce-__proto__': 'a' }, 'INVALID_FIELD', 'ce-__proto__'],
    [{ 'ce-constructor': 'a' }, 'INVALID_FIELD', 'ce-constructor'],
    [{ 'ce-subject': ['a', 'b'] }, 'INVALID_FIELD', 'ce-subject'],
    [{ 'CE-Id': 'twice' }, 'INVALID_FIELD', 'ce-id'],
    [{ 'content-type': 'nothing' }, 'INVALID_FIELD', 'content-type'],
    [{ 'content-type': 'application/cloudevents+avro' }, 'UNSUPPORTED_MEDIA_TYPE', 'content-type'],
    [
      { 'content-type': 'application/cloudevents+json; charset=latin1' },
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type',
    ],
  ])('with %j is refused', (headers, code, field) =>
    expect(reasonIn(one({ ...prefixed('ce-'), ...headers }, body))).toMatchObject({ code, field }),
  );

  test.each([
    [{ ...attributes, data: 1, data_base64: 'AA==' }, 'data_base64'],
    [{ ...attributes, data_base64: 'A' }, 'data_base64'],
    [{ ...attributes, data_base64: 'A_-=' }, 'data_base64'],
    [{ ...attributes, datacontenttype: 'text/xml', data: {} }, 'data'],
    [{ ...attributes, id: 5 }, 'id'],
    [{ ...attributes, partitionkey: true }, 'partitionkey'],
    [{ ...attributes, share: 1.5 }, 'share'],
    [{ ...attributes, count: 2 ** 31 }, 'count'],
    [{ ...attributes, nested: {} }, 'nested'],
    [{ ...attributes, Upper: 'a' }, 'Upper'],
    [{ ...attributes, subject: 'a\u0000' }, 'subject'],
    [[], ''],
    [null, ''],
  ])('written %j is refused', (event, field) =>
    expect(reasonIn(one({ 'content-type': 'application/cloudevents+json' }, json(event)))?.field).toBe(field),
  );

  test('is not sent when it could not be read', () => {
    for (const bad of [
      { id: '' },
      { subject: 'a\r\nb' },
      { 'a-b': 'x' },
      { datacontenttype: 'text/xml', data: {} },
    ])
      for (const mode of ['binary', 'structured'] as const)
        expect(() => toHttp({ ...attributes, ...bad }, mode)).toThrow(
          expect.objectContaining({ code: 'INVALID_CLOUDEVENT' }),
        );
  });
});

describe('a CloudEvent over Kafka', () => {
  const type = { 'content-type': 'application/json' };

  test('is read in binary mode from headers of bytes', () => {
    const headers = Object.fromEntries(
      Object.entries({ ...prefixed('ce_'), ...type }).map(([key, text]) => [key, Buffer.from(text)]),
    );
    expect(eventIn(fromKafka({ ...headers, other: [Buffer.from('a')] }, body))).toEqual({
      ...attributes,
      datacontenttype: 'application/json',
      data: body,
    });
  });

  test.each(['application/cloudevents+json', 'application/cloudevents+json; charset=utf-8'])(
    'is read in structured mode (%s)',
    (named) => {
      const event = { ...attributes, datacontenttype: 'application/json', data: { message: 'Hello World!' } };
      expect(eventIn(fromKafka({ 'content-type': Buffer.from(named) }, json(event)))).toEqual(event);
      expect(reasonIn(fromKafka({ 'content-type': named }, null))?.code).toBe('MISSING_FIELD');
    },
  );

  test('goes out as text headers, the stored bytes, the partition key and the trace', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const event: CloudEvent = {
      ...attributes,
      subject: 'Zürich 😀',
      partitionkey: 'deployment-1',
      traceparent,
      datacontenttype: 'application/json',
      data: body,
    };
    expect(toKafka(event)).toEqual({
      key: 'deployment-1',
      headers: {
        ...prefixed('ce_'),
        ...type,
        ce_subject: 'Zürich 😀',
        ce_partitionkey: 'deployment-1',
        ce_traceparent: traceparent,
        traceparent,
      },
      value: body,
    });
    expect(toKafka(event, { key: 'mine' }).key).toBe('mine');
    expect(eventIn(fromKafka({ ...prefixed('ce_'), traceparent }, null)).traceparent).toBe(traceparent);
  });

  test('without data has no value, and empty data an empty one', () => {
    expect(toKafka(attributes).value).toBeNull();
    expect(toKafka({ ...attributes, data: null }).value).toEqual(Buffer.from('null'));
    expect(toKafka({ ...attributes, data: Buffer.alloc(0) }).value).toEqual(Buffer.alloc(0));
    expect('data' in eventIn(fromKafka(prefixed('ce_'), null))).toBe(false);
    expect(eventIn(fromKafka(prefixed('ce_'), Buffer.alloc(0))).data).toEqual(Buffer.alloc(0));
    expect(toKafka(attributes, { mode: 'structured' }).value).not.toBeNull();
  });

  test.each<[KafkaHeaders, string]>([
    [{ ce_subject: Buffer.from([0xc0, 0xa0]) }, 'ce_subject'],
    [{ ce_subject: [Buffer.from('a')] }, 'ce_subject'],
    [{ ce_datacontenttype: 'text/xml' }, 'ce_datacontenttype'],
    [{ ce_id: undefined }, 'ce_id'],
    [{ 'Content-Type': 'application/json' }, 'content-type'],
    [{ 'content-type': 'application/cloudevents+avro' }, 'content-type'],
  ])('with %j is refused', (headers, field) =>
    expect(reasonIn(fromKafka({ ...prefixed('ce_'), ...type, ...headers }, body))?.field).toBe(field),
  );

  test('may name its type twice if it is the same', () =>
    expect(fromKafka({ ...prefixed('ce_'), ...type, ce_datacontenttype: 'application/json' }, body).ok).toBe(
      true,
    ));
});

const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('é', '😀', ' ', '"', '%', '\\', '\u00a0', '漢'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
  })
  .filter((value) => isPrintable(value));
const path = fc.webPath().filter((value) => value !== '');
const instant = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
  .map((date) => date.toISOString());
/** Whatever JSON that is read at all: not every number is. */
const value = fc.jsonValue().filter((json) => readJson(JSON.stringify(json)).ok);
const payload = fc.oneof(
  fc.constant({}),
  fc.record({
    datacontenttype: fc.constantFrom('application/json', 'application/vnd.x+json; charset=utf-8'),
    data: value,
  }),
  fc.record({
    datacontenttype: fc.constantFrom('application/octet-stream', 'application/json'),
    data: fc.uint8Array({ minLength: 1 }).map(bufferOf),
  }),
  fc.record({ datacontenttype: fc.constant('text/plain'), data: text }),
);
const anyEvent: fc.Arbitrary<CloudEvent> = fc
  .tuple(
    fc.record({ id: text, source: path, type: text }),
    fc.record(
      {
        subject: text,
        time: instant,
        dataschema: path,
        partitionkey: text,
        correlationid: text,
        causationid: text,
        recordedtime: instant,
        sequence: text,
        whatever1: text,
      },
      { requiredKeys: [] },
    ),
    payload,
  )
  .map(([required, optional, data]) => ({ specversion: '1.0', ...required, ...optional, ...data }));

/** What headers and a body can tell: attributes as they are, data as bytes. */
const inBytes = (event: CloudEvent) => ({
  ...event,
  ...(event.data !== undefined && { data: dataBytes(event) }),
});

describe('whatever the event, it comes back', () => {
  test('from an HTTP message in binary mode, which Node lets pass', () =>
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { headers, body: sent } = toHttp(event);
        for (const [name, value] of Object.entries(headers)) {
          validateHeaderName(name);
          validateHeaderValue(name, value);
          expect(value).toMatch(name === 'content-type' ? /^[ -~]+$/ : /^[!-~]*$/);
        }
        expect(eventIn(one(headers, sent))).toEqual(inBytes(event));
      }),
    ));

  test('from a Kafka record in binary mode, its headers as bytes', () =>
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { headers, value } = toKafka(event);
        const bytes = Object.fromEntries(
          Object.entries(headers).map(([key, header]) => [key, Buffer.from(header)]),
        );
        expect(eventIn(fromKafka(bytes, value))).toEqual(inBytes(event));
      }),
    ));

  test('from structured mode and from a batch', () =>
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 3 }), (events) => {
        const batch = toHttpBatch(events);
        const alone = events.map((event) => toHttp(event, 'structured'));
        const records = events.map((event) => toKafka(event, { mode: 'structured' }));
        const read = [
          fromHttp(batch.headers, batch.body).items.map(eventIn),
          alone.map(({ headers, body: sent }) => eventIn(one(headers, sent))),
          records.map(({ headers, value }) => eventIn(fromKafka(headers, value))),
        ];
        for (const back of read) expect(back.map(comparable)).toEqual(events.map(comparable));
      }),
    ));

  test('and no message makes a reader throw', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(fc.constantFrom('ce-id', 'ce_id', 'content-type', 'ce-specversion'), text),
          fc.string({ unit: 'binary' }),
        ),
        fc.uint8Array(),
        (headers, bytes) => {
          fromHttp(headers, bufferOf(bytes));
          fromKafka(headers, bufferOf(bytes));
        },
      ),
    ));
});

/** JSON bytes come back as the value they say; JSON knows no negative zero. */
function comparable(event: CloudEvent): unknown {
  if (!(event.data instanceof Uint8Array))
    return event.data === undefined ? event : { ...event, data: JSON.stringify(event.data) };
  const bytes = bufferOf(event.data).toString('latin1');
  try {
    if (event.datacontenttype === 'application/json')
      return { ...event, data: JSON.stringify(JSON.parse(bytes)) };
  } catch {}
  return { ...event, data: bytes };
}

describe('a header value', () => {
  test.each([
    ['Euro € 😀', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
    ['a"b%c', 'a%22b%25c'],
    ['\u007f', '%7F'],
    ['!~/?a=b&c', '!~/?a=b&c'],
  ])('%j is written %s', (plain, encoded) => {
    expect(encodeHeaderValue(plain)).toBe(encoded);
    expect(decodeHeaderValue(encoded)).toBe(plain);
  });

  test.each([
    ['%e2%82%ac', '€'],
    ['%41', 'A'],
    ['%2541', '%41'],
    ['a b', 'a b'],
    ['"a \\"b\\" \\\\ %20c"', 'a "b" \\  c'],
    ['a"b', 'a"b'],
    ['""', ''],
    ['', ''],
  ])('%s is read as %j', (encoded, plain) => expect(decodeHeaderValue(encoded)).toBe(plain));

  test.each([
    '%C0%A0',
    '%ED%A0%80',
    '%FF',
    '%E2%82',
    '%',
    '%2',
    '%zz',
    'é',
    '\u0000',
    'a\nb',
    '"open',
    '"',
    '"a"b',
    '"a\\"',
  ])('%j is refused', (value) => expect(decodeHeaderValue(value)).toBeUndefined());

  test('of any length is read in its time', () => {
    const before = performance.now();
    expect(decodeHeaderValue(`"${'\\a'.repeat(32_000)}`)).toBeUndefined();
    expect(decodeHeaderValue('"'.repeat(64_000))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(500);
  });
});
