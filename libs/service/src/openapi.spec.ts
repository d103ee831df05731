import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type CommandContext, DeploymentRequested, Plan } from '#events';
import { Command } from './caller.js';
import { MinPosition } from './minPosition.js';
import { componentOf } from './openapiParts.js';
import { Computes, Permit, Public } from './permit.js';
import { type ProblemName, problems, typeOf } from './problems.js';
import { productOf } from './product.js';
import { roleNames, roles } from './roles.js';
import { routesOf } from './routes.js';
import { type RunningEdge, startEdge } from './testEdge.js';

const Choice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('move'), to: z.iso.datetime() }),
  z.object({ kind: z.literal('note'), text: z.string().nullable(), tags: z.record(z.string(), z.number()) }),
]);
const Window = z.object({
  from: z.iso.date().describe('Inclusive'),
  limit: z.coerce.number().int().positive().max(100).default(10),
  above: z.number().gt(0).optional(),
});
const Answer = z
  .object({ id: z.uuid(), plan: Plan.optional(), note: z.string().nullable() })
  .meta({ id: 'Thing' });

@Controller('v1/things')
class ThingsController {
  @Put(':id')
  @HttpCode(202)
  @Permit('developer', 'release_manager')
  put(
    @Param('id', { schema: z.uuid() }) _id: string,
    @Body({ schema: Plan }) _plan: Plan,
    @Command() _command: CommandContext,
  ): object {
    return {};
  }

  @Get()
  @Permit('analyst')
  @ApiOperation({ summary: 'Things <by> start & "end"' })
  @ApiOkResponse({ standardSchema: Answer, description: 'Things.' })
  list(@Query({ schema: Window }) _window: object, @MinPosition() _position: number | undefined): object {
    return {};
  }

  @Post(':id/choices/:choice')
  @Permit('auditor')
  choose(
    @Param('id') _id: string,
    @Param('choice') _choice: string,
    @Body({ schema: Choice }) _chosen: object,
  ): object {
    return {};
  }

  @Delete(':id')
  @HttpCode(204)
  @Public()
  remove(@Param('id') _id: string): void {}

  /** What a choice weighs. */
  @Post('weighed')
  @Computes()
  weigh(@Body({ schema: Choice }) _chosen: object): object {
    return {};
  }

  @Post('requested')
  @Permit('executor')
  raw(@Body({ schema: DeploymentRequested.schema.omit({ deploymentId: true }) }) _data: object): object {
    return {};
  }
}

const read = async () => (await edge.app.inject({ url: '/openapi.json' })).json();

