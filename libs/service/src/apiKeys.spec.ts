import { Controller, Get, Post } from '@nestjs/common';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretIn } from '#events';
import { hasHash, hashOf, newApiKey, readApiKey } from './apiKeyText.js';
import { Caller } from './caller.js';
import { type DevelopmentIssuer, openDevelopmentIssuer } from './developmentIssuer.js';
import { Permit } from './permit.js';
import { type Role, roleNames, serviceRoles } from './roles.js';
import { type RunningEdge, startEdge } from './testEdge.js';

@Controller('v1/facts')
class Facts {
  @Post()
  @Permit('publisher')
  publish(@Caller() caller: Caller): object {
    return { caller };
  }

  @Get('approvals')
  @Permit('approver')
  approvals(): object {
    return {};
  }
}

const at = new Date('2031-05-06T10:00:00Z');
const inDays = (days: number): string => new Date(at.getTime() + days * 86_400_000).toISOString();
const dataDir = mkdtempSync(join(tmpdir(), 'slipway-keys-'));
let now = at;
let issuer: DevelopmentIssuer;
let edge: RunningEdge;

beforeAll(async () => {
  issuer = await openDevelopmentIssuer(dataDir);
  edge = await startEdge({ controllers: [Facts], issuers: [issuer], now: () => now });
});
afterAll(async () => {
  await edge.app.close();
  rmSync(dataDir, { recursive: true });
});

const admin = (ttlDays = 300, ...roles: Role[]): Promise<string> =>
  issuer.mintToken({ as: 'ada', roles: ['platform_admin', ...roles], ttl: ttlDays * 86_400 }, at);

const request = { account: 'ci-main', roles: ['publisher'], expiresAt: inDays(90) };

async function issue(id: string, payload: object = request, token?: string) {
  const authorization = `Bearer ${token ?? (await admin(300, 'publisher', 'auditor'))}`;
  return edge.app.inject({ method: 'PUT', url: `/v1/api-keys/${id}`, headers: { authorization }, payload });
}

async function revoke(id: string) {
  const headers = { authorization: `Bearer ${await admin()}` };
  return edge.app.inject({
    method: 'DELETE',
    url: `/v1/api-keys/${id}`,
    headers,
    payload: { reason: 'left in a log' },
  });
}

const publish = (key: string) =>
  edge.app.inject({ method: 'POST', url: '/v1/facts', headers: { authorization: `Bearer ${key}` } });

