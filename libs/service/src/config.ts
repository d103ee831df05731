import { resolve } from 'node:path';
import { z } from 'zod';
import { serviceNames } from '#events';
import { isLoopback, type OidcOptions } from './oidcIssuer.js';
import { isRole } from './roles.js';
import { StartError } from './startError.js';

const Url = (protocol: RegExp, accepted: string) =>
  z.string().refine((text) => URL.canParse(text) && protocol.test(new URL(text).protocol), accepted);

/** `a=b,c=d` as an object; commas and equals signs cannot be part of a name here. */
const RoleMap = z
  .string()
  .regex(/^[^=,]+=[a-z_]+(,[^=,]+=[a-z_]+)*$/)
  .transform((text) => Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string])))
  .refine((map) => Object.values(map).every(isRole));

const Services = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.enum(serviceNames as [string, ...string[]])).min(1));

/** Every setting, and in `describe` what it accepts. Nothing that endangers data or access has a default. */
const Environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('development, test or production'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().max(65_535))
    .default(3000)
    .describe('a port from 0 to 65535 (0: any that is free)'),
  HOST: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[\w.:-]+$/)
    .default('127.0.0.1')
    .describe('an address or name to listen on, such as 127.0.0.1 or 0.0.0.0'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('trace, debug, info, warn, error, fatal or silent'),
  DATABASE_URL: Url(/^postgres(ql)?:$/, '')
    .optional()
    .describe('postgres://user:password@host:port/database; without it an embedded PostgreSQL is started'),
  SLIPWAY_DATA: z
    .string()
    .min(1)
    .default('data')
    .describe('the folder for data, keys and the embedded PostgreSQL'),
  SLIPWAY_STORE: z.enum(['postgres', 'kurrentdb']).default('postgres').describe('postgres or kurrentdb'),
  KURRENTDB_URL: Url(/^(kurrentdb|esdb)(\+discover)?:$/, '')
    .optional()
    .describe('kurrentdb://host:port?tls=…; needed with SLIPWAY_STORE=kurrentdb'),
  SLIPWAY_BUS: z
    .union([z.literal('log'), z.string().regex(/^kafka:\/\/[\w.-]+:\d+(,[\w.-]+:\d+)*$/)])
    .default('log')
    .describe('log (services read the log itself), or kafka://host:port[,host:port…]'),
  SLIPWAY_SERVICES: Services.default([...serviceNames]).describe(
    `one or more of ${serviceNames.join(', ')}, separated by commas`,
  ),
  SLIPWAY_LEDGER_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('the file with the key that signs the ledger; ledger.key in the data folder unless given'),
  SLIPWAY_LEDGER_ORIGIN: z
    .string()
    .regex(/^[a-z0-9.-]+(\/[a-z0-9._-]+)*$/)
    .max(100)
    .default('slipway.local/ledger')
    .describe('the name of the ledger, like a host and a path without a scheme, such as example.com/slipway'),
  SLIPWAY_OIDC_ISSUER: Url(/^https?:$/, '')
    .optional()
    .describe('the issuer of access tokens: https://…, or http:// on loopback'),
  SLIPWAY_OIDC_AUDIENCE: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('the audience that tokens must name; needed with SLIPWAY_OIDC_ISSUER'),
  SLIPWAY_OIDC_ROLES_CLAIM: z
    .string()
    .min(1)
    .max(200)
    .default('roles')
    .describe('the claim with roles or groups, such as roles or realm_access.roles'),
  SLIPWAY_OIDC_TEAMS_CLAIM: z
    .string()
    .min(1)
    .max(200)
    .default('teams')
    .describe('the claim with teams, such as groups'),
  SLIPWAY_OIDC_ROLE_MAP: RoleMap.default({}).describe(
    'group=role pairs separated by commas, such as sre=deployment_operator,cab=cab_member',
  ),
  SLIPWAY_DEVELOPMENT_ISSUER: z
    .enum(['allow', 'deny'])
    .optional()
    .describe('allow or deny; allow keeps it beside an OIDC issuer, and is refused in production'),
});

type Read = z.infer<typeof Environment>;

