import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type AccessDenials, NOBODY } from './accessDenied.js';
import { type Caller, rememberCaller } from './caller.js';
import { computes, demandOf } from './permit.js';
import { HttpProblem, Unauthenticated } from './problems.js';
import type { Role } from './roles.js';

/** Finds out who a bearer credential belongs to, or throws `Unauthenticated`. */
export type Authenticate = (credential: string, now: Date) => Promise<Caller>;

/** The one place where calls are let in. Bound to handlers, so no spelling of an address gets past it. Denies by default. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly denials: AccessDenials,
    private readonly now: () => Date,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const demand = demandOf(context.getHandler(), context.getClass());
    if (demand === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const harmless = reads(request) || computes(context.getHandler());
    const caller = await this.#callerOf(request, harmless);
    if (!permits(demand ?? [], caller.roles, harmless))
      throw await this.#forbidden(request, caller, demand ?? []);
    rememberCaller(request, caller);
    return true;
  }

  async #callerOf(request: FastifyRequest, harmless: boolean): Promise<Caller> {
    const now = this.now();
    try {
      return await this.authenticate(credentialOf(request.headers.authorization), now);
    } catch (error) {
      const worthRecording =
        error instanceof Unauthenticated && !(harmless && error.code === 'TOKEN_MISSING');
      if (worthRecording)
        await this.denials.record({ subject: NOBODY, action: actionOf(request), code: error.code }, now);
      throw error;
    }
  }

  async #forbidden(request: FastifyRequest, subject: Caller, demand: readonly Role[]): Promise<HttpProblem> {
    await this.denials.record({ subject, action: actionOf(request), code: 'ROLE_MISSING' }, this.now());
    const detail = `This needs one of the roles ${demand.join(', ') || '(none is declared)'}; you have ${subject.roles.join(', ') || 'none'}.`;
    return new HttpProblem('forbidden', detail, { code: 'ROLE_MISSING' });
  }
}

/** Any of the demanded roles; an auditor may do whatever a role may that changes nothing. */
export function permits(demand: readonly Role[], roles: readonly Role[], harmless: boolean): boolean {
  if (demand.length === 0) return false;
  return (harmless && roles.includes('auditor')) || roles.some((role) => demand.includes(role));
}

const reads = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

const actionOf = ({ method, routeOptions }: FastifyRequest): string =>
  `${method} ${routeOptions.url ?? 'unmatched'}`;

function credentialOf(header: string | undefined): string {
  if (header === undefined)
    throw new Unauthenticated('TOKEN_MISSING', 'Send Authorization: Bearer with a token or API key.');
  const credential = /^Bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1];
  if (credential === undefined)
    throw new Unauthenticated('TOKEN_MALFORMED', 'Authorization must be Bearer and one token.');
  return credential;
}
