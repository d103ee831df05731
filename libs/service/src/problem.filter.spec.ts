import { Body, Controller, Get, NotFoundException, Param, Post, Put, Query, Req } from '@nestjs/common';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConcurrentWrite, Rejected, StaleRevision, StoreUnavailable, TooLarge } from '#events';
import { BodyLimit, LARGEST_BODY } from './bodies.js';
import { NotYet } from './minPosition.js';
import { Public } from './permit.js';
import { problems, type ProblemName } from './problems.js';
import { checked } from './schema.pipe.js';
import { type RunningEdge, startEdge } from './testEdge.js';

const Plan = z.object({
  service: z.string().min(1),
  start: z.iso.datetime(),
  kind: z.enum(['PLANNED', 'HOTFIX']),
  parts: z.array(z.object({ name: z.string(), size: z.int().min(1) })).max(3),
  owner: z.object({ team: z.string() }).optional(),
});
const Window = z.object({ from: z.iso.date(), limit: z.coerce.number().int().max(100).default(10) });

let failure: unknown;

@Controller('things')
@Public()
class Things {
  @Put(':id')
  put(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: Plan }) plan: z.infer<typeof Plan>,
  ): object {
    return { id, plan };
  }

  @Get()
  list(@Query({ schema: Window }) window: z.infer<typeof Window>): object {
    return window;
  }

  @Post('fail')
  fail(): void {
    throw failure;
  }

  @Post('any')
  any(@Body() body: unknown): object {
    return { body: body ?? 'none' };
  }

  @Post('large')
  @BodyLimit(LARGEST_BODY)
  large(@Body() body: unknown): object {
    return { keys: Object.keys(body as object).length };
  }

  @Post('stream')
  async stream(@Req() request: FastifyRequest): Promise<object> {
    let bytes = 0;
    for await (const chunk of request.raw) bytes += (chunk as Buffer).length;
    return { body: request.body ?? 'unread', bytes };
  }

  @Post('raw')
  raw(@Body() body: Buffer): object {
    return { bytes: body.length };
  }
}

let edge: RunningEdge;
beforeAll(async () => {
  edge = await startEdge({ controllers: [Things] });
});
afterAll(() => edge.app.close());

const id = '018f4a3e-7d2b-7c3a-9b1a-0c5d6e7f8a9b';
const plan = { service: 'checkout', start: '2031-05-06T10:00:00Z', kind: 'PLANNED', parts: [] };
const json = { 'content-type': 'application/json' };

async function put(payload: object | string) {
  return edge.app.inject({ method: 'PUT', url: `/things/${id}`, headers: json, payload });
}

async function failing(error: unknown) {
  failure = error;
  return edge.app.inject({ method: 'POST', url: '/things/fail' });
}

const named = (name: ProblemName) => ({
  type: `urn:slipway:problem:${name}`,
  title: problems[name].title,
  status: problems[name].status,
});