/** The token of the configuration in Nest. */
export const CONFIG = Symbol('CONFIG');

/** The configuration: read once, at the start. */
export interface Config extends Omit<Read, 'SLIPWAY_OIDC_ISSUER'> {
  /** The issuer of people's tokens, when there is one. */
  readonly oidc?: OidcOptions;
  /** Whether tokens of the development issuer are believed, and `slipway token` may make some. */
  readonly developmentIssuer: boolean;
}

/**
 * Reads the configuration from the environment. An empty value counts as none.
 * @throws StartError naming every setting at fault and what it accepts, never its value
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = Environment.safeParse(given);
  if (!result.success) throw faulty([...new Set(result.error.issues.map(({ path }) => String(path[0])))]);
  const read = result.data;
  const misspelt = Object.keys(given).filter((name) => name.startsWith('SLIPWAY_') && !known(name));
  if (misspelt.length > 0)
    throw new StartError(`Unknown settings: ${misspelt.join(', ')}. Known are ${NAMES.join(', ')}.`);
  const missing = missingIn(read);
  if (missing.length > 0) throw faulty(missing);
  const { SLIPWAY_OIDC_ISSUER: _issuer, ...rest } = read;
  return {
    ...rest,
    SLIPWAY_DATA: resolve(read.SLIPWAY_DATA),
    oidc: oidcOf(read),
    developmentIssuer: developmentAllowed(read),
  };
}

const NAMES = Object.keys(Environment.shape);

/** Also the names that only tests and the command line read. */
const known = (name: string): boolean =>
  name.startsWith('SLIPWAY_TEST_') || ['SLIPWAY_URL', 'SLIPWAY_TOKEN', ...NAMES].includes(name);

function faulty(names: readonly string[]): StartError {
  const accepted = names.map((name) => `${name} (${Environment.shape[name as keyof Read].description})`);
  return new StartError(`Settings that are missing or cannot be used: ${accepted.join('; ')}.`);
}

/** Settings that others make necessary. Production without an issuer would have nobody whom it could believe. */
function missingIn(read: Read): string[] {
  const oidc = read.SLIPWAY_OIDC_ISSUER;
  const production = read.NODE_ENV === 'production';
  const wrong: [name: keyof Read, isWrong: boolean][] = [
    ['KURRENTDB_URL', read.SLIPWAY_STORE === 'kurrentdb' && !read.KURRENTDB_URL],
    ['SLIPWAY_OIDC_AUDIENCE', oidc !== undefined && !read.SLIPWAY_OIDC_AUDIENCE],
    ['SLIPWAY_OIDC_ISSUER', oidc !== undefined ? !isSafe(oidc) : production],
    ['SLIPWAY_DEVELOPMENT_ISSUER', production && read.SLIPWAY_DEVELOPMENT_ISSUER === 'allow'],
    ['SLIPWAY_OIDC_ISSUER', oidc === undefined && read.SLIPWAY_DEVELOPMENT_ISSUER === 'deny'],
  ];
  return [...new Set(wrong.filter(([, isWrong]) => isWrong).map(([name]) => name))];
}

function isSafe(url: string): boolean {
  const { protocol, search, hash } = new URL(url);
  return search === '' && hash === '' && (protocol === 'https:' || isLoopback(url));
}

/** A development issuer where no other one is configured, or beside it where that is asked for; never in production. */
const developmentAllowed = (read: Read): boolean =>
  read.NODE_ENV !== 'production' &&
  (read.SLIPWAY_OIDC_ISSUER === undefined || read.SLIPWAY_DEVELOPMENT_ISSUER === 'allow');

function oidcOf(read: Read): OidcOptions | undefined {
  if (read.SLIPWAY_OIDC_ISSUER === undefined) return undefined;
  return {
    issuer: read.SLIPWAY_OIDC_ISSUER,
    audience: read.SLIPWAY_OIDC_AUDIENCE!,
    rolesClaim: read.SLIPWAY_OIDC_ROLES_CLAIM,
    teamsClaim: read.SLIPWAY_OIDC_TEAMS_CLAIM,
    roleMap: read.SLIPWAY_OIDC_ROLE_MAP,
  };
}
