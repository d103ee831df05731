import { Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessDenied, type CommandContext, MemoryEventStore, StoreUnavailable } from '#events';
import { permits } from './auth.guard.js';
import { newApiKey } from './apiKeyText.js';
import { Caller, Command } from './caller.js';
import { type DevelopmentIssuer, openDevelopmentIssuer } from './developmentIssuer.js';
import { MinPosition } from './minPosition.js';
import { Computes, Permit, Public } from './permit.js';
import { roleNames, type Role, serviceRoles } from './roles.js';
import { type RunningEdge, startEdge } from './testEdge.js';

@Controller('v1/plans')
class Plans {
  @Get(':id')
  @Permit('developer')
  read(@Param('id') id: string, @MinPosition() position: number | undefined): object {
    return { id, position: position ?? null };
  }

  @Put(':id')
  @Permit('developer', 'release_manager')
  put(@Caller() caller: Caller, @Command() command: CommandContext): object {
    return { caller, command };
  }

  @Post(':id/approve')
  @Permit('approver')
  approve(): object {
    return { approved: true };
  }

  @Delete(':id')
  @Permit('release_manager')
  remove(): object {
    return { removed: true };
  }

  @Post('weigh')
  @Computes()
  weigh(): object {
    return { weight: 7 };
  }

  @Get('open/door')
  @Public()
  open(): object {
    return { open: true };
  }
}

const at = new Date('2031-05-06T10:00:30Z');
let now = at;
const dataDir = mkdtempSync(join(tmpdir(), 'slipway-permit-'));
let issuer: DevelopmentIssuer;
let edge: RunningEdge;

beforeAll(async () => {
  issuer = await openDevelopmentIssuer(dataDir);
  edge = await startEdge({ controllers: [Plans], issuers: [issuer], now: () => now });
});
afterAll(async () => {
  await edge.app.close();
  rmSync(dataDir, { recursive: true });
});

const tokenFor = (as: string, ...roles: Role[]): Promise<string> =>
  issuer.mintToken({ as, roles, teams: ['cards'] }, at);

type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
async function call(
  method: Method,
  url: string,
  token?: string,
  headers: Record<string, string> = {},
  payload?: object,
) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return edge.app.inject({
    method,
    url,
    headers: { ...authorization, ...headers },
    ...(payload && { payload }),
  });
}

async function denials(store = edge.store): Promise<ReturnType<typeof AccessDenied>['data'][]> {
  const found = [];
  for await (const { events } of store.batches({ after: 0, live: false, types: new Set(['AccessDenied']) }))
    found.push(...events.map(({ data }) => data as ReturnType<typeof AccessDenied>['data']));
  return found;
}

