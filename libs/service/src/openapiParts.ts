import { Violation } from '#events';
import { jsonSchemaOf } from './jsonSchema.js';
import { type ProblemName, problems, typeOf } from './problems.js';

/** The name of a kind of problem among the components: `stale-revision` → `StaleRevision`. */
export const componentOf = (name: ProblemName): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const text = { type: 'string' };

const schemas = {
  FieldError: {
    type: 'object',
    required: ['in', 'pointer', 'rule', 'detail'],
    properties: {
      in: { type: 'string', enum: ['body', 'query', 'path', 'header'] },
      pointer: { ...text, description: 'JSON Pointer into what `in` names' },
      rule: text,
      detail: { ...text, description: 'What would be accepted' },
    },
  },
  ...jsonSchemaOf(Violation, 'output').components,
  Problem: {
    type: 'object',
    description: 'RFC 9457. Members beyond those of the RFC come with the kinds that need them.',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: { type: 'string', enum: (Object.keys(problems) as ProblemName[]).map(typeOf) },
      title: text,
      status: { type: 'integer' },
      detail: text,
      correlationId: { ...text, description: 'Leads to the log lines of this request' },
      code: { ...text, description: 'With 401 and 403: what is wrong with the credential' },
      errors: { type: 'array', items: { $ref: '#/components/schemas/FieldError' } },
      violations: { type: 'array', items: { $ref: '#/components/schemas/Violation' } },
      currentRevision: { type: 'integer', description: 'With 409 and 412' },
      position: { type: 'integer', description: 'With 425: the position asked for' },
      reached: { type: 'integer', description: 'With 425: the position reached' },
    },
  },
};

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Names this command: sent again with the same content it gives the first result and changes nothing.',
    schema: { type: 'string', minLength: 1, maxLength: 202 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The revision on which the caller decided, as `ETag` gave it.',
    schema: { type: 'string', examples: ['"v7"'] },
  },
  MinPosition: {
    name: 'Min-Position',
    in: 'header',
    description: 'Answer only with what is known up to this position; waits up to two seconds.',
    schema: { type: 'integer', minimum: 0 },
  },
};

const headers = {
  Position: {
    description: 'Where the write is stored; to be sent as `Min-Position` of reads.',
    schema: { type: 'integer' },
  },
  ETag: { description: 'The revision, such as "v7"; to be sent as `If-Match`.', schema: text },
  RetryAfter: { description: 'Seconds to wait before asking again.', schema: { type: 'integer' } },
  CorrelationId: { description: 'Of this request, as sent or else given.', schema: text },
};

const RETRIED = new Set<ProblemName>(['not-yet', 'too-many-requests', 'unavailable']);

function problemResponse(name: ProblemName): object {
  const { title, meaning } = problems[name];
  return {
    description: `${title}. ${meaning}`,
    headers: RETRIED.has(name) ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } : {},
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** What every operation can refer to. */
export const sharedComponents = {
  schemas,
  parameters,
  headers,
  responses: Object.fromEntries(
    (Object.keys(problems) as ProblemName[]).map((name) => [componentOf(name), problemResponse(name)]),
  ),
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT or API key',
      description:
        'An access token of the configured issuer, an API key (`slw_…`), or a token of `slipway token`.',
    },
  },
};
