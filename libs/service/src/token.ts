import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { InvalidJson, parseStrict } from '#json';
import type { Caller } from './caller.js';
import { HttpProblem, Unauthenticated } from './problems.js';
import { isRole, isServiceRole } from './roles.js';

/** One whom we believe: by which name, for which audience, with which keys, and how its claims are read. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
  readonly identify: (claims: JWTPayload) => Identity;
}

/** What an issuer's claims say of a subject. Names of roles that are none of ours are left out later. */
export interface Identity {
  readonly id: string;
  readonly kind: 'human' | 'service';
  readonly roles: readonly string[];
  readonly teams: readonly string[];
}

/** Signatures with a public half only: whoever can check one of these cannot make one. */
export const ASYMMETRIC = [
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
];

const SKEW_SECONDS = 60;
const LONGEST = 8_192;

/**
 * The caller that a bearer token (JWT) proves at `now`.
 * @throws Unauthenticated with a code saying what is wrong; HttpProblem `unavailable` when the issuer's keys cannot be had
 */
export async function verifyToken(token: string, issuers: readonly Issuer[], now: Date): Promise<Caller> {
  const { header, claims } = strictParts(token);
  if (header['jwk'] ?? header['jku'] ?? header['x5u'])
    throw refused('TOKEN_FORGED', 'A token that brings its own key is not believed.');
  const issuer = issuers.find((each) => each.issuer === claims['iss']);
  if (!issuer) throw refused('UNKNOWN_ISSUER', 'The token is not of an issuer that is trusted here.');
  const payload = await verified(token, issuer, now);
  refuseOtherKinds(header, payload, now);
  return callerFrom(issuer.identify(payload), payload);
}

const refused = (code: string, detail: string): Unauthenticated => new Unauthenticated(code, detail);

/** Both parts as strict JSON, so that no claim stands twice and no two readers see different ones. */
function strictParts(token: string): Record<'header' | 'claims', Record<string, unknown>> {
  const parts = token.length <= LONGEST ? token.split('.') : [];
  try {
    if (parts.length !== 3) throw new InvalidJson('NOT_JSON', 'Not three parts.');
    const [header, claims] = parts.slice(0, 2).map((part) => parseStrict(Buffer.from(part, 'base64url')));
    if (isObject(header) && isObject(claims)) return { header, claims };
  } catch (error) {
    if (!(error instanceof InvalidJson)) throw error;
  }
  throw refused('TOKEN_MALFORMED', 'The bearer token is neither a signed JWT nor an API key.');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function verified(
  token: string,
  { issuer, audience, keys, algorithms }: Issuer,
  now: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: SKEW_SECONDS,
      currentDate: now,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (error) {
    throw reasonOf(error);
  }
}

function reasonOf(error: unknown): Error {
  if (error instanceof errors.JWTExpired)
    return refused('TOKEN_EXPIRED', 'The token has expired; get a new one.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused('TOKEN_CLAIM_REFUSED', `The claim ${error.claim} of the token is not accepted here.`);
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return refused(
      'TOKEN_ALGORITHM_REFUSED',
      'The token is not signed with an accepted asymmetric algorithm.',
    );
  if (FORGED.some((type) => error instanceof type))
    return refused('TOKEN_FORGED', 'The token is not signed by its issuer.');
  const detail = 'The keys of the token issuer cannot be had at the moment.';
  return Object.assign(new HttpProblem('unavailable', detail, {}, { 'retry-after': '5' }), { cause: error });
}

const FORGED = [
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JWSInvalid,
  errors.JWTInvalid,
];

/** Claims that only ID tokens, refresh tokens and logout tokens carry. */
const NOT_ACCESS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'sid_hash'];

/** A token made for another purpose by the same issuer proves nothing here. */
function refuseOtherKinds(header: Record<string, unknown>, payload: JWTPayload, now: Date): void {
  const type = lower(header['typ'] ?? 'jwt').replace(/^application\//, '');
  const kind = lower(payload['typ'] ?? payload['token_use'] ?? 'access');
  if (
    (type !== 'at+jwt' && type !== 'jwt') ||
    !['bearer', 'access', 'at+jwt'].includes(kind) ||
    NOT_ACCESS.some((claim) => claim in payload)
  )
    throw refused('NOT_AN_ACCESS_TOKEN', 'This is not an access token; ID tokens are not accepted.');
  if ('act' in payload)
    throw refused('DELEGATION_REFUSED', 'Delegated tokens (`act`) are not accepted here.');
  if (payload.iat !== undefined && payload.iat > now.getTime() / 1000 + SKEW_SECONDS)
    throw refused('TOKEN_CLAIM_REFUSED', 'The token was issued in the future.');
}

const lower = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : 'none');

function callerFrom(identity: Identity, payload: JWTPayload): Caller {
  const { id, kind, teams } = identity;
  if (!/^[^\p{Cc}\p{Cf}\p{Z}]{1,200}$/u.test(id))
    throw refused('TOKEN_CLAIM_REFUSED', 'The claim sub of the token is not accepted here.');
  const allowed = kind === 'service' ? isServiceRole : isRole;
  const roles = [...new Set(identity.roles)].filter(allowed).toSorted();
  return { id, kind, roles, teams: [...new Set(teams)], expiresAt: new Date(payload.exp! * 1000) };
}

/** The strings of a claim that may be one string, a space-separated one, or a list; `path` may have dots. */
export function stringsAt(claims: JWTPayload, path: string): string[] {
  const direct: unknown = claims[path];
  const value: unknown =
    direct ??
    path
      .split('.')
      .reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), claims);
  if (typeof value === 'string') return value.split(' ').filter(Boolean);
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string').slice(0, 500)
    : [];
}
