import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Put } from '@nestjs/common';
import {
  calculateJwkThumbprint,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DEVELOPMENT_ISSUER,
  type DevelopmentIssuer,
  mintDevelopmentToken,
  openDevelopmentIssuer,
} from './developmentIssuer.js';
import { readConfig } from './config.js';
import { subjectId } from './oidcIssuer.js';
import { Permit } from './permit.js';
import { type RunningEdge, startEdge } from './testEdge.js';
import { ASYMMETRIC, type Issuer, stringsAt, verifyToken } from './token.js';

@Controller('v1/plans')
class Plans {
  @Put(':id')
  @Permit('developer')
  put(): object {
    return { ok: true };
  }
}

const now = new Date('2031-05-06T10:00:00Z');
const seconds = Math.floor(now.getTime() / 1000);
const ISSUER = 'https://login.example.com';
const dataDir = mkdtempSync(join(tmpdir(), 'slipway-token-'));

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Keys;
let theirs: Keys;
let rsa: Keys;
let development: DevelopmentIssuer;
let trusted: Issuer;
let edge: RunningEdge;

beforeAll(async () => {
  [ours, theirs, rsa] = await Promise.all([
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
  ]);
  trusted = {
    issuer: ISSUER,
    audience: 'slipway',
    algorithms: ASYMMETRIC,
    keys: ({ alg }) => (alg === 'RS256' ? rsa.publicKey : ours.publicKey),
    identify: (claims) => ({
      id: subjectId(ISSUER, claims.sub ?? ''),
      kind: claims['client_id'] === claims.sub ? 'service' : 'human',
      roles: stringsAt(claims, 'roles'),
      teams: [],
    }),
  };
  development = await openDevelopmentIssuer(dataDir);
  edge = await startEdge({ controllers: [Plans], issuers: [trusted, development], now: () => now });
});
afterAll(async () => {
  await edge.app.close();
  rmSync(dataDir, { recursive: true });
});

const good: JWTPayload = {
  iss: ISSUER,
  aud: 'slipway',
  sub: 'u-17',
  iat: seconds - 10,
  exp: seconds + 600,
  email: 'alice@example.com',
  roles: ['developer'],
};

const b64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

async function signed(claims: JWTPayload, header: object = {}, key = ours.privateKey): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key);
}

function without(name: string): JWTPayload {
  const { [name]: _left, ...rest } = good;
  return rest;
}