describe('a request that does not fit its schema', () => {
  test('is told of every fault at once, with place, rule and what would be accepted', async () => {
    const answer = await put({ start: 'tomorrow', kind: 'BIG', parts: [{ name: 'a', size: 0 }], service: 7 });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({
      ...named('malformed'),
      errors: [
        {
          in: 'body',
          pointer: '/service',
          rule: 'invalid_type',
          detail: 'Expected string, received number.',
        },
        {
          pointer: '/start',
          rule: 'invalid_format',
          detail: 'Expected an instant in UTC such as 2031-05-06T10:00:00Z.',
        },
        { pointer: '/kind', rule: 'invalid_value', detail: 'Expected one of "PLANNED"|"HOTFIX".' },
        { pointer: '/parts/0/size', rule: 'too_small', detail: 'Too small: expected number to be >=1.' },
      ],
    });
    expect(answer.json().correlationId).toBe(answer.headers['correlation-id']);
  });

  test('cannot smuggle a field that the schema does not know, at any depth', async () => {
    const parts = [{ name: 'a', size: 1, admin: true }];
    const answer = await put({ ...plan, parts, roles: ['approver'], owner: { team: 'x', isAdmin: true } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      expect.objectContaining({
        pointer: '/parts/0/admin',
        rule: 'unrecognized_keys',
        detail: 'There is no such field. Known are name, size.',
      }),
      expect.objectContaining({
        pointer: '/roles',
        detail: 'There is no such field. Known are service, start, kind, parts, owner.',
      }),
      expect.objectContaining({
        pointer: '/owner/isAdmin',
        detail: 'There is no such field. Known are team.',
      }),
    ]);
  });

  test('is told that the body is missing', async () => {
    const answer = await edge.app.inject({ method: 'PUT', url: `/things/${id}` });
    expect(answer.json()).toMatchObject({
      status: 400,
      errors: [{ in: 'body', pointer: '', rule: 'invalid_type' }],
    });
  });

  test('is told which part of the address is wrong', async () => {
    const answer = await edge.app.inject({ method: 'PUT', url: '/things/7', headers: json, payload: plan });
    expect(answer.json()).toMatchObject({
      errors: [{ in: 'path', pointer: '/id', detail: 'Expected a UUID.' }],
    });
  });

  test('is told of a misspelt query parameter instead of getting the default', async () => {
    const answer = await edge.app.inject({ url: '/things?from=2031-05-06&limt=5' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      errors: [{ in: 'query', pointer: '/limt', detail: 'There is no such field. Known are from, limit.' }],
    });
    expect((await edge.app.inject({ url: '/things?from=2031-05-06&limit=5' })).json()).toEqual({
      from: '2031-05-06',
      limit: 5,
    });
  });

  test('with ten thousand faults is told of the first fifty', async () => {
    const extra = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field${i}`, i]));
    expect((await put({ ...plan, ...extra })).json().errors).toHaveLength(50);
  });

  test('passes when it fits', async () => {
    expect((await put(plan)).json()).toEqual({ id, plan });
  });
});

describe('a body', () => {
  const malformed: [what: string, body: string, rule: string, pointer: string][] = [
    ['that is no JSON', '{"service":', 'MALFORMED_JSON', ''],
    ['with a name twice', '{"service":"a","service":"b"}', 'DUPLICATE_KEY', 'service'],
    ['that reaches for the prototype', '{"__proto__":{"admin":true}}', 'UNSAFE_KEY', '/__proto__'],
    [
      'that reaches for the constructor',
      '{"constructor":{"prototype":{"admin":true}}}',
      'UNSAFE_KEY',
      '/constructor',
    ],
    ['with a number beyond what is exact', '{"service":12345678901234567890}', 'UNSAFE_NUMBER', '/service'],
    ['with half a character', '{"service":"\\ud800"}', 'LONE_SURROGATE', '/service'],
    ['100,000 levels deep', '['.repeat(100_000) + ']'.repeat(100_000), 'TOO_DEEP', ''],
    ['100,000 objects deep', '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000), 'TOO_DEEP', ''],
  ];

  test.each(malformed)('%s is refused by name', async (_what, body, rule, pointer) => {
    const answer = await put(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ ...named('malformed'), errors: [{ in: 'body', rule, pointer }] });
    expect(({} as Record<string, unknown>)['admin']).toBe(undefined);
  });

  test('over 256 KiB is refused with the limit, declared or not', async () => {
    const payload = JSON.stringify({ service: 'x'.repeat(LARGEST_BODY) });
    const answer = await put(payload);
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({
      ...named('too-large'),
      detail: 'The body may have 262144 bytes here.',
    });
    const chunked = Readable.from([
      Buffer.from(payload.slice(0, 200_000)),
      Buffer.from(payload.slice(200_000)),
    ]);
    const undeclared = await edge.app.inject({
      method: 'PUT',
      url: `/things/${id}`,
      headers: json,
      payload: chunked,
    });
    expect(undeclared.json()).toMatchObject(named('too-large'));
  });

  test('of 1 MiB passes where its route says so, and not a byte more', async () => {
    const filled = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    const post = (payload: string) =>
      edge.app.inject({ method: 'POST', url: '/things/large', headers: json, payload });
    expect((await post(filled(LARGEST_BODY))).json()).toEqual({ keys: 1 });
    const answer = await post(filled(LARGEST_BODY + 1));
    expect(answer.json()).toMatchObject({ status: 413, detail: 'The body may have 1048576 bytes here.' });
  });

  test('of ninety thousand members is answered without delay', async () => {
    const payload = `{${Array.from({ length: 90_000 }, (_, i) => `"k${i}":1`).join()}}`;
    const answer = await edge.app.inject({ method: 'POST', url: '/things/large', headers: json, payload });
    expect(answer.json()).toEqual({ keys: 90_000 });
  });

  test('of CloudEvents stays bytes', async () => {
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    const answer = await edge.app.inject({
      method: 'POST',
      url: '/things/raw',
      headers,
      payload: '{"a":1, "a":1}',
    });
    expect(answer.json()).toEqual({ bytes: 14 });
    const payload = ' '.repeat(LARGEST_BODY + 1);
    const large = await edge.app.inject({ method: 'POST', url: '/things/raw', headers, payload });
    expect(large.json()).toMatchObject({ status: 413, detail: 'The body may have 1048576 bytes here.' });
  });

  test('of NDJSON is not read before its route reads it, however long it is', async () => {
    const pieces = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65_536, '{}\n')));
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await edge.app.inject({ method: 'POST', url: '/things/stream', headers, payload: pieces });
    expect(answer.json()).toEqual({ body: 'unread', bytes: 64 * 65_536 });
  });

  test('of JSON that is packed is refused', async () => {
    const headers = { ...json, 'content-encoding': 'gzip' };
    const payload = gzipSync('{"a":1}');
    const answer = await edge.app.inject({ method: 'POST', url: '/things/any', headers, payload });
    expect(answer.json()).toMatchObject({
      ...named('unsupported-media-type'),
      detail: 'Send JSON without Content-Encoding.',
    });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('of type %s is refused', async (type) => {
    const answer = await edge.app.inject({
      method: 'POST',
      url: '/things/any',
      headers: { 'content-type': type },
      payload: 'a=b',
    });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject(named('unsupported-media-type'));
  });

  test('may be empty where nothing is asked for', async () => {
    const answer = await edge.app.inject({ method: 'POST', url: '/things/any', headers: json, payload: '' });
    expect(answer.json()).toEqual({ body: 'none' });
  });
});

describe('a refusal', () => {
  test('of the domain lists every violation at once', async () => {
    const violations = [
      { code: 'IN_FREEZE', message: 'A freeze is on.', ref: 'SCH-03' },
      { code: 'AUTHOR_IS_APPROVER', message: 'Ask someone else.', ref: 'APR-04' },
    ];
    const answer = await failing(new Rejected(violations));
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      ...named('rule-violated'),
      violations,
      detail: 'A freeze is on. Ask someone else.',
    });
  });

  test('of a stale decision tells the present revision', async () => {
    const answer = await failing(new StaleRevision('deployment-1', 3, 5));
    expect(answer.json()).toMatchObject({ ...named('stale-revision'), currentRevision: 5 });
  });

  test('of a lost race tells the present revision', async () => {
    const answer = await failing(new ConcurrentWrite('deployment-1', 3, 4));
    expect(answer.json()).toMatchObject({ ...named('concurrent-write'), currentRevision: 4 });
  });

  test('of an event that is too large is 413', async () => {
    const answer = await failing(
      new TooLarge('EVENT_TOO_LARGE', 'An event has at most 65535 bytes.', 'LIB-01.5'),
    );
    expect(answer.json()).toMatchObject({ ...named('too-large'), violations: [{ code: 'EVENT_TOO_LARGE' }] });
  });

  test('of a held lease is 423', async () => {
    expect((await failing(new Rejected('LEASE_HELD', 'Until 10:00.'))).json()).toMatchObject(
      named('lease-held'),
    );
  });

  test('for a read model that is behind is 425, and says how far it is', async () => {
    const answer = await failing(new NotYet(70, 65));
    expect(answer.json()).toMatchObject({ ...named('not-yet'), position: 70, reached: 65 });
    expect(answer.headers['retry-after']).toBe('1');
  });

  test.each([
    ['the event store', new StoreUnavailable(new Error('ECONNREFUSED 10.0.0.5'))],
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' }),
    ],
    ['a stopping PostgreSQL', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    [
      'a PostgreSQL without free connections',
      Object.assign(new Error('too many clients'), { code: '53300' }),
    ],
    ['a dead connection', new Error('Connection terminated unexpectedly')],
  ])('for the absence of %s is 503 with Retry-After, and no word of its address', async (_what, error) => {
    const answer = await failing(error);
    expect(answer.json()).toMatchObject(named('unavailable'));
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.body).not.toContain('10.0.0.5');
  });

  test('of a thing that is not there is 404', async () => {
    const answer = await failing(new NotFoundException('There is no deployment 7.'));
    expect(answer.json()).toMatchObject({ ...named('not-found'), detail: 'There is no deployment 7.' });
  });

  test('of an address that is not there does not repeat it', async () => {
    const answer = await edge.app.inject({ url: '/nowhere?token=s3cret' });
    expect(answer.json()).toMatchObject({
      ...named('not-found'),
      detail: 'There is nothing at this address.',
    });
    expect(answer.body).not.toContain('s3cret');
  });

  test('of an address that is none is 400', async () => {
    const answer = await edge.app.inject({ url: '/things/%zz' });
    expect(answer.json()).toMatchObject(named('malformed'));
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  test('of an endless id is 414', async () => {
    const answer = await edge.app.inject({ method: 'PUT', url: `/things/${'a'.repeat(700)}`, payload: {} });
    expect(answer.json()).toMatchObject(named('address-too-long'));
  });
});

describe('a fault of our own', () => {
  test('is 500 without a word about its cause, which is logged once, with the ids of the request', async () => {
    edge.lines.length = 0;
    const answer = await failing(new Error('column secret_plan does not exist', { cause: new Error('pg') }));
    expect(answer.json()).toMatchObject({
      ...named('internal'),
      detail: 'The request could not be completed.',
    });
    expect(answer.body).not.toContain('secret_plan');
    const logged = edge.lines.filter(({ level }) => level === 'error');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({
      correlationId: answer.json().correlationId,
      err: { message: 'column secret_plan does not exist: pg' },
    });
  });

  test.each([
    ['a string', 'broken'],
    ['nothing', undefined],
    ['a stored fact that cannot be read', new Rejected('CONTRACT_BROKEN', 'stored data are broken')],
    ['a schema that a handler applied to our own data', z.object({ a: z.string() }).safeParse({}).error],
  ])('thrown as %s is 500', async (_what, error) => {
    expect((await failing(error)).json()).toMatchObject(named('internal'));
  });
});

describe('what is not a request', () => {
  async function send(head: string): Promise<string> {
    const address = edge.app.getHttpServer().address() as { port: number } | null;
    if (!address) await edge.app.listen(0, '127.0.0.1');
    const { port } = edge.app.getHttpServer().address() as { port: number };
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write(head);
    let text = '';
    for await (const chunk of socket) text += chunk;
    return text;
  }

  test('is answered with a problem too', async () => {
    const answer = await send('NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 .*\r\nContent-Type: application\/problem\+json/);
    expect(answer).toContain('urn:slipway:problem:malformed');
  });

  test('with 20 KiB of headers is 431', async () => {
    const answer = await send(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('urn:slipway:problem:headers-too-large');
  });

  test('splits no header: a line break in one ends the request', async () => {
    const answer = await send(
      'GET /things HTTP/1.1\r\nHost: a\r\nCorrelation-Id: a\rSet-Cookie: b\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).not.toMatch(/set-cookie/i);
  });
});

test('names of problems are kebab-case, and each status says what to do', () => {
  for (const [name, { status, title, meaning }] of Object.entries(problems)) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect([title, meaning].every((text) => text.length > 10)).toBe(true);
  }
  expect(new Set(Object.values(problems).map(({ status }) => status)).size).toBe(
    Object.keys(problems).length,
  );
});

test('a value is checked the same way outside of a route', () => {
  expect(() => checked(z.object({ a: z.string() }), { a: 'x', b: 1 })).toThrow(
    '/b: There is no such field. Known are a.',
  );
  expect(checked(z.object({ a: z.string() }), { a: 'x' })).toEqual({ a: 'x' });
});
