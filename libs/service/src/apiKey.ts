import {
  ApiKeyIssued,
  ApiKeyRevoked,
  type Decision,
  type Entity,
  type EventOf,
  Rejected,
  type Violation,
} from '#events';
import { isServiceRole, serviceRoles } from './roles.js';

/** What a key is to be. `subject` is the account it acts as; `expiresAt` is ISO 8601 UTC. */
export interface KeyRequest {
  readonly keyId: string;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly expiresAt: string;
}

/** Who makes a key, as far as that limits it. */
export interface Maker {
  readonly id: string;
  readonly roles: readonly string[];
  readonly expiresAt: Date;
}

export type ApiKeyEvent = EventOf<typeof ApiKeyIssued | typeof ApiKeyRevoked>;

type Issued = EventOf<typeof ApiKeyIssued>['data'];
export type ApiKey =
  | { readonly status: 'unknown' }
  | { readonly status: 'issued'; readonly key: Issued }
  | { readonly status: 'revoked'; readonly key: Issued };

const LONGEST = 366 * 86_400_000;

/** Accounts of machines stand apart from persons, whatever name is asked for. */
export const accountOf = (name: string): string => `machine|${name}`;

/**
 * Issues a key: with roles of machines that its maker has, living no longer than the maker's own token nor 366 days.
 * Asked again for the same key there is nothing to do; its secret was shown once.
 * @throws Rejected KEY_EXISTS, KEY_ROLE_NOT_FOR_MACHINES, KEY_EXCEEDS_ISSUER, KEY_OUTLIVES_ISSUER, KEY_LIFETIME
 */
export function issue(
  request: KeyRequest,
  hash: string,
  issuer: Maker,
  now: Date,
): Decision<ApiKey, ApiKeyEvent> {
  return (state) => {
    if (state.status !== 'unknown') {
      if (state.status === 'issued' && isSame(state.key, request, issuer)) return [];
      throw new Rejected('KEY_EXISTS', 'There is a key of this id; choose another id.', 'LIB-07');
    }
    const violations = faultsOf(request, issuer, now);
    if (violations.length > 0) throw new Rejected(violations);
    const { keyId, subject, expiresAt } = request;
    const roles = [...new Set(request.roles)].toSorted();
    return [ApiKeyIssued({ keyId, hash, subject, roles, issuedBy: issuer.id, expiresAt })];
  };
}

/** Revokes a key; once revoked it stays so. @throws Rejected KEY_UNKNOWN */
export function revoke(keyId: string, revokedBy: string, reason: string): Decision<ApiKey, ApiKeyEvent> {
  return (state) => {
    if (state.status === 'unknown')
      throw new Rejected('KEY_UNKNOWN', 'There is no key of this id.', 'LIB-07');
    return state.status === 'revoked' ? [] : [ApiKeyRevoked({ keyId, revokedBy, reason })];
  };
}

function isSame(key: Issued, request: KeyRequest, issuer: Maker): boolean {
  const wanted = [...new Set(request.roles)].toSorted().join();
  return (
    key.subject === request.subject &&
    key.roles.join() === wanted &&
    key.expiresAt === request.expiresAt &&
    key.issuedBy === issuer.id
  );
}

function faultsOf({ roles, expiresAt }: KeyRequest, issuer: Maker, now: Date): Violation[] {
  const ends = Date.parse(expiresAt);
  return [
    ...roles
      .filter((role) => !isServiceRole(role))
      .map((role) =>
        fault('KEY_ROLE_NOT_FOR_MACHINES', `A key cannot be ${role}; it can be ${serviceRoles.join(', ')}.`),
      ),
    ...roles
      .filter((role) => isServiceRole(role) && !issuer.roles.includes(role))
      .map((role) =>
        fault('KEY_EXCEEDS_ISSUER', `You are not ${role} yourself, so a key of yours cannot be.`),
      ),
    ...(ends > issuer.expiresAt.getTime()
      ? [
          fault(
            'KEY_OUTLIVES_ISSUER',
            `Your own token ends at ${issuer.expiresAt.toISOString()}; a key of yours cannot live longer.`,
          ),
        ]
      : []),
    ...(ends > now.getTime() && ends <= now.getTime() + LONGEST
      ? []
      : [fault('KEY_LIFETIME', 'A key ends in the future, and at most 366 days from now.')]),
  ];
}

const fault = (code: string, message: string): Violation => ({ code, message, ref: 'LIB-07' });

function evolve(state: ApiKey, { type, data }: ApiKeyEvent): ApiKey {
  switch (type) {
    case 'ApiKeyIssued':
      return { status: 'issued', key: data };
    case 'ApiKeyRevoked':
      return state.status === 'issued' ? { status: 'revoked', key: state.key } : state;
  }
}

/** Streams `apikey-<id>`: a category ends at the first hyphen. */
export const apiKey: Entity<ApiKey, ApiKeyEvent> = {
  category: 'apikey',
  initialState: { status: 'unknown' },
  evolve,
};