/** Any text signed with the trusted key, as a broken or hostile issuer library might produce it. */
async function signedText(payload: string, header = '{"alg":"RS256"}'): Promise<string> {
  const input = `${b64(header)}.${b64(payload)}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', rsa.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

function tampered(token: string, change: (claims: Record<string, unknown>) => object): string {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Record<string, unknown>;
  return `${header}.${b64(change(claims))}.${signature}`;
}

async function hmacWithPublicKey(): Promise<string> {
  const input = `${b64({ alg: 'HS256', kid: 'k1' })}.${b64(good)}`;
  return `${input}.${createHmac('sha256', await exportSPKI(ours.publicKey))
    .update(input)
    .digest('base64url')}`;
}

const forgeries: [what: string, make: () => Promise<string>, code: string][] = [
  [
    'without signature (none)',
    async () => `${b64({ alg: 'none' })}.${b64(good)}.`,
    'TOKEN_ALGORITHM_REFUSED',
  ],
  [
    'without signature (NoNe)',
    async () => `${b64({ alg: 'NoNe' })}.${b64(good)}.`,
    'TOKEN_ALGORITHM_REFUSED',
  ],
  ['HS256 with the public key as secret', hmacWithPublicKey, 'TOKEN_ALGORITHM_REFUSED'],
  ['for another audience', () => signed({ ...good, aud: 'payroll' }), 'TOKEN_CLAIM_REFUSED'],
  ['without audience', () => signed(without('aud')), 'TOKEN_CLAIM_REFUSED'],
  [
    'that is an ID token (nonce)',
    () => signed({ ...good, nonce: 'n' }, { typ: 'JWT' }),
    'NOT_AN_ACCESS_TOKEN',
  ],
  [
    'that is an ID token (at_hash)',
    () => signed({ ...good, at_hash: 'h' }, { typ: 'JWT' }),
    'NOT_AN_ACCESS_TOKEN',
  ],
  ['that is an ID token (typ)', () => signed({ ...good, typ: 'ID' }), 'NOT_AN_ACCESS_TOKEN'],
  ['that is a logout token', () => signed(good, { typ: 'logout+jwt' }), 'NOT_AN_ACCESS_TOKEN'],
  [
    'that brings its key (jwk)',
    async () => signed(good, { jwk: await exportJWK(theirs.publicKey) }, theirs.privateKey),
    'TOKEN_FORGED',
  ],
  [
    'that says where its key is (jku)',
    () => signed(good, { jku: 'https://evil.example.com/jwks' }, theirs.privateKey),
    'TOKEN_FORGED',
  ],
  [
    'that says where its certificate is (x5u)',
    () => signed(good, { x5u: 'https://evil.example.com/c' }),
    'TOKEN_FORGED',
  ],
  [
    'of another issuer with the same kid',
    () => signed({ ...good, iss: 'https://evil.example.com' }, {}, theirs.privateKey),
    'UNKNOWN_ISSUER',
  ],
  ['of another issuer in our issuer’s name', () => signed(good, {}, theirs.privateKey), 'TOKEN_FORGED'],
  ['of our issuer’s name with a slash', () => signed({ ...good, iss: `${ISSUER}/` }), 'UNKNOWN_ISSUER'],
  ['that has expired', () => signed({ ...good, exp: seconds - 61 }), 'TOKEN_EXPIRED'],
  ['that is not valid yet', () => signed({ ...good, nbf: seconds + 61 }), 'TOKEN_CLAIM_REFUSED'],
  ['from the future', () => signed({ ...good, iat: seconds + 61 }), 'TOKEN_CLAIM_REFUSED'],
  ['that never ends', () => signed(without('exp')), 'TOKEN_CLAIM_REFUSED'],
  [
    'with an end that is text',
    () => signedText(JSON.stringify({ ...good, exp: 'never' })),
    'TOKEN_CLAIM_REFUSED',
  ],
  ['of nobody', () => signed(without('sub')), 'TOKEN_CLAIM_REFUSED'],
  [
    'with a claim twice',
    () => signedText(`{"sub":"u-18",${JSON.stringify(good).slice(1)}`),
    'TOKEN_MALFORMED',
  ],
  [
    'with a header twice',
    () => signedText(JSON.stringify(good), '{"alg":"none","alg":"RS256"}'),
    'TOKEN_MALFORMED',
  ],
  [
    'changed to another’s e-mail',
    async () => tampered(await signed(good), (c) => ({ ...c, email: 'bob@example.com' })),
    'TOKEN_FORGED',
  ],
  [
    'changed to another role',
    async () => tampered(await signed(good), (c) => ({ ...c, roles: ['approver'] })),
    'TOKEN_FORGED',
  ],
  [
    'with a critical header nobody knows',
    () => signedText(JSON.stringify(good), '{"alg":"RS256","crit":["x"],"x":1}'),
    'TOKEN_ALGORITHM_REFUSED',
  ],
  ['on behalf of another', () => signed({ ...good, act: { sub: 'ci' } }), 'DELEGATION_REFUSED'],
  [
    'in the name of the development issuer',
    () => signed({ ...good, iss: DEVELOPMENT_ISSUER }),
    'TOKEN_ALGORITHM_REFUSED',
  ],
  [
    'without its signature',
    async () => (await signed(good)).split('.').slice(0, 2).join('.'),
    'TOKEN_MALFORMED',
  ],
  ['that is no object', () => signedText('"alice"'), 'TOKEN_MALFORMED'],
  ['that is deep', () => signedText('['.repeat(3_000) + ']'.repeat(3_000)), 'TOKEN_MALFORMED'],
  ['that is random', async () => randomBytes(60).toString('base64url'), 'TOKEN_MALFORMED'],
];

describe('a bearer token', () => {
  const put = (token: string) =>
    edge.app.inject({ method: 'PUT', url: '/v1/plans/7', headers: { authorization: `Bearer ${token}` } });

  test('of a trusted issuer lets in whom it names', async () => {
    expect((await put(await signed(good))).json()).toEqual({ ok: true });
    expect((await put(await signed(good, { typ: 'JWT' }))).statusCode).toBe(200);
  });

  test.each(forgeries)('%s is refused, and that is on record', async (_what, make, code) => {
    const answer = await put(await make());
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ type: 'urn:slipway:problem:unauthenticated', code });
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="slipway", error="invalid_token", error_description="${code}"`,
    );
    const recorded = await edge.store.read(streamOf('anonymous'));
    expect(recorded.some(({ data }) => data['code'] === code)).toBe(true);
  });

  test('with a line break in its subject names a digest of it instead', async () => {
    const caller = await verifyToken(await signed({ ...good, sub: 'u-17\nadmin' }), [trusted], now);
    expect(caller.id).toMatch(/^oidc\|[0-9a-f]{64}$/);
  });

  test('is taken up to a minute off by the clock', async () => {
    const late = await signed({ ...good, exp: seconds - 59, nbf: seconds + 59, iat: seconds + 59 });
    expect((await verifyToken(late, [trusted], now)).id).toBe('login.example.com|u-17');
  });

  test('names a person by issuer and subject, whatever its e-mail says', async () => {
    const [alice, mallory] = await Promise.all([
      verifyToken(await signed(good), [trusted], now),
      verifyToken(await signed({ ...good, sub: 'u-66' }), [trusted], now),
    ]);
    expect(alice.id).toBe('login.example.com|u-17');
    expect(mallory.id).toBe('login.example.com|u-66');
    expect(alice.expiresAt).toEqual(new Date((seconds + 600) * 1000));
  });

  test('of a machine has only roles of machines', async () => {
    const claims = { ...good, client_id: 'u-17', roles: ['approver', 'publisher', 'platform_admin'] };
    expect(await verifyToken(await signed(claims), [trusted], now)).toMatchObject({
      kind: 'service',
      roles: ['publisher'],
    });
  });

  test('with roles that are none of ours has none', async () => {
    const claims = { ...good, roles: ['root', 'constructor', '__proto__', 7] };
    expect(await verifyToken(await signed(claims), [trusted], now)).toMatchObject({ roles: [] });
  });

  test('whose issuer’s keys cannot be had is neither believed nor refused: 503', async () => {
    const deaf: Issuer = { ...trusted, keys: () => Promise.reject(new TypeError('fetch failed')) };
    await expect(verifyToken(await signed(good), [deaf], now)).rejects.toMatchObject({
      problem: 'unavailable',
    });
  });
});

