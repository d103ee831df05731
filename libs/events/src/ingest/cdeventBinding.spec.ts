import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes } from '#json';
import { cloudEventOf, readCdeventIn, readHttpCdevents, readKafkaCdevent } from './cdeventBinding.js';
import { type Cdevent, type CdeventReading, readCdevent } from './cdevent.js';
import type { CloudEvent } from './cloudevents.js';
import { toHttp, toHttpBatch } from './cloudeventsHttp.js';
import { toKafka } from './cloudeventsKafka.js';

const now = new Date('2026-06-01T12:00:00Z');
const data = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'cdevents-0.5.1');
const samples: Cdevent[] = existsSync(data)
  ? [
      ...readdirSync(join(data, 'conformance')).map((file) => join('conformance', file)),
      join('custom', 'conformance.json'),
    ]
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(data, file), 'utf8')) as Cdevent)
  : [];

const event = (id = 'd-1', subject = 'shop'): Cdevent => ({
  context: {
    specversion: '0.5.1',
    id,
    source: '/ci/shop',
    type: 'dev.cdevents.service.deployed.0.3.0',
    timestamp: '2026-06-01T11:59:00Z',
  },
  subject: { id: subject, content: { environment: { id: 'production' }, artifactId: 'pkg:oci/shop@1' } },
});
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const plain = { 'content-type': 'application/json' };

/** Every way in, out of the ways out. */
function everyWay(cdevent: Cdevent): CdeventReading[] {
  const whole = cloudEventOf(cdevent);
  const stored = cloudEventOf(cdevent, {
    data: canonicalBytes(cdevent),
    partitionkey: 'k',
    recordedtime: now.toISOString(),
  });
  const http = [
    toHttp(whole),
    toHttp(stored),
    toHttp(whole, 'structured'),
    toHttp(stored, 'structured'),
    toHttpBatch([whole]),
  ];
  const kafka = [toKafka(whole), toKafka(stored), toKafka(stored, { mode: 'structured' })];
  return [
    ...http.flatMap(({ headers, body }) => readHttpCdevents(headers, body, now).items),
    ...readHttpCdevents(plain, json(cdevent), now).items,
    ...readHttpCdevents(plain, json([cdevent]), now).items,
    ...kafka.map(({ headers, value }) => readKafkaCdevent(headers, value, now)),
    readKafkaCdevent({}, json(cdevent), now),
  ];
}

describe('a CDEvent within a CloudEvent', () => {
  test.skipIf(samples.length === 0)(
    'of the conformance set comes through every binding unchanged (skipped: ../shared/data is absent)',
    () => {
      expect(samples).toHaveLength(46);
      for (const sample of samples) {
        const ways = everyWay(sample);
        expect(ways).toHaveLength(11);
        for (const read of ways)
          expect(read.ok && canonicalBytes(read.event).equals(canonicalBytes(sample))).toBe(true);
      }
    },
  );

  test('of any names and content does too, if it is accepted at all', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        fc.jsonValue(),
        (id, subject, value) => {
          const cdevent = { ...event(id, subject), customData: { value } };
          if (!readCdevent(cdevent, now).ok) return;
          for (const read of everyWay(cdevent))
            expect(read).toMatchObject({ ok: true, key: { id, source: '/ci/shop' } });
        },
      ),
    ));

  test('takes its attributes from the CDEvent', () =>
    expect(cloudEventOf(event())).toEqual({
      specversion: '1.0',
      id: 'd-1',
      source: '/ci/shop',
      type: 'dev.cdevents.service.deployed.0.3.0',
      time: '2026-06-01T11:59:00Z',
      subject: 'shop',
      datacontenttype: 'application/json',
      data: event(),
    }));

  test.each([
    [{ id: 'other' }, 'id', 'd-1'],
    [{ source: '/other' }, 'source', '/ci/shop'],
    [{ type: 'other' }, 'type', 'dev.cdevents.service.deployed.0.3.0'],
    [{ subject: 'other' }, 'subject', 'shop'],
    [{ time: '2026-06-01T11:59:01Z' }, 'time', '2026-06-01T11:59:00Z'],
  ])('that says otherwise, %j, is refused with both values', (change: Partial<CloudEvent>, field, inner) => {
    const { headers, body } = toHttp(cloudEventOf(event(), change));
    const [read] = readHttpCdevents(headers, body, now).items;
    expect(read).toMatchObject({
      ok: false,
      reason: { code: 'BINDING_MISMATCH', field },
      key: { id: 'd-1' },
    });
    const message = read?.ok === false ? read.reason.message : '';
    expect(message).toContain(inner);
    expect(message).toContain(String(Object.values(change)[0]));
  });

  test('may leave out subject and time, and write the same time otherwise', () => {
    const read = (change: Partial<CloudEvent>) =>
      readCdeventIn({ ok: true, event: cloudEventOf(event(), change) }, now).ok;
    expect(read({ subject: undefined, time: undefined })).toBe(true);
    expect(read({ time: '2026-06-01T13:59:00.000+02:00' })).toBe(true);
  });

  test.each<[Partial<CloudEvent>, string]>([
    [{ data: undefined }, 'MISSING_FIELD'],
    [{ datacontenttype: 'text/plain' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ datacontenttype: 'application/json; charset=iso-8859-1' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ data: Buffer.from('{') }, 'MALFORMED_JSON'],
    [{ data: 'text' }, 'INVALID_FIELD'],
  ])('that carries %j is refused', (change, code) =>
    expect(readCdeventIn({ ok: true, event: cloudEventOf(event(), change) }, now)).toMatchObject({
      ok: false,
      reason: { code },
    }),
  );
});

describe('an HTTP message', () => {
  test.each([
    ['application/json; charset=utf-8', 'plain', true],
    ['application/cdevents+json', 'plain', true],
    ['Application/CloudEvents+JSON', 'structured', false],
    ['text/plain', 'plain', false],
    ['application/json; charset=utf-16', 'plain', false],
    ['', 'plain', false],
  ])('of type %j is %s', (type, mode, ok) => {
    const reading = readHttpCdevents({ 'Content-Type': type }, json(event()), now);
    expect(reading.mode).toBe(mode);
    expect(reading.items.map((item) => item.ok)).toEqual([ok]);
  });

  test('with several events answers for each', () => {
    const items = readHttpCdevents(plain, json([event('a'), { context: {} }, event('b')]), now).items;
    expect(items.map((item) => (item.ok ? item.key.id : item.reason.field))).toEqual([
      'a',
      'context.id',
      'b',
    ]);
    expect(readHttpCdevents(plain, Buffer.from('[{]'), now).items).toMatchObject([
      { reason: { code: 'MALFORMED_JSON' } },
    ]);
  });
});

describe('a Kafka record', () => {
  test('without a value carries no event', () => {
    expect(readKafkaCdevent({}, null, now)).toMatchObject({ ok: false, reason: { code: 'MISSING_FIELD' } });
    expect(readKafkaCdevent(toKafka(cloudEventOf(event())).headers, null, now)).toMatchObject({
      ok: false,
      key: { id: 'd-1' },
    });
  });

  test('names its type in any case', () =>
    expect(
      readKafkaCdevent(
        { 'Content-Type': Buffer.from('application/cloudevents+json') },
        json(cloudEventOf(event())),
        now,
      ).ok,
    ).toBe(true));
});
