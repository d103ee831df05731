import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFINITIONS } from '../apps/metrics/src/definitions.js';
import { EDITIONS } from '../apps/metrics/src/editions.js';
import { evidence } from '../apps/metrics/src/dora.js';
import { METRICS } from '../apps/metrics/src/dora/evidence.js';
import { workedSample } from './metrics/workedSample.js';
import { documented, type OpenApi, openApiAt } from './support/documented.js';
import { type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let paula: Someone;
let document: OpenApi;

beforeAll(async () => {
  slipway = await startSlipway();
  paula = await slipway.as('paula', 'auditor');
  document = await openApiAt(slipway.url);
});
afterAll(() => slipway.close());

test('the document of the whole product is valid, and each of its references leads somewhere', async () => {
  const validator = new Validator();
  const { errors = [] } = await validator.validate(structuredClone({ ...document }));
  expect(errors).toEqual([]);
  expect(JSON.stringify(validator.resolveRefs())).not.toContain('"$ref"');
});

test('every operation that stores nothing says what it answers', () => {
  const computing = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods)
      .filter((operation) => operation['x-stores-nothing'])
      .map(({ responses }) => [path, responses['200']!.content!] as const),
  );
  expect(computing.length).toBeGreaterThan(20);
  for (const [path, content] of computing)
    expect([path, Object.values(content).map(({ schema }) => schema)]).toEqual([path, [expect.anything()]]);
  const { content } = document.paths['/v1/time/export']!['post']!.responses['200']!;
  expect(content).toEqual({ 'text/calendar': { schema: { type: 'string' } } });
});

const window = {
  service: 'ledger-api',
  from: '2027-01-01',
  to: '2027-02-01',
  zone: 'UTC',
  asOf: '2027-02-05T00:00:00Z',
};

test('by each definition and edition the metrics are answered as the document says', async () => {
  const someone = await documented(slipway.url, paula);
  const views = [
    ...Object.keys(DEFINITIONS).map((definition) => ({ definition })),
    ...EDITIONS.map(({ year: edition }) => ({ edition })),
  ];
  for (const view of views) {
    const body = { ...window, ...view, facts: workedSample };
    expect([view, (await someone('POST', '/v1/dora/evaluate', body)).status]).toEqual([view, 200]);
    const query = new URLSearchParams({ ...window, ...view } as never);
    expect([view, (await someone('GET', `/v1/dora/summary?${query}`)).status]).toEqual([view, 200]);
  }
});

test('the services side by side are answered as the document says, and a window that is none is refused', async () => {
  const someone = await documented(slipway.url, paula);
  const [from, to] = ['2026-05-01', '2026-06-01'];
  const robot = await slipway.as('ci', 'publisher');
  const source = { repository: { id: 'shop' } };
  const merged = {
    context: {
      specversion: '0.5.1',
      id: 'm1',
      source: '/ci',
      type: 'dev.cdevents.change.merged.0.3.0',
      timestamp: `${from}T10:00:00Z`,
    },
    subject: { id: 'c1', source: '/ci', content: source },
  };
  const { body } = await robot('POST', '/v1/ingest/cdevents', merged);
  const at = { 'min-position': String(body.position) };
  const asked = (query: object) =>
    someone('GET', `/v1/dora/services/summary?${new URLSearchParams({ ...query })}`, undefined, at);
  const answer = await asked({ from, to, zone: 'Europe/Berlin' });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      zone: 'Europe/Berlin',
      from: '2026-04-30T22:00:00.000Z',
      services: [{ service: 'shop', changeLeadTime: { value: null, n: 0 } }],
      blended: { deploymentFrequency: { numerator: 0 } },
      pending: [],
      refused: [],
    },
  });
  expect(await asked({ from, to: from })).toMatchObject({
    status: 422,
    body: { violations: [{ code: 'INVALID_WINDOW' }] },
  });
  expect(await asked({ from, to, zone: '+02:00' })).toMatchObject({ status: 422 });
  expect((await asked({ from })).body.errors[0].pointer).toBe('/to');
});

test('a deployment counts however its time is written, and one with a time beyond all calendars spoils no answer', async () => {
  const robot = await slipway.as('ci', 'publisher');
  const times = ['2026-07-01t10:00:00z', '2026-06-30T23:59:60Z', '0000-01-01T00:00:00+14:00'];
  const sent = times.map((timestamp, i) => ({
    context: {
      specversion: '0.5.1',
      id: `timed-${i}`,
      source: '/ci',
      type: 'dev.cdevents.service.deployed.0.3.0',
      timestamp,
    },
    subject: {
      id: `timed-${i}`,
      content: { environment: { id: 'production' }, artifactId: 'pkg:oci/timed@1' },
    },
  }));
  const far = { ...sent[0]!, customData: { startedAt: '9999-12-31T23:59:59-14:00' } };
  const { body } = await robot('POST', '/v1/ingest/cdevents', [
    ...sent,
    { ...far, context: { ...far.context, id: 'timed-far' } },
  ]);
  expect(body).toMatchObject({ accepted: 4 });
  const query = new URLSearchParams({ from: '2026-06-01', to: '2026-08-01' });
  const answer = await paula('GET', `/v1/dora/services/summary?${query}`, undefined, {
    'min-position': String(body.position),
  });
  const counted = (answer.body.services as { service: string; deploymentFrequency: { n: number } }[])
    .filter(({ service }) => service.startsWith('timed'))
    .map(({ service, deploymentFrequency }) => [service, deploymentFrequency.n]);
  expect(counted).toEqual([
    ['timed-0', 1],
    ['timed-1', 1],
  ]);
});

test('the evidence of each metric is answered as the document says', async () => {
  for (const metric of METRICS) {
    const path = `/v1/dora/summary/evidence?${new URLSearchParams({ ...window, metric })}`;
    const someone = await documented(slipway.url, paula);
    expect((await someone('GET', path)).body).toMatchObject({ metric, ids: [] });
    const body = JSON.parse(JSON.stringify(evidence(workedSample, window, metric)));
    expect([metric, body.items]).toEqual([metric, expect.arrayContaining([expect.anything()])]);
    const known = await documented(slipway.url, async () => ({ status: 200, headers: new Headers(), body }));
    expect((await known('GET', path)).body).toBe(body);
  }
});

test('an answer that says more, less or other than the document is noticed', async () => {
  const body = {
    candidate: {
      id: 'D',
      services: ['web'],
      environment: 'prod',
      kind: 'PLANNED',
      start: '2027-03-02T03:00:00Z',
      end: '2027-03-02T03:30:00Z',
    },
    snapshot: { windows: [] },
    score: 10,
    history: { zone: 'UTC', outcomes: [] },
  };
  const path = '/v1/slots/recommend';
  const answer = await paula('POST', path, body);
  const as = (change: object) =>
    documented(slipway.url, async () => ({ ...answer, body: { ...answer.body, ...change } }));
  expect((await (await as({}))('POST', path)).body).toEqual(answer.body);
  for (const change of [
    { more: true },
    { slots: undefined },
    { served: 'GUESS' },
    { model: { ...answer.body.model, more: true } },
    { says: [1] },
  ])
    await expect((await as(change))('POST', path)).rejects.toThrow(
      `POST ${path} answers what it does not describe`,
    );
});