describe('a route', () => {
  test('lets in any of its roles, and tells the handler who it is', async () => {
    const answer = await call('PUT', '/v1/plans/7', await tokenFor('alice', 'release_manager'));
    expect(answer.json().caller).toEqual({
      id: 'alice',
      kind: 'human',
      roles: ['release_manager'],
      teams: ['cards'],
      expiresAt: '2031-05-06T22:00:30.000Z',
    });
  });

  test('refuses every other role, saying which it needs, and puts the refusal on record', async () => {
    const wrong = roleNames.filter((role) => role !== 'approver');
    const answer = await call('POST', '/v1/plans/7/approve', await tokenFor('mallory', ...wrong));
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ type: 'urn:slipway:problem:forbidden', code: 'ROLE_MISSING' });
    expect(answer.json().detail).toContain('This needs one of the roles approver;');
    expect(await denials()).toContainEqual({
      subject: 'mallory',
      action: 'POST /v1/plans/:id/approve',
      code: 'ROLE_MISSING',
      minute: '2031-05-06T10:00:00.000Z',
      count: 1,
    });
  });

  test('refuses who is not known, with a challenge', async () => {
    const answer = await call('PUT', '/v1/plans/7');
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="slipway"');
    expect(answer.json()).toMatchObject({
      type: 'urn:slipway:problem:unauthenticated',
      code: 'TOKEN_MISSING',
    });
    expect(await denials()).toContainEqual(
      expect.objectContaining({ subject: 'anonymous', action: 'PUT /v1/plans/:id' }),
    );
  });

  test.each(['', 'Bearer', 'Bearer a b', 'Basic YTpi', 'Bearer é'])(
    'refuses the authorization %j',
    async (authorization) => {
      const answer = await edge.app.inject({ method: 'PUT', url: '/v1/plans/7', headers: { authorization } });
      expect(answer.json()).toMatchObject({ status: 401, code: 'TOKEN_MALFORMED' });
    },
  );

  test('that only computes answers every role, and notes nobody who has no token, as a read does', async () => {
    for (const role of roleNames)
      expect((await call('POST', '/v1/plans/weigh', await tokenFor('ann', role))).statusCode).toBe(200);
    const before = await edge.store.head();
    expect((await call('POST', '/v1/plans/weigh')).statusCode).toBe(401);
    expect(await edge.store.head()).toBe(before);
    expect((await call('POST', '/v1/plans/weigh', 'x.y.z')).statusCode).toBe(401);
    expect(await edge.store.head()).toBe(before + 1);
  });

  test('that is public lets in everyone', async () => {
    expect((await call('GET', '/v1/plans/open/door')).json()).toEqual({ open: true });
    expect((await call('GET', '/v1/plans/open/door', 'nonsense')).json()).toEqual({ open: true });
  });

  test('decides the same however its address is spelt', async () => {
    const token = await tokenFor('nosy', 'analyst');
    const spellings = (path: string): string[] => [
      path,
      `/${path}`,
      `${path}/`,
      `//${path.slice(1)}`,
      path.replace('plans', 'pl%61ns'),
      path.replace('plans', 'PLANS'),
      path.replace('/7', ';x/7'),
      path.replace('/7', '/7;x=y'),
      path.replace('/7', '//7'),
      path.replace('/7', '/./7'),
      path.replace('/7', '/%2e/7'),
      `${path}?x=/open/door`,
      `${path}#/open/door`,
      `/v1/plans/open/door/..${path}`,
      `http://localhost${path}`,
    ];
    const served = [
      ['PUT', '/v1/plans/7'],
      ['POST', '/v1/plans/7/approve'],
      ['DELETE', '/v1/plans/7'],
      ['GET', '/v1/plans/7'],
    ] as const;
    for (const [method, path] of served)
      for (const url of spellings(path))
        for (const credential of [undefined, token]) {
          const { statusCode } = await call(method, url, credential);
          const refused = credential === undefined ? 401 : 403;
          expect([refused, 404], `${method} ${url}`).toContain(statusCode);
        }
  });
});

