import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { type Trace, traceOf, traceparentOf, withTrace } from './trace.js';

/** The token of the instruments in Nest. */
export const METRICS = Symbol('METRICS');

/** Answers are data of the caller's: nothing may guess at their type, frame them, or keep them. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Health checks and scrapes are counted, and not written to the log at each turn. */
const QUIET = new Set(['/health/live', '/health/ready', '/metrics']);

/** What happens around every request: its trace, its line in the log, its place in the figures. */
export function hookRequests(fastify: FastifyInstance, log: Log, metrics: Metrics): void {
  const traces = new WeakMap<FastifyRequest, Trace>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const trace = traceOf(request.headers);
    traces.set(request, trace);
    metrics.inFlight.inc();
    reply.headers({ ...HEADERS, 'correlation-id': trace.correlationId, traceparent: traceparentOf(trace) });
    withTrace(trace, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.inFlight.dec();
    note(metrics, request, reply);
    const trace = traces.get(request);
    if (trace && !isQuiet(request, reply))
      withTrace(trace, () => log.info(lineOf(request, reply), 'request'));
    done();
  });
}

function note(metrics: Metrics, request: FastifyRequest, reply: FastifyReply): void {
  const labels = { method: request.method, route: routeOf(request), status: String(reply.statusCode) };
  metrics.requests.observe(labels, reply.elapsedTime / 1000);
}

/** The pattern of the route. The address itself would make a label of every id, and put ids of the caller's in the log. */
const routeOf = (request: FastifyRequest): string =>
  request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');

const isQuiet = (request: FastifyRequest, reply: FastifyReply): boolean =>
  QUIET.has(routeOf(request)) && reply.statusCode < 400;

function lineOf(request: FastifyRequest, reply: FastifyReply): object {
  return {
    method: request.method,
    route: routeOf(request),
    params: request.params,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
  };
}