interface Parameter {
  readonly name: string;
  readonly $ref?: string;
}
let edge: RunningEdge;
let document: Awaited<ReturnType<typeof read>>;
beforeAll(async () => {
  edge = await startEdge({ controllers: [ThingsController] });
  document = await read();
});
afterAll(() => edge.app.close());

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1, references included', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(validator.version).toBe('3.1');
    expect(JSON.stringify(validator.resolveRefs())).not.toContain('"$ref"');
  });

  test('names the product and its version', () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(document['info']).toMatchObject({ title: 'Slipway', version: productOf().version });
    expect(productOf().version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('holds every route that is served, and no other', () => {
    const described = Object.entries(document['paths'] as object).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = routesOf(edge.app)
      .served.filter((route) => !route.startsWith('HEAD '))
      .map((route) => route.replaceAll(/:(\w+)/g, '{$1}'));
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  test('says who may, and how to show who one is', () => {
    const { put, delete: remove } = document['paths']['/v1/things/{id}'];
    expect(put.security).toEqual([{ bearer: [] }]);
    expect(put['x-roles']).toEqual(['developer', 'release_manager']);
    expect(put.description).toBe('Roles: developer, release_manager.');
    expect(remove.security).toEqual([]);
    expect(document['paths']['/v1/things'].get.description).toBe('Roles: analyst, auditor.');
    expect(document['components'].securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  test('says that a route only computes: with 200, for every role, without a key or a revision', () => {
    const { post } = document['paths']['/v1/things/weighed'];
    expect(post['x-stores-nothing']).toBe(true);
    expect(post['x-roles']).toEqual(roleNames);
    expect(post.description).toBe('Computes from the body alone and stores nothing. Roles: any.');
    expect(post.parameters).toEqual([]);
    expect(Object.keys(post.responses)).toEqual('200 400 401 403 413 415 422 500 503'.split(' '));
    expect(document['paths']['/v1/things/requested'].post).not.toHaveProperty('x-stores-nothing');
  });

  test('says that a command takes a key and a revision and answers with a position', () => {
    const { put, delete: remove } = document['paths']['/v1/things/{id}'];
    const names = put.parameters.map(({ name, $ref }: Parameter) => name ?? $ref);
    expect(names).toEqual([
      'id',
      '#/components/parameters/IdempotencyKey',
      '#/components/parameters/IfMatch',
    ]);
    expect(Object.keys(put.responses['202'].headers)).toEqual(['Correlation-Id', 'Position', 'ETag']);
    expect(Object.keys(put.responses)).toEqual([
      '202',
      '400',
      '401',
      '403',
      '404',
      '409',
      '412',
      '413',
      '415',
      '422',
      '500',
      '503',
    ]);
    expect(Object.keys(remove.responses)).toEqual(['204', '400', '404', '500', '503']);
  });

  test('says that a read waits for a position', () => {
    const { get } = document['paths']['/v1/things'];
    expect(get.parameters.at(-1)).toEqual({ $ref: '#/components/parameters/MinPosition' });
    expect(get.responses['425']).toEqual({ $ref: '#/components/responses/NotYet' });
  });

  test('has every problem as a response', () => {
    for (const name of Object.keys(problems) as ProblemName[])
      expect(document['components'].responses[componentOf(name)]).toMatchObject({
        description: expect.stringContaining(problems[name].meaning),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      });
    expect(document['components'].schemas.Problem.properties.type.enum).toContain(typeOf('rule-violated'));
    expect(document['components'].responses.Unavailable.headers).toHaveProperty('Retry-After');
  });

  test('closes requests and leaves answers open', () => {
    const { post } = document['paths']['/v1/things/requested'];
    expect(post.requestBody.content['application/json'].schema.additionalProperties).toBe(false);
    expect(document['components'].schemas.Plan.additionalProperties).toBe(false);
    expect(document['components'].schemas.Thing).not.toHaveProperty('additionalProperties');
  });

  test('writes null and bounds as JSON Schema does, which the framework by itself does not', () => {
    const [, note] =
      document['paths']['/v1/things/{id}/choices/{choice}'].post.requestBody.content['application/json']
        .schema.oneOf;
    expect(note.properties.text).toEqual({ type: ['string', 'null'] });
    const parameters: Parameter[] = document['paths']['/v1/things'].get.parameters;
    expect(parameters.find(({ name }) => name === 'limit')).toMatchObject({
      schema: { exclusiveMinimum: 0, maximum: 100, default: 10 },
    });
    expect(parameters.find(({ name }) => name === 'above')).toMatchObject({
      required: false,
      schema: { exclusiveMinimum: 0 },
    });
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });
});

describe('the page', () => {
  const page = () => edge.app.inject({ url: '/docs' });

  test('runs no script, loads nothing, and allows its own style only', async () => {
    const { body, headers } = await page();
    const [, style] = /<style>([^]*)<\/style>/.exec(body) ?? [];
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(body).not.toMatch(/<script|<link|<img|<iframe|https?:\/\/|style="|onclick/);
  });

  test('shows every operation, problem and role', async () => {
    const { body } = await page();
    for (const [path, item] of Object.entries(document['paths'] as object))
      for (const method of Object.keys(item as object))
        expect(body).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
    for (const name of Object.keys(problems) as ProblemName[]) expect(body).toContain(typeOf(name));
    for (const [role, meaning] of Object.entries(roles)) {
      expect(body).toContain(`<code>${role}</code>`);
      expect(body).toContain(meaning);
    }
  });

  test('shows fields of fields with their rules', async () => {
    const { body } = await page();
    expect(body).toContain('<code>artifacts[].commits[].author</code>');
    expect(body).toMatch(/<code>rollbackMinutes<\/code>[^]{0,200}\(from 0, up to 10080\)/);
    expect(body).toContain('<a href="#schema-Plan">Plan</a>');
  });

  test('escapes what it shows', async () => {
    expect((await page()).body).toContain('Things &lt;by&gt; start &amp; &quot;end&quot;');
  });

  test('can be walked with a keyboard and read aloud: language, landmarks, headings in order, links that lead somewhere', async () => {
    const { body } = await page();
    expect(body).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(body).toMatch(/<a class="skip" href="#operations">/);
    for (const landmark of ['<header>', '<nav aria-label="Contents">', '<main id="operations">'])
      expect(body).toContain(landmark);
    const levels = [...body.matchAll(/<h([1-6])>/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.slice(1).forEach((level, i) => expect(level - levels[i]!).toBeLessThanOrEqual(1));
    const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of body.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    for (const [, tag] of body.matchAll(/<th(?: ([^>]*))?>/g)) expect(tag).toMatch(/^scope="(col|row)"$/);
  });
});

test('the table of roles in docs/roles.md is the one in the code', () => {
  const text = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, role, meaning]) => [role, meaning]);
  expect(rows).toEqual(Object.entries(roles));
});