describe('the development issuer', () => {
  test('calls people by their names', async () => {
    const token = await development.mintToken(
      { as: 'alice', roles: ['approver'], teams: ['cards'], ttl: 60 },
      now,
    );
    expect(await verifyToken(token, [development], now)).toEqual({
      id: 'alice',
      kind: 'human',
      roles: ['approver'],
      teams: ['cards'],
      expiresAt: new Date('2031-05-06T10:01:00Z'),
    });
    await expect(verifyToken(token, [development], new Date('2031-05-06T10:02:01Z'))).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });

  test('keeps one key, which only its owner can read', async () => {
    const file = join(dataDir, 'issuer.key.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = await development.mintToken({ as: 'alice', roles: ['approver'] }, now);
    const again = await openDevelopmentIssuer(dataDir);
    expect((await verifyToken(token, [again], now)).id).toBe('alice');
  });

  test('makes one key when several processes start at once', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'slipway-token-'));
    const issuers = await Promise.all(Array.from({ length: 5 }, () => openDevelopmentIssuer(fresh)));
    const token = await issuers[0]!.mintToken({ as: 'alice', roles: ['approver'] }, now);
    for (const each of issuers) expect((await verifyToken(token, [each], now)).id).toBe('alice');
    rmSync(fresh, { recursive: true });
  });

  test('of one installation is not that of another', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'slipway-token-'));
    const other = await openDevelopmentIssuer(fresh);
    const token = await other.mintToken({ as: 'alice', roles: ['approver'] }, now);
    await expect(verifyToken(token, [development], now)).rejects.toMatchObject({ code: 'TOKEN_FORGED' });
    rmSync(fresh, { recursive: true });
  });

  test('does not use a key that others can read, nor a file that is no key', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'slipway-token-'));
    const file = join(fresh, 'issuer.key.json');
    await openDevelopmentIssuer(fresh);
    chmodSync(file, 0o644);
    await expect(openDevelopmentIssuer(fresh)).rejects.toThrow('can be read by others: chmod 600 it');
    chmodSync(file, 0o600);
    writeFileSync(file, '{"kty":"oct","k":"AA"}');
    await expect(openDevelopmentIssuer(fresh)).rejects.toThrow('holds no Ed25519 key');
    rmSync(fresh, { recursive: true });
  });

  test.each([
    [{ as: '', roles: ['approver'] }, 'A name has 1 to 100 letters'],
    [{ as: 'a|b', roles: ['approver'] }, 'A name has 1 to 100 letters'],
    [{ as: 'alice', roles: [] }, 'No role cannot be given'],
    [{ as: 'alice', roles: ['boss'] }, 'boss cannot be given to a human: roles are developer,'],
    [{ as: 'alice', roles: ['approver'], teams: ['a b'] }, 'A team has 1 to 100 characters'],
    [{ as: 'alice', roles: ['approver'], ttl: Number.NaN }, 'A token lives a whole number of seconds'],
    [{ as: 'alice', roles: ['approver'], ttl: 400 * 86_400 }, 'A token lives a whole number of seconds'],
  ])('refuses to mint for %j', async (request, message) => {
    await expect(development.mintToken(request, now)).rejects.toThrow(message);
  });

  test('mints nothing where the configuration says that it is off', async () => {
    const request = { as: 'alice', roles: ['approver'] };
    const production = readConfig({
      NODE_ENV: 'production',
      SLIPWAY_DATA: dataDir,
      SLIPWAY_OIDC_ISSUER: ISSUER,
      SLIPWAY_OIDC_AUDIENCE: 'slipway',
    });
    await expect(mintDevelopmentToken(production, request, now)).rejects.toThrow('is off in production');
    const token = await mintDevelopmentToken(readConfig({ SLIPWAY_DATA: dataDir }), request, now);
    expect((await verifyToken(token, [development], now)).id).toBe('alice');
  });

  test('signs with Ed25519, under the thumbprint of its key', async () => {
    const jwk = JSON.parse(readFileSync(join(dataDir, 'issuer.key.json'), 'utf8')) as JWK;
    const token = await development.mintToken({ as: 'alice', roles: ['approver'] }, now);
    const header = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as object;
    expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: await calculateJwkThumbprint(jwk) });
    await expect(importJWK(jwk, 'EdDSA')).resolves.toMatchObject({ type: 'private' });
  });
});

const streamOf = (subject: string): string =>
  `access-${createHash('sha256').update(subject).digest('hex').slice(0, 32)}`;
