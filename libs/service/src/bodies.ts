import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { parseStrict } from '#json';

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
    fastify.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      parse(body as Buffer, done),
    );
  fastify.addContentTypeParser(
    CLOUDEVENTS,
    { parseAs: 'buffer', bodyLimit: LARGEST_BODY },
    (_request, body, done) => done(null, body),
  );
  fastify.addContentTypeParser('application/x-ndjson', (_request, _stream, done) => done(null));
  fastify.addHook('onRoute', limitBody);
}

function parse(body: Buffer, done: (error: Error | null, value?: unknown) => void): void {
  try {
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