describe('an API key', () => {
  test('is shown once, works, and is stored as a hash only', async () => {
    const answer = await issue('alpha001');
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toMatchObject({ position: expect.stringMatching(/^\d+$/), etag: '"v1"' });
    const { key, ...rest } = answer.json();
    expect(rest).toEqual({
      id: 'alpha001',
      subject: 'machine|ci-main',
      roles: ['publisher'],
      expiresAt: inDays(90),
    });
    expect(key).toMatch(/^slw_alpha001_[A-Za-z0-9]{32}$/);
    expect((await publish(key)).json().caller).toMatchObject({
      id: 'machine|ci-main',
      kind: 'service',
      roles: ['publisher'],
    });
    const [stored] = await edge.store.read('apikey-alpha001');
    expect(stored!.data['hash']).toBe(hashOf(key));
    expect(stored!.bytes.toString()).not.toContain(key.slice(13));
  });

  test('asked for again is the same key, whose text is not shown again', async () => {
    const first = await issue('alpha002');
    const again = await issue('alpha002');
    expect(again.statusCode).toBe(200);
    expect(again.json()).not.toHaveProperty('key');
    expect((await publish(first.json().key)).statusCode).toBe(201);
    expect(await edge.store.read('apikey-alpha002')).toHaveLength(1);
  });

  test('asked for with one Idempotency-Key is issued once', async () => {
    const headers = { authorization: `Bearer ${await admin(300, 'publisher')}`, 'idempotency-key': 'k-7' };
    const put = () =>
      edge.app.inject({ method: 'PUT', url: '/v1/api-keys/alpha003', headers, payload: request });
    const answers = [await put(), await put()];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 200]);
    expect(answers[1]!.json()).not.toHaveProperty('key');
  });

  test('cannot be taken over by asking for something else under its id', async () => {
    await issue('alpha004');
    const answer = await issue('alpha004', { ...request, roles: ['auditor'] });
    expect(answer.json()).toMatchObject({ status: 422, violations: [{ code: 'KEY_EXISTS' }] });
  });

  test('ends the moment it is revoked', async () => {
    const { key } = (await issue('alpha005')).json();
    expect((await publish(key)).statusCode).toBe(201);
    expect((await revoke('alpha005')).json()).toEqual({ id: 'alpha005', revoked: true });
    expect((await publish(key)).json()).toMatchObject({ status: 401, code: 'KEY_REVOKED' });
    expect((await revoke('alpha005')).statusCode).toBe(200);
    expect(await edge.store.read('apikey-alpha005')).toHaveLength(2);
    expect((await issue('alpha005')).json()).toMatchObject({ violations: [{ code: 'KEY_EXISTS' }] });
  });

  test('that is not there cannot be revoked', async () => {
    expect((await revoke('nowhere1')).json()).toMatchObject({ violations: [{ code: 'KEY_UNKNOWN' }] });
  });

  test('ends when its time is over', async () => {
    const { key } = (await issue('alpha006', { ...request, expiresAt: inDays(1) })).json();
    now = new Date(inDays(1));
    expect((await publish(key)).json()).toMatchObject({ status: 401, code: 'KEY_EXPIRED' });
    now = at;
  });

  test('never outlives its maker: a year from a token of one hour is refused', async () => {
    const token = await issuer.mintToken(
      { as: 'ada', roles: ['platform_admin', 'publisher'], ttl: 3_600 },
      at,
    );
    const answer = await issue('alpha007', { ...request, expiresAt: inDays(365) }, token);
    expect(answer.json()).toMatchObject({ status: 422, violations: [{ code: 'KEY_OUTLIVES_ISSUER' }] });
  });

  test.each([
    ['in the past', -1, ['KEY_LIFETIME']],
    ['of this moment', 0, ['KEY_LIFETIME']],
    ['after 366 days', 366.1, ['KEY_OUTLIVES_ISSUER', 'KEY_LIFETIME']],
  ])('with an end %s is refused', async (_what, days, codes) => {
    const answer = await issue(
      'alpha008',
      { ...request, expiresAt: inDays(days) },
      await admin(366, 'publisher'),
    );
    expect(answer.json().violations.map(({ code }: { code: string }) => code)).toEqual(codes);
  });

  test('cannot do more than its maker', async () => {
    const answer = await issue(
      'alpha009',
      { ...request, roles: ['executor', 'publisher'] },
      await admin(300, 'publisher'),
    );
    expect(answer.json()).toMatchObject({ status: 422, violations: [{ code: 'KEY_EXCEEDS_ISSUER' }] });
  });

  test('approves, decides and administers nothing, even for a maker who may', async () => {
    const everything = await admin(300, ...roleNames);
    for (const role of roleNames.filter((each) => !(serviceRoles as readonly string[]).includes(each))) {
      const answer = await issue('alpha010', { ...request, roles: [role] }, everything);
      expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/roles/0' }] });
    }
    const { key } = (await issue('alpha011', request, everything)).json();
    const refused = await edge.app.inject({
      url: '/v1/facts/approvals',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(refused.statusCode).toBe(403);
  });

  test('cannot make another key', async () => {
    const { key } = (await issue('alpha012')).json();
    expect((await issue('alpha013', request, key)).statusCode).toBe(403);
  });

  test.each(['short', 'a'.repeat(17), 'has-hyphen', '%2e%2e%2fetc'])('has no id like %s', async (id) => {
    expect((await issue(id)).json()).toMatchObject({ status: 400, errors: [{ in: 'path', pointer: '/id' }] });
  });

  test('with another secret, or of another id, is unknown', async () => {
    const { key } = (await issue('alpha014')).json();
    const wrong = [
      newApiKey('alpha014'),
      newApiKey('nowhere2'),
      key.slice(0, -1),
      `${key}0`,
      key.toLowerCase(),
      'slw_',
    ];
    for (const each of wrong)
      expect((await publish(each)).json()).toMatchObject({ status: 401, code: 'KEY_UNKNOWN' });
  });
});

describe('the text of a key', () => {
  const ids = fc.stringMatching(/^[A-Za-z0-9]{8,16}$/);

  test('reads back, and with any one character changed it does not', () =>
    fc.assert(
      fc.property(ids, fc.nat(), fc.constantFrom('0', '9', 'A', 'Z', 'a', 'z'), (id, at, other) => {
        const text = newApiKey(id);
        expect(readApiKey(text)).toEqual({ id, text });
        const place = 4 + (at % (text.length - 4));
        if (text[place] === other || text[place] === '_') return;
        expect(readApiKey(text.slice(0, place) + other + text.slice(place + 1))).toBe(undefined);
      }),
    ));

  test('is known by its hash alone', () => {
    const text = newApiKey('alpha001');
    expect(hasHash(text, hashOf(text))).toBe(true);
    expect(hasHash(newApiKey('alpha001'), hashOf(text))).toBe(false);
    expect(hasHash(text, '')).toBe(false);
  });

  test('is a shape that no event may hold', () => {
    const data = { note: `use ${newApiKey('alpha001')} please` };
    expect(secretIn(Buffer.from(JSON.stringify(data)), data)).toBe('data.note');
  });
});
