import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { parseStrict } from '#json';
import { HttpProblem } from './problems.js';

/** What a body may have where the route says nothing else, and what it may have at most, in bytes. */
export const BODY_LIMIT = 256 * 1024;
export const LARGEST_BODY = 1024 * 1024;

/** Lets a route take bodies of up to `bytes`, at most 1 MiB. */
export const BodyLimit = (bytes: number) => RouteConfig({ bodyLimit: Math.min(bytes, LARGEST_BODY) });

/** CloudEvents in structured and batch mode: their bytes are kept as they came. */
const CLOUDEVENTS = /^application\/cloudevents(-batch)?\+json(;|$)/i;
const OTHER_JSON = /^application\/(?!cloudevents)[\w.-]+\+json(;|$)/i;

/**
 * How bodies are read. JSON strictly (`#json`), CloudEvents as bytes, NDJSON not at all: its route reads `request.raw` as
 * far as memory allows. Anything else is 415; forms and plain text have no use here.
 */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const type of ['application/json', OTHER_JSON])
    fastify.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (request, body, done) =>
      parse(request, body as Buffer, done),
    );
  fastify.addContentTypeParser(
    CLOUDEVENTS,
    { parseAs: 'buffer', bodyLimit: LARGEST_BODY },
    (_request, body, done) => done(null, body),
  );
  fastify.addContentTypeParser('application/x-ndjson', (_request, _stream, done) => done(null));
  fastify.addHook('onRoute', limitBody);
}

function parse(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  try {
    refuseEncoded(request);
    done(null, body.length === 0 ? undefined : parseStrict(body));
  } catch (error) {
    done(error as Error);
  }
}

/** Nest passes a route's options only as its `config`. */
function limitBody(route: RouteOptions): void {
  const { bodyLimit } = (route.config ?? {}) as { bodyLimit?: number };
  if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
}

/** Packed JSON could be small here and large there; only routes that unpack in bounded memory take it. */
function refuseEncoded({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new HttpProblem('unsupported-media-type', 'Send JSON without Content-Encoding.');
}

/** How many bytes the body of this request may have. */
export function limitOf({ routeOptions, headers }: FastifyRequest): number {
  const { bodyLimit } = (routeOptions.config ?? {}) as { bodyLimit?: number };
  return bodyLimit ?? (CLOUDEVENTS.test(headers['content-type'] ?? '') ? LARGEST_BODY : BODY_LIMIT);
}