describe('an auditor', () => {
  test('reads what any role may read', async () => {
    const token = await tokenFor('odile', 'auditor');
    expect((await call('GET', '/v1/plans/7', token)).json()).toEqual({ id: '7', position: null });
    expect((await call('HEAD', '/v1/plans/7', token)).statusCode).toBe(200);
  });

  test('reads nothing of which nobody said who may read it', () => {
    expect(permits([], ['auditor'], true)).toBe(false);
    expect(permits(['analyst'], ['auditor'], true)).toBe(true);
  });

  test('changes nothing', async () => {
    const token = await tokenFor('odile', 'auditor');
    const statuses = await Promise.all([
      call('PUT', '/v1/plans/7', token),
      call('POST', '/v1/plans/7/approve', token),
      call('DELETE', '/v1/plans/7', token),
    ]);
    expect(statuses.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
  });
});

describe('a machine', () => {
  test('has only the roles of machines, whatever its token claims', async () => {
    await expect(issuer.mintToken({ as: 'ci', roles: ['approver'], kind: 'service' }, at)).rejects.toThrow(
      `approver cannot be given to a service: roles are ${serviceRoles.join(', ')}.`,
    );
    expect(serviceRoles).not.toContain('approver');
  });
});

describe('a command', () => {
  const command = async (headers: Record<string, string>, payload?: object) =>
    call('PUT', '/v1/plans/7', await tokenFor('alice', 'developer'), headers, payload);

  test('carries who, its trace, its id and what it was decided on', async () => {
    const answer = await command({
      'idempotency-key': '"8e03978e-40d5-43e8"',
      'if-match': '"v14"',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'correlation-id': 'CHG-2031-7',
    });
    expect(answer.json().command).toEqual({
      actor: { id: 'alice', kind: 'human', roles: ['developer'] },
      commandId: '8e03978e-40d5-43e8',
      commandHash: expect.stringMatching(/^[\w-]{43}$/),
      correlationId: 'CHG-2031-7',
      traceparent: expect.stringMatching(
        /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
      ),
      expected: 14,
    });
    expect(answer.headers['correlation-id']).toBe('CHG-2031-7');
  });

  test('repeated has the same fingerprint; with another body, thing or caller it has another', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const hashOf = (answer: { json(): { command: CommandContext } }) => answer.json().command.commandHash;
    const first = hashOf(await command(headers, { a: 1, b: 2 }));
    expect(hashOf(await command({ 'idempotency-key': '"k1"' }, { b: 2, a: 1 }))).toBe(first);
    const others = [
      await command(headers, { a: 1 }),
      await call('PUT', '/v1/plans/8', await tokenFor('alice', 'developer'), headers, { a: 1, b: 2 }),
      await call('PUT', '/v1/plans/7', await tokenFor('bob', 'developer'), headers, { a: 1, b: 2 }),
    ];
    expect(new Set([first, ...others.map(hashOf)]).size).toBe(4);
  });

  test('without a key has no id', async () => {
    expect((await command({})).json().command).not.toHaveProperty('commandId');
  });

  test.each([
    ['idempotency-key', ''],
    ['idempotency-key', '"unclosed'],
    ['idempotency-key', 'x'.repeat(201)],
    ['idempotency-key', '""'],
    ['if-match', 'W/"v7"'],
    ['if-match', '"a", "b"'],
    ['if-match', '*'],
    ['if-match', '-1'],
    ['if-none-match', '"v1"'],
  ])('with the header %s: %s is refused by its name', async (name, value) => {
    const answer = await command({ [name]: value });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0]).toMatchObject({
      in: 'header',
      pointer: expect.stringMatching(new RegExp(`^/${name}$`, 'i')),
    });
  });

  test.each([
    ['"v7"', 7],
    ['"7"', 7],
    ['7', 7],
  ])('understands If-Match: %s', async (header, revision) => {
    expect((await command({ 'if-match': header })).json().command.expected).toBe(revision);
  });

  test('understands If-None-Match: * as "must not exist"', async () => {
    expect((await command({ 'if-none-match': '*' })).json().command.expected).toBe(0);
  });
});

describe('a read', () => {
  test('may ask for a position', async () => {
    const token = await tokenFor('alice', 'developer');
    expect((await call('GET', '/v1/plans/7', token, { 'min-position': '1234' })).json()).toEqual({
      id: '7',
      position: 1234,
    });
  });

  test.each(['-1', '1.5', '1e3', 'x', '99999999999999999'])('refuses Min-Position: %s', async (value) => {
    const answer = await call('GET', '/v1/plans/7', await tokenFor('alice', 'developer'), {
      'min-position': value,
    });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/Min-Position' }] });
  });
});

