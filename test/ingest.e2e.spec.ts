import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Slipway, type Someone, startSlipway } from './support/slipway.js';

const DATA = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'cdevents-0.5.1/conformance');
const conformance = existsSync(DATA) ? test : test.skip;
if (!existsSync(DATA))
  console.log('Conformance tests are skipped: set SLIPWAY_TEST_DATA to a folder that has cdevents-0.5.1/.');

let slipway: Slipway;
let robot: Someone;
let auditor: Someone;
let token: string;

beforeAll(async () => {
  slipway = await startSlipway();
  robot = await slipway.as('ci', 'publisher');
  auditor = await slipway.as('paula', 'auditor');
  token = await slipway.token('ci', 'publisher');
});
afterAll(() => slipway.close());

let count = 0;
const merged = (
  more: { id?: string; timestamp?: string; repository?: string; specversion?: string } = {},
) => {
  const {
    id = `e-${++count}`,
    timestamp = '2026-05-01T10:00:00Z',
    repository = 'shop',
    specversion = '0.5.1',
  } = more;
  return {
    context: { specversion, id, source: '/ci', type: 'dev.cdevents.change.merged.0.3.0', timestamp },
    subject: { id: `commit-${count}`, source: '/ci', content: { repository: { id: repository } } },
  };
};
const post = (body: unknown, headers: Record<string, string> = {}) =>
  robot('POST', '/v1/ingest/cdevents', body, headers);
const ndjson = async (body: string | Buffer): Promise<Answer> => {
  const response = await fetch(`${slipway.url}/v1/ingest/cdevents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

describe('ingest', () => {
  test('takes an event as plain JSON, once', async () => {
    const event = merged();
    const first = await post(event);
    expect(first).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0, rejected: [] } });
    expect(first.headers.get('position')).toBe(String(first.body.position));
    expect((await post(event)).body).toMatchObject({ accepted: 0, duplicates: 1, rejected: [], position: 0 });
  });

  test('takes CloudEvents in binary, structured and batch mode, as the same facts', async () => {
    const event = merged();
    const { id, source, type, timestamp: time } = event.context;
    const attributes = { specversion: '1.0', id, source, type, time, subject: event.subject.id };
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    expect((await post(event, headers)).body).toMatchObject({ accepted: 1 });
    const cloud = { ...attributes, datacontenttype: 'application/json', data: event };
    const structured = { 'content-type': 'application/cloudevents+json' };
    expect((await post(cloud, structured)).body).toMatchObject({ duplicates: 1 });
    const batch = { 'content-type': 'application/cloudevents-batch+json' };
    expect((await post([cloud, cloud], batch)).body).toMatchObject({ duplicates: 2 });
  });

  test('refuses a CloudEvent that says something else than the event within', async () => {
    const event = merged();
    const cloud = {
      specversion: '1.0',
      id: 'other',
      source: '/ci',
      type: event.context.type,
      datacontenttype: 'application/json',
      data: event,
    };
    const answer = await post(cloud, { 'content-type': 'application/cloudevents+json' });
    expect(answer.body.rejected).toMatchObject([
      { line: 1, reason: { code: 'BINDING_MISMATCH', field: 'id' } },
    ]);
  });

  test('reports a bad line in the middle by its number, and stores the others', async () => {
    const [one, two] = [merged(), merged()];
    const lines = [
      JSON.stringify(one),
      '{"context":',
      JSON.stringify(two),
      '',
      JSON.stringify({ context: {} }),
    ];
    const answer = await ndjson(lines.join('\r\n'));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 2, duplicates: 0, rejectedCount: 2 } });
    expect(answer.body.rejected.map(({ line }: { line: number }) => line)).toEqual([2, 5]);
  });

  test('takes streams longer than any body, plain and packed', async () => {
    const lines = Array.from({ length: 6_000 }, () => JSON.stringify(merged({ repository: 'long' }))).join(
      '\n',
    );
    expect(lines.length).toBeGreaterThan(1 << 20);
    expect((await ndjson(lines)).body).toMatchObject({ accepted: 6_000, rejectedCount: 0 });
    expect((await ndjson(gzipSync(lines))).body).toMatchObject({ accepted: 0, duplicates: 6_000 });
  });

  test('keeps aside what it cannot believe: a reused id, a time to come, an unknown version', async () => {
    const event = merged();
    await post(event);
    const reused = await post({ ...event, customData: { other: true } });
    expect(reused.body.rejected).toMatchObject([
      { id: event.context.id, reason: { code: 'SOURCE_ID_REUSED' } },
    ]);
    const future = await post(merged({ timestamp: '2126-05-01T10:00:00Z' }));
    expect(future.body.rejected).toMatchObject([
      { reason: { code: 'FUTURE_TIME', field: 'context.timestamp' } },
    ]);
    const unknown = await post(merged({ specversion: '9.0.0' }));
    expect(unknown.body.rejected).toMatchObject([{ reason: { code: 'UNKNOWN_SPEC_VERSION' } }]);
    const store = slipway.running.platform.store;
    const kept: string[] = [];
    for await (const { events } of store.batches({
      after: 0,
      types: new Set(['ExternalFactQuarantined']),
      live: false,
    }))
      kept.push(...events.map(({ data }) => String(data['code'])));
    expect(kept).toEqual(['SOURCE_ID_REUSED', 'FUTURE_TIME', 'UNKNOWN_SPEC_VERSION']);
  });

  test('refuses an event with a secret in it, and one that is too large, and stores neither', async () => {
    const key = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ');
    const secret = await post({ ...merged(), customData: { note: key } });
    expect(secret.body.rejected).toMatchObject([{ reason: { code: 'SECRET_IN_EVENT' } }]);
    const large = await post({ ...merged(), customData: { note: 'x'.repeat(65_000) } });
    expect(large.body.rejected).toMatchObject([{ reason: { code: 'EVENT_TOO_LARGE' } }]);
  });

  test('marks what is old as backfill', async () => {
    const event = merged({ timestamp: '2020-01-01T00:00:00Z' });
    const { body } = await post(event);
    for await (const { events } of slipway.running.platform.store.batches({
      after: body.position - 1,
      live: false,
      limit: 1,
    }))
      expect(events[0]).toMatchObject({
        occurredAt: '2020-01-01T00:00:00.000Z',
        data: { backfill: true, cdevent: event },
      });
  });

  conformance('accepts every conformance event and keeps it unchanged', async () => {
    const files = readdirSync(DATA).filter((name) => name.endsWith('.json'));
    expect(files).toHaveLength(45);
    for (const file of files) {
      const event = JSON.parse(readFileSync(join(DATA, file), 'utf8'));
      const { body } = await post(event);
      expect({ file, ...body }).toMatchObject({ file, accepted: 1, rejected: [] });
      for await (const { events } of slipway.running.platform.store.batches({
        after: body.position - 1,
        live: false,
        limit: 1,
      }))
        expect(events[0]!.data['cdevent']).toEqual(event);
    }
  });

  test('asks for the role of a publisher', async () => {
    expect(await auditor('POST', '/v1/ingest/cdevents', merged())).toMatchObject({ status: 403 });
  });

  test('refuses other media types and batches beyond 500', async () => {
    expect(await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
    });
    const many = Array.from({ length: 501 }, () => merged());
    expect(await post(many)).toMatchObject({ status: 413 });
  });
});
