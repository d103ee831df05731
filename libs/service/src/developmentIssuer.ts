import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import type { Config } from './config.js';
import { isRole, isServiceRole, type Role, roleNames, serviceRoles } from './roles.js';
import { StartError } from './startError.js';
import { type Issuer, stringsAt } from './token.js';

/** The name by which tokens of this issuer are known; the key, not the name, makes them belong to one installation. */
export const DEVELOPMENT_ISSUER = 'urn:slipway:development';
const AUDIENCE = 'slipway';
const LONGEST_TTL = 366 * 86_400;

/** For whom a token is, and for how many seconds. */
export interface TokenRequest {
  readonly as: string;
  readonly roles: readonly string[];
  readonly teams?: readonly string[];
  readonly ttl?: number;
  readonly kind?: 'human' | 'service';
}

/** An issuer for one machine: it signs with a key in the data folder, so who can read that file can be anyone. */
export interface DevelopmentIssuer extends Issuer {
  /** @throws StartError naming what cannot be asked for */
  mintToken(request: TokenRequest, now: Date): Promise<string>;
}

/**
 * Opens the development issuer of a data folder, and makes its key the first time (readable by the owner only).
 * @throws StartError when the key file can be read by others, or is none
 */
export async function openDevelopmentIssuer(dataDir: string): Promise<DevelopmentIssuer> {
  const jwk = await keyIn(dataDir);
  const key = await importJWK(jwk, 'EdDSA');
  const kid = await calculateJwkThumbprint(jwk);
  const publicKey = await importJWK({ kty: jwk.kty, crv: jwk.crv, x: jwk.x }, 'EdDSA');
  return {
    issuer: DEVELOPMENT_ISSUER,
    audience: AUDIENCE,
    algorithms: ['EdDSA'],
    keys: () => publicKey,
    identify: (claims) => ({
      id: claims.sub ?? '',
      kind: claims['kind'] === 'service' ? 'service' : 'human',
      roles: stringsAt(claims, 'roles'),
      teams: stringsAt(claims, 'teams'),
    }),
    mintToken: async (request, now) => {
      const { claims, expires } = claimsOf(request, now);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(request.as)
        .setIssuedAt(now)
        .setExpirationTime(expires)
        .sign(key);
    },
  };
}

/**
 * A token for somebody, where a development issuer is allowed: what `slipway token` prints.
 * @throws StartError in production, beside an OIDC issuer unless allowed, or for what cannot be asked for
 */
export async function mintDevelopmentToken(
  config: Pick<Config, 'developmentIssuer' | 'SLIPWAY_DATA'>,
  request: TokenRequest,
  now: Date,
): Promise<string> {
  if (!config.developmentIssuer)
    throw new StartError(
      'Tokens come from the OIDC issuer here: the development issuer is off in production, and beside an OIDC issuer unless SLIPWAY_DEVELOPMENT_ISSUER=allow.',
    );
  return (await openDevelopmentIssuer(config.SLIPWAY_DATA)).mintToken(request, now);
}

function claimsOf(
  { as, roles, teams = [], ttl = 43_200, kind = 'human' }: TokenRequest,
  now: Date,
): { claims: JWTPayload; expires: Date } {
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/.test(as))
    throw new StartError(
      'A name has 1 to 100 letters, digits, dots, hyphens, underscores or @, such as alice.',
    );
  const wrong = roles.filter((role) => !(kind === 'service' ? isServiceRole(role) : isRole(role)));
  const known: readonly Role[] = kind === 'service' ? serviceRoles : roleNames;
  if (wrong.length > 0 || roles.length === 0)
    throw new StartError(
      `${wrong.join(', ') || 'No role'} cannot be given to a ${kind}: roles are ${known.join(', ')}.`,
    );
  if (!teams.every((team) => /^[^\s\p{Cc}]{1,100}$/u.test(team)))
    throw new StartError('A team has 1 to 100 characters without spaces.');
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > LONGEST_TTL)
    throw new StartError(`A token lives a whole number of seconds from 1 to ${LONGEST_TTL}.`);
  return {
    claims: { roles: [...roles], teams: [...teams], kind },
    expires: new Date(now.getTime() + ttl * 1000),
  };
}

async function keyIn(dataDir: string): Promise<JWK> {
  const file = join(dataDir, 'issuer.key.json');
  if (!existsSync(file)) await makeKey(dataDir, file);
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new StartError(
      `${file} signs tokens and can be read by others: chmod 600 it, or delete it to get a new one.`,
    );
  const jwk = parsed(readFileSync(file, 'utf8'));
  if (jwk?.kty !== 'OKP' || jwk.crv !== 'Ed25519' || typeof jwk.d !== 'string')
    throw new StartError(`${file} holds no Ed25519 key: delete it to get a new one.`);
  return jwk;
}

function parsed(text: string): JWK | undefined {
  try {
    return JSON.parse(text) as JWK;
  } catch {
    return undefined;
  }
}

/** Written beside and linked, so that of two who start at once both use the same whole key. */
async function makeKey(dataDir: string, file: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
