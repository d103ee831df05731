import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Actor, type CommandContext, fingerprint } from '#events';
import { sha256 } from '#json';
import { BadInput, HttpProblem } from './problems.js';
import type { Role } from './roles.js';
import { currentTrace, traceOf, traceparentOf } from './trace.js';

/** Who calls, as far as their token proves it. */
export interface Caller extends Actor {
  readonly roles: readonly Role[];
  readonly teams: readonly string[];
  /** When the token or key ends; nothing derived from it may live longer. */
  readonly expiresAt: Date;
}

const callers = new WeakMap<object, Caller>();

/** Keeps what the guard found out, for the handler. */
export const rememberCaller = (request: FastifyRequest, caller: Caller): void =>
  void callers.set(request, caller);

/** The caller of a request that passed the guard. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new HttpProblem('internal', 'A public route asked for its caller.');
  return caller;
}

const requestOf = (context: ExecutionContext): FastifyRequest =>
  context.switchToHttp().getRequest<FastifyRequest>();

const callerDecorator = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(requestOf(context)),
);

/** Gives a handler its caller. (Also the name of the type: both say who calls.) */
export const Caller = (): ParameterDecorator => callerDecorator();

const COMMAND = 'slipway:command';

const commandDecorator = createParamDecorator((_: unknown, context: ExecutionContext): CommandContext =>
  commandOf(requestOf(context)),
);

/** Gives a handler the context for `execute`: actor, command id, trace, and the revision of `If-Match`. */
export const Command = (): ParameterDecorator => (target, key, index) => {
  commandDecorator()(target, key, index);
  if (key !== undefined) Reflect.defineMetadata(COMMAND, true, (target as Record<PropertyKey, object>)[key]!);
};

/** Whether a handler takes a command, and so understands `Idempotency-Key` and `If-Match`. */
export const takesCommand = (handler: object): boolean => Reflect.getMetadata(COMMAND, handler) === true;

/**
 * The command context of a request.
 * @throws BadInput for an `Idempotency-Key`, `If-Match` or `If-None-Match` that cannot be meant
 */
export function commandOf(request: FastifyRequest): CommandContext {
  const { id, kind, roles, onBehalfOf } = callerOf(request);
  const trace = currentTrace() ?? traceOf(request.headers);
  const commandId = idempotencyKeyOf(request.headers['idempotency-key']);
  const expected = expectedOf(request.headers['if-match'], request.headers['if-none-match']);
  return {
    actor: { id, kind, roles, ...(onBehalfOf !== undefined && { onBehalfOf }) },
    correlationId: trace.correlationId,
    traceparent: traceparentOf(trace),
    ...(commandId !== undefined && { commandId, commandHash: contentHash(request, id) }),
    ...(expected !== undefined && { expected }),
  };
}

/** Method, route, ids, query, body and caller: the same key for anything else is a mistake, or somebody else's key. */
function contentHash(request: FastifyRequest, caller: string): string {
  const { method, params, query, body, routeOptions } = request;
  const content = Buffer.isBuffer(body) ? sha256(body).toString('hex') : body;
  return fingerprint({
    caller,
    method,
    route: routeOptions.url,
    params: { ...(params as object) },
    query: { ...(query as object) },
    content,
  });
}

/** A structured-field string (`"a b"`, RFC 8941) or the bare text, up to 200 visible characters. */
export function idempotencyKeyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = typeof header === 'string' ? header.trim() : '';
  const quoted = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1');
  const key = quoted ?? (/^[!#-~][ !#-~]*$/.test(text) ? text : '');
  if (key.length >= 1 && key.length <= 200) return key;
  throw badHeader('Idempotency-Key', 'A string of 1 to 200 visible ASCII characters, quoted or bare.');
}

/** `If-Match: "v7"`, `"7"` or `7` is revision 7; `If-None-Match: *` is "must not exist" (revision 0). */
export function expectedOf(ifMatch: string | undefined, ifNoneMatch: string | undefined): number | undefined {
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*' && ifMatch === undefined) return 0;
    throw badHeader('If-None-Match', 'Only * is understood, and not together with If-Match.');
  }
  if (ifMatch === undefined) return undefined;
  const revision = /^(?:"v?(\d{1,15})"|(\d{1,15}))$/.exec(ifMatch.trim());
  if (revision) return Number(revision[1] ?? revision[2]);
  throw badHeader('If-Match', 'One revision as the ETag of an answer gives it, such as "v7".');
}

function badHeader(name: string, detail: string): BadInput {
  return new BadInput([{ in: 'header', pointer: `/${name}`, rule: 'header', detail }]);
}
