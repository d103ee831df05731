import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { takesCommand } from './caller.js';
import { jsonSchemaOf } from './jsonSchema.js';
import { takesMinPosition } from './minPosition.js';
import { componentOf, sharedComponents } from './openapiParts.js';
import { computes, demandOf, type Demand } from './permit.js';
import { type ProblemName, problems } from './problems.js';
import { productOf } from './product.js';
import { type Route, routesOf } from './routes.js';

/** An operation of the document, as far as this file touches it. */
interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters: object[];
  requestBody?: object;
  responses: Record<string, { description?: string; content?: object; headers?: object; $ref?: string }>;
  tags?: string[];
  security?: object[];
  'x-roles'?: readonly string[];
  'x-stores-nothing'?: true;
}

/** The OpenAPI 3.1 document of all routes of a process: shapes from their schemas, the rest from what they declare. */
export function openApiOf(app: INestApplication): OpenAPIObject {
  const { version, description } = productOf();
  const info = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle('Slipway').setVersion(version);
  info
    .setDescription(`${description}. Every error is a problem document (RFC 9457).`)
    .setLicense('Apache-2.0', '');
  const asked: Schemas = {};
  const document = SwaggerModule.createDocument(app, info.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    standardSchemaConverter: (schema, { schemaType }) => {
      const converted = jsonSchemaOf(schema, schemaType);
      if (schemaType === 'input') Object.assign(asked, converted.components);
      return converted;
    },
  });
  for (const route of routesOf(app).declared) {
    const operation = operationAt(document, route);
    if (operation) complete(operation, route);
  }
  return {
    ...document,
    info: {
      ...document.info,
      contact: undefined,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as never,
    },
    servers: [{ url: '/' }],
    tags: tagsOf(document),
    components: merged(document.components ?? {}, asked),
  };
}

function operationAt({ paths }: OpenAPIObject, { method, path }: Route): Operation | undefined {
  const item = paths[path.replaceAll(/:(\w+)/g, '{$1}')] as unknown as Record<string, Operation> | undefined;
  return item?.[method.toLowerCase()];
}

function complete(operation: Operation, { handler, type, path, method }: Route): void {
  const demand = demandOf(handler, type) ?? [];
  operation.summary ??= sentenceOf(operation.operationId);
  operation.security = demand === 'public' ? [] : [{ bearer: [] }];
  if (computes(handler)) operation['x-stores-nothing'] = true;
  if (demand !== 'public') {
    operation['x-roles'] = demand;
    const told = computes(handler) ? COMPUTED : rolesIn(demand, method);
    operation.description = [operation.description, told].filter(Boolean).join('\n\n');
  }
  const command = takesCommand(handler);
  const waits = takesMinPosition(handler);
  const names = [...(command ? ['IdempotencyKey', 'IfMatch'] : []), ...(waits ? ['MinPosition'] : [])];
  operation.parameters.push(...names.map((name) => ({ $ref: `#/components/parameters/${name}` })));
  completeSuccess(operation, command);
  for (const name of problemsOf({ demand, command, waits, body: operation.requestBody !== undefined, path }))
    operation.responses[problems[name].status] ??= { $ref: `#/components/responses/${componentOf(name)}` };
}

const COMPUTED = 'Computes from the body alone and stores nothing. Roles: any.';

/** `Deployments_request` → `Deployments: request`, for handlers without an `@ApiOperation`. */
const sentenceOf = (operationId: string): string =>
  operationId
    .replace('_', ': ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

const rolesIn = (demand: readonly string[], method: string): string =>
  `Roles: ${demand.join(', ')}${method === 'GET' && !demand.includes('auditor') ? ', auditor' : ''}.`;

function completeSuccess({ responses }: Operation, command: boolean): void {
  const written = {
    Position: { $ref: '#/components/headers/Position' },
    ETag: { $ref: '#/components/headers/ETag' },
  };
  for (const [status, response] of Object.entries(responses)) {
    if (!status.startsWith('2')) continue;
    response.description ||= 'Done.';
    if (status !== '204') response.content ??= { 'application/json': {} };
    const headers = {
      'Correlation-Id': { $ref: '#/components/headers/CorrelationId' },
      ...(command && written),
    };
    response.headers = { ...headers, ...response.headers };
  }
}

interface Traits {
  readonly demand: Demand;
  readonly command: boolean;
  readonly waits: boolean;
  readonly body: boolean;
  readonly path: string;
}

function problemsOf({ demand, command, waits, body, path }: Traits): ProblemName[] {
  return [
    'malformed',
    ...(demand === 'public' ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(path.includes(':') ? (['not-found'] as const) : []),
    ...(command ? (['concurrent-write', 'stale-revision', 'rule-violated'] as const) : []),
    ...(body ? (['too-large', 'unsupported-media-type', 'rule-violated'] as const) : []),
    ...(waits ? (['not-yet'] as const) : []),
    'internal',
    'unavailable',
  ];
}

function tagsOf({ paths }: OpenAPIObject): { name: string }[] {
  const operations = Object.values(paths).flatMap((item) => Object.values(item) as Operation[]);
  return [...new Set(operations.flatMap(({ tags = [] }) => tags))].toSorted().map((name) => ({ name }));
}

type Components = NonNullable<OpenAPIObject['components']>;
type Schemas = NonNullable<Components['schemas']>;

/** A named schema that is both asked for and answered is described as it is asked for: with nothing beside its fields. */
function merged(components: Components, asked: Schemas): Components {
  const own = sharedComponents as unknown as Components;
  return { ...own, schemas: { ...components.schemas, ...asked, ...own.schemas } };
}
