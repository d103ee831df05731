import { createHash } from 'node:crypto';
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ASYMMETRIC, type Identity, type Issuer, stringsAt } from './token.js';

/** How an issuer's tokens are read. */
export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Path of the claim with roles, such as `roles` or `realm_access.roles`. */
  readonly rolesClaim: string;
  readonly teamsClaim: string;
  /** The issuer's name of a group → our role; a name that is not here stands for itself. */
  readonly roleMap: Readonly<Record<string, string>>;
}

const ANSWER_WITHIN = 5_000;
const KEYS_FRESH = 10 * 60_000;
const COOLDOWN = 30_000;

/** An OpenID Connect issuer: keys by discovery, kept ten minutes, asked anew for an unknown key at most twice a minute. */
export function oidcIssuer(options: OidcOptions): Issuer {
  const { issuer, audience } = options;
  return {
    issuer,
    audience,
    algorithms: ASYMMETRIC,
    keys: discoveredKeys(issuer),
    identify: (claims) => identityOf(claims, options),
  };
}

/** A person is issuer and subject together, never an e-mail, which moves between people. */
function identityOf(claims: JWTPayload, { issuer, rolesClaim, teamsClaim, roleMap }: OidcOptions): Identity {
  return {
    id: subjectId(issuer, claims.sub ?? ''),
    kind: isMachine(claims) ? 'service' : 'human',
    roles: stringsAt(claims, rolesClaim).map((name) =>
      Object.hasOwn(roleMap, name) ? roleMap[name]! : name,
    ),
    teams: stringsAt(claims, teamsClaim),
  };
}

/** `<issuer without scheme>|<sub>`, or a digest of it where that is longer than an id may be. */
export function subjectId(issuer: string, sub: string): string {
  if (sub === '') return '';
  const id = `${issuer.replace(/^https?:\/\//, '').replace(/\/$/, '')}|${sub}`;
  return id.length <= 200 && !/\s/.test(sub)
    ? id
    : `oidc|${createHash('sha256').update(`${issuer}|${sub}`).digest('hex')}`;
}

/** A client that acts for itself: its token names no other subject (RFC 9068, 2.2). */
function isMachine(claims: JWTPayload): boolean {
  const client = claims['client_id'] ?? claims['azp'];
  return claims['gty'] === 'client-credentials' || (client !== undefined && client === claims.sub);
}

function discoveredKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= discover(issuer);
    try {
      return await (
        await found
      )(header, token);
    } catch (error) {
      await found.catch(() => (found = undefined));
      throw error;
    }
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN) }).catch(
    (cause: unknown) => {
      throw new Error(`The issuer does not answer at ${url}.`, { cause });
    },
  );
  const found = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string')
    throw new Error(`${url} does not describe ${issuer}.`);
  assertSafe(found.jwks_uri);
  return createRemoteJWKSet(new URL(found.jwks_uri), {
    timeoutDuration: ANSWER_WITHIN,
    cacheMaxAge: KEYS_FRESH,
    cooldownDuration: COOLDOWN,
  });
}

/** Keys come over TLS; plain HTTP is for an issuer on this very machine. */
function assertSafe(url: string): void {
  if (new URL(url).protocol !== 'https:' && !isLoopback(url))
    throw new Error(`${url} must be https, or http on loopback.`);
}

/** Whether a URL is plain HTTP to this very machine. */
export function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'http:' &&
    (hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname))
  );
}
