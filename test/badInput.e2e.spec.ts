import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresEventStore } from '#events';
import { boot } from '#service/boot';
import { readConfig } from '#service/config';
import { openDevelopmentIssuer } from '#service/developmentIssuer';
import { startPostgres } from '#service/embedded.postgres';
import { prepareDatabase } from '#service/prepare';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { services } from '../apps/slipway/src/services.js';
import { caller, type Slipway, type Someone, startSlipway } from './support/slipway.js';

let slipway: Slipway;
let ana: Someone;

beforeAll(async () => {
  slipway = await startSlipway();
  ana = await slipway.as('ana', 'developer');
});
afterAll(() => slipway.close());

const plan = {
  services: ['web'],
  artifacts: [{ service: 'web', digest: `sha256:${'a'.repeat(64)}` }],
  environment: 'production',
  environmentClass: 'PROD',
  kind: 'PLANNED',
  strategy: 'rolling',
  start: '2126-01-01T10:00:00Z',
  end: '2126-01-01T11:00:00Z',
  rollbackMinutes: 10,
  reason: 'why not',
};
const put = (body: unknown, headers?: Record<string, string>, id = 'web-1') =>
  ana('PUT', `/v1/deployments/${id}`, body, headers);
const stored = () => slipway.running.platform.store.head();

describe('bad input', () => {
  test.each([
    ['malformed JSON', '{"services":', ''],
    ['an unknown field', { ...plan, colour: 'red' }, '/colour'],
    ['a wrong type', { ...plan, rollbackMinutes: 'ten' }, '/rollbackMinutes'],
    ['a missing field', { ...plan, reason: undefined }, '/reason'],
    [
      'a nested unknown field',
      { ...plan, artifacts: [{ ...plan.artifacts[0], size: 1 }] },
      '/artifacts/0/size',
    ],
    ['depth 100,000', '['.repeat(100_000), ''],
  ])('%s is 400, names the place, and stores nothing', async (_, body, pointer) => {
    const before = await stored();
    const answer = await put(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 400, type: 'urn:slipway:problem:malformed' });
    if (pointer)
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(await stored()).toBe(before);
  });

  test('a body of 1 MiB is 413', async () => {
    expect(await put({ ...plan, reason: 'x'.repeat(1 << 20) })).toMatchObject({ status: 413 });
  });

  test('a rule that says no is 422 with all violations at once', async () => {
    const wrong = {
      ...plan,
      kind: 'HOTFIX',
      start: '2020-01-02T00:00:00Z',
      end: '2020-01-01T00:00:00Z',
      services: ['web', 'api'],
    };
    const answer = await put(wrong);
    expect(answer.status).toBe(422);
    expect(answer.body.violations).toHaveLength(4);
    for (const violation of answer.body.violations)
      expect(violation).toMatchObject({
        code: expect.stringMatching(/^[A-Z_]+$/),
        message: expect.any(String),
        ref: expect.any(String),
      });
  });

  test('a stale If-Match is 412 with the present revision', async () => {
    const created = await put(plan, {}, 'stale-1');
    expect(created.headers.get('etag')).toBe('"v1"');
    const stale = await put({ ...plan, strategy: 'canary' }, { 'if-match': '"v7"' }, 'stale-1');
    expect(stale).toMatchObject({ status: 412, body: { currentRevision: expect.any(Number) } });
    expect(await put(plan, { 'if-none-match': '*' }, 'stale-1')).toMatchObject({ status: 412 });
  });

  test('a request repeated under one Idempotency-Key has one effect; another content under it is 422', async () => {
    const key = { 'idempotency-key': '"once"' };
    const first = await put(plan, key, 'once-1');
    const again = await put(plan, key, 'once-1');
    expect(again.body).toEqual(first.body);
    const other = await put({ ...plan, strategy: 'canary' }, key, 'once-1');
    expect(other).toMatchObject({ status: 422, body: { violations: [{ code: 'COMMAND_ID_REUSED' }] } });
  });

  test('an event that would be too large is 413, one with a secret 422', async () => {
    const commits = Array.from({ length: 500 }, (_, i) => ({
      id: String(i).padStart(40, '0'),
      author: 'a'.repeat(150),
    }));
    const large = { ...plan, artifacts: [{ ...plan.artifacts[0], commits }] };
    expect(await put(large, {}, 'large-1')).toMatchObject({ status: 413 });
    const secret = { ...plan, reason: ['-----BEGIN', 'PRIVATE KEY-----'].join(' ') };
    expect(await put(secret, {}, 'secret-1')).toMatchObject({
      status: 422,
      body: { violations: [{ code: 'SECRET_IN_EVENT' }] },
    });
    expect(await ana('GET', '/v1/deployments/secret-1')).toMatchObject({ status: 404 });
  });

  test('a read model that is behind says so', async () => {
    const answer = await ana('GET', '/v1/deployments', undefined, { 'min-position': '999999' });
    expect(answer).toMatchObject({ status: 425, body: { reached: expect.any(Number) } });
  });

  test('a write is read by whoever asks for its position', async () => {
    const { body } = await put(plan, {}, 'seen-1');
    const list = await ana('GET', '/v1/deployments', undefined, { 'min-position': String(body.position) });
    expect(list.body.items.map(({ id }: { id: string }) => id)).toContain('seen-1');
  });
});

describe('a database that is gone', () => {
  test('is 503 with Retry-After, and nothing that was acknowledged is missing when it is back', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'slipway-gone-'));
    const postgres = await startPostgres({ dataDir: join(dir, 'postgres') });
    await prepareDatabase(postgres.url);
    const config = readConfig({ PORT: '0', SLIPWAY_DATA: dir, LOG_LEVEL: 'silent', NODE_ENV: 'test' });
    const store = new PostgresEventStore({ url: postgres.url });
    const running = await boot({ config, services, databaseUrl: postgres.url, store });
    const issuer = await openDevelopmentIssuer(dir);
    const bea = caller(running.url, await issuer.mintToken({ as: 'bea', roles: ['developer'] }, new Date()));
    expect(await bea('PUT', '/v1/deployments/gone-1', plan)).toMatchObject({ status: 202 });
    postgres.kill();
    await postgres.exited;
    const refused = await bea('PUT', '/v1/deployments/gone-2', plan);
    expect(refused).toMatchObject({ status: 503, body: { type: 'urn:slipway:problem:unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await running.stop();
    const back = await startPostgres({ dataDir: join(dir, 'postgres') });
    const reopened = new PostgresEventStore({ url: back.url });
    const [first] = await reopened.read('deployment-gone-1');
    expect(first).toMatchObject({ type: 'DeploymentRequested' });
    expect(await reopened.read('deployment-gone-2')).toEqual([]);
    await reopened.close();
    await back.stop();
    for (const folder of [dir, back.dataDir]) rmSync(folder, { recursive: true, force: true });
  });
});
