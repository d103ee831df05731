import { Controller, Put } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from './caller.js';
import { oidcIssuer, type OidcOptions, subjectId } from './oidcIssuer.js';
import { Permit } from './permit.js';
import { type RunningEdge, startEdge } from './testEdge.js';
import { verifyToken } from './token.js';

@Controller('v1/plans')
class Plans {
  @Put(':id')
  @Permit('publisher')
  put(@Caller() caller: Caller): object {
    return { caller };
  }
}

const API = 'urn:slipway:api';
let server: Server;
let issuer: string;
let edge: RunningEdge;
let options: OidcOptions;
let keyRequests = 0;

/** A real OpenID Connect provider on loopback, with one machine as its client. */
beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'first' }] },
    clients: [
      {
        client_id: 'ci-main',
        client_secret: 'only for this test',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    extraTokenClaims: () => ({ groups: ['feeds', 'approver'], realm: { teams: ['cards', 'loans'] } }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'events',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  server.on('request', ({ url }) => (keyRequests += url === '/jwks' ? 1 : 0));
  options = {
    issuer,
    audience: API,
    rolesClaim: 'groups',
    teamsClaim: 'realm.teams',
    roleMap: { feeds: 'publisher' },
  };
  edge = await startEdge({ controllers: [Plans], issuers: [oidcIssuer(options)] });
});
afterAll(async () => {
  await edge.app.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

async function accessToken(resource = API): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('ci-main:only%20for%20this%20test').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'events', resource }),
  });
  const { access_token: token, ...rest } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(JSON.stringify(rest));
  return token;
}

const put = async (token: string) =>
  edge.app.inject({ method: 'PUT', url: '/v1/plans/7', headers: { authorization: `Bearer ${token}` } });

describe('a token of an OpenID Connect provider', () => {
  test('is believed by discovery, and its groups become roles of machines', async () => {
    const answer = await put(await accessToken());
    expect(answer.json().caller).toMatchObject({
      id: `${issuer.slice('http://'.length)}|ci-main`,
      kind: 'service',
      roles: ['publisher'],
      teams: ['cards', 'loans'],
    });
  });

  test('for another audience is refused', async () => {
    expect((await put(await accessToken('urn:another:api'))).json()).toMatchObject({
      status: 401,
      code: 'TOKEN_CLAIM_REFUSED',
    });
  });
});

describe('an issuer', () => {
  test('is asked for its keys once, however many tokens come, and however many unknown keys they name', async () => {
    const fresh = [oidcIssuer(options)];
    const token = await accessToken();
    keyRequests = 0;
    await Promise.all(Array.from({ length: 20 }, () => verifyToken(token, fresh, new Date())));
    const [, payload, signature] = token.split('.');
    const forged = Array.from({ length: 20 }, (_, i) => {
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: `k${i}` })).toString(
        'base64url',
      );
      return verifyToken(`${header}.${payload}.${signature}`, fresh, new Date());
    });
    for (const result of await Promise.allSettled(forged))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'TOKEN_FORGED' } });
    expect(keyRequests).toBe(1);
  });

  test('that does not answer means 503, and is asked again the next time', async () => {
    const token = await accessToken();
    const gone = oidcIssuer({ ...options, issuer: 'http://127.0.0.1:1' });
    const asked = () => verifyToken(token, [{ ...gone, issuer }], new Date());
    await expect(asked()).rejects.toMatchObject({ problem: 'unavailable' });
    await expect(asked()).rejects.toMatchObject({ problem: 'unavailable' });
  });

  test('whose document names another issuer, or keys over plain HTTP, is not believed', async () => {
    const documents = [
      [{ issuer: 'https://evil.example.com', jwks_uri: `${issuer}/jwks` }, 'does not describe'],
      [{ issuer: 'SELF', jwks_uri: 'http://keys.example.com/jwks' }, 'must be https'],
      [{ issuer: 'SELF' }, 'does not describe'],
    ] as const;
    for (const [document, reason] of documents) {
      const host = createServer((_request, response) =>
        response.end(JSON.stringify({ ...document, issuer: document.issuer.replace('SELF', self) })),
      );
      host.listen(0, '127.0.0.1');
      await new Promise((listening) => host.once('listening', listening));
      const self = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
      const doubtful = { ...oidcIssuer({ ...options, issuer: self }), issuer };
      await expect(verifyToken(await accessToken(), [doubtful], new Date())).rejects.toMatchObject({
        problem: 'unavailable',
        cause: { message: expect.stringContaining(reason) },
      });
      host.closeAllConnections();
      host.close();
    }
  });

  test('and subject make an id that is never an e-mail, and never longer than an id', () => {
    expect(subjectId('https://login.example.com/t1/', 'u-17')).toBe('login.example.com/t1|u-17');
    expect(subjectId('https://login.example.com', 'x'.repeat(300))).toMatch(/^oidc\|[0-9a-f]{64}$/);
    expect(subjectId('https://a.example.com', 'u')).not.toBe(subjectId('https://b.example.com', 'u'));
  });
});