describe('refusals of one subject, action and minute', () => {
  test('are one event at once and one with the count of the rest when the minute is over', async () => {
    const token = await issuer.mintToken({ as: 'eve', roles: ['analyst'] }, at);
    for (let i = 0; i < 5; i++) await call('DELETE', '/v1/plans/7', token);
    const ofEve = async () =>
      (await denials()).filter(({ subject }) => subject === 'eve').map(({ count }) => count);
    expect(await ofEve()).toEqual([1]);
    now = new Date('2031-05-06T10:01:05Z');
    await call('DELETE', '/v1/plans/7', token);
    expect(await ofEve()).toEqual([1, 1]);
    await edge.app.close();
    expect(await ofEve()).toEqual([1, 1, 4]);
    now = at;
    edge = await startEdge({ controllers: [Plans], issuers: [issuer], now: () => now });
  });

  test('are kept while the store does not answer, and the caller is refused all the same', async () => {
    const store = new (class extends MemoryEventStore {
      down = true;
      override async append(...args: Parameters<MemoryEventStore['append']>) {
        if (this.down) throw new StoreUnavailable(new Error('gone'));
        return super.append(...args);
      }
    })();
    const down = await startEdge({ controllers: [Plans], issuers: [issuer], store, now: () => at });
    const headers = { authorization: `Bearer ${await tokenFor('eve', 'analyst')}` };
    const answer = await down.app.inject({ method: 'DELETE', url: '/v1/plans/7', headers });
    expect(answer.statusCode).toBe(403);
    expect(await denials(store)).toEqual([]);
    store.down = false;
    await down.app.close();
    expect(await denials(store)).toEqual([expect.objectContaining({ subject: 'eve', count: 1 })]);
  });
});

describe('a fault while finding out who calls', () => {
  const key = newApiKey('alpha001');

  test.each([
    ['the store does not answer', new StoreUnavailable(new Error('gone')), 503],
    ['anything else breaks', new TypeError('undefined is not a function'), 500],
    ['something is thrown that is no error', 'oops', 500],
  ])('never lets in: %s', async (_what, error, status) => {
    const store = new MemoryEventStore();
    store.read = () => Promise.reject(error as Error);
    const faulty = await startEdge({ controllers: [Plans], issuers: [issuer], store, now: () => at });
    const headers = { authorization: `Bearer ${key}` };
    expect((await faulty.app.inject({ method: 'PUT', url: '/v1/plans/7', headers })).statusCode).toBe(status);
    await faulty.app.close();
  });
});

describe('a caller', () => {
  test('can ask who it is', async () => {
    const answer = await call('GET', '/v1/me/permissions', await tokenFor('alice', 'approver', 'oncall'));
    expect(answer.json()).toEqual({
      id: 'alice',
      kind: 'human',
      teams: ['cards'],
      expiresAt: '2031-05-06T22:00:30.000Z',
      roles: [
        { role: 'approver', meaning: 'votes on changes of others' },
        { role: 'oncall', meaning: 'declares incidents and triggers rollbacks' },
      ],
    });
    expect((await call('GET', '/v1/me/permissions')).statusCode).toBe(401);
  });
});

describe('a start', () => {
  test('fails for a route that declares nothing, and names it', async () => {
    @Controller('v1/forgotten')
    class Forgotten {
      @Get('mine')
      @Permit('developer')
      declared(): void {}

      @Post(':id')
      undeclared(): void {}

      @Get('none')
      @Permit(...([] as unknown as [Role]))
      nobody(): void {}
    }
    await expect(startEdge({ controllers: [Forgotten] })).rejects.toThrow(
      'Routes without @Permit or @Public cannot be served: POST /v1/forgotten/:id (Forgotten.undeclared), GET /v1/forgotten/none (Forgotten.nobody).',
    );
  });

  test('fails for a route laid past Nest', async () => {
    const laying = startEdge(
      {},
      (app) =>
        void app
          .getHttpAdapter()
          .getInstance()
          .get('/backdoor', () => 'open'),
    );
    await expect(laying).rejects.toThrow('GET /backdoor (outside of Nest)');
  });

  test('takes what the class declares for what a handler leaves out', async () => {
    @Controller('v1/shared')
    @Permit('analyst')
    class Shared {
      @Get()
      read(): object {
        return {};
      }
    }
    const running = await startEdge({ controllers: [Shared], issuers: [issuer], now: () => at });
    const headers = { authorization: `Bearer ${await tokenFor('ann', 'analyst')}` };
    expect((await running.app.inject({ url: '/v1/shared', headers })).statusCode).toBe(200);
    expect((await running.app.inject({ url: '/v1/shared' })).statusCode).toBe(401);
    await running.app.close();
  });
});
