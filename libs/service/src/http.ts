import type { Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiDocument } from './apiDocument.js';
import { BODY_LIMIT, readBodies } from './bodies.js';
import { hookRequests } from './httpHooks.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { assertEveryRouteDeclares } from './permit.js';
import { documentOf, PROBLEM_JSON } from './problem.filter.js';
import { HttpProblem, problems } from './problems.js';
import { noteRoutes } from './routes.js';

/** Ids have at most 200 characters; an encoded one may be three times as long. */
const LONGEST_PARAMETER = 600;

/** The HTTP server. Addresses are taken as written: no slash is forgiven, no letter changes case, `;` starts nothing. */
export function httpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    bodyLimit: BODY_LIMIT,
    http: { maxHeaderSize: 16_384 },
    // A stream of facts may take long; a slow head may not (Node ends that after a minute).
    requestTimeout: 3_600_000,
    // Requests on open connections are still answered while the process stops.
    return503OnClosing: false,
    clientErrorHandler: answerSocket,
    frameworkErrors: answerUnrouted,
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      maxParamLength: LONGEST_PARAMETER,
    },
  });
}

/** Options for `NestFactory.create` that go with it: bodies are read here, not by Nest; a failed start throws. */
export const httpOptions = { bodyParser: false, abortOnError: false } as const;

/** Lays parsers and hooks; to be called right after `NestFactory.create`. @throws StartError naming undeclared routes */
export function configureHttp(app: NestFastifyApplication, parts: { log: Log; metrics: Metrics }): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  readBodies(fastify);
  noteRoutes(fastify);
  hookRequests(fastify, parts.log, parts.metrics);
  assertEveryRouteDeclares(app);
}

/** Initialises the application, and checks again, now that the router knows all it serves. @throws StartError */
export async function initHttp(app: INestApplication): Promise<void> {
  await app.init();
  assertEveryRouteDeclares(app);
  app.get(ApiDocument).describe(app);
}

/** An address that the router cannot take never comes to a handler or a hook. */
function answerUnrouted(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const problem =
    error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? new HttpProblem('address-too-long', 'A part of the address is longer than 200 characters.')
      : new HttpProblem('malformed', 'The address is not a valid URL.');
  const { status } = problems[problem.problem];
  void reply
    .status(status)
    .type(PROBLEM_JSON)
    .send(JSON.stringify(documentOf(problem)));
}

/** What is not HTTP, or has too large a head, never becomes a request; it is answered on the bare connection. */
function answerSocket(error: FastifyError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new HttpProblem('headers-too-large', 'All headers together may have 16 KiB.')
      : new HttpProblem('malformed', 'This is not an HTTP request.');
  const { status, title } = problems[problem.problem];
  const body = JSON.stringify(documentOf(problem));
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
