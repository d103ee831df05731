import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What is checked of a service; the rest is `unknown` and only its name is looked at. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: string | { readonly context: string };
  readonly command?: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { condition: string; required?: boolean }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes?: Readonly<Record<string, object>>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that has no default is not set. */
export class Missing extends Error {}

/** Reads a compose file as Compose does: merge keys, then variables in every text. */
export function readCompose(file: URL, environment: Environment): Compose {
  const raw: unknown = parse(readFileSync(file, 'utf8'), { merge: true });
  return interpolated(raw, environment) as Compose;
}

function interpolated(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') return interpolate(value, environment);
  if (Array.isArray(value)) return value.map((each) => interpolated(each, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, interpolated(member, environment)]),
  );
}

const VARIABLE = /\$(?:(\$)|(\w+)|\{(\w+)(?:(:?[-?+])([^}]*))?\})/g;

/** `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:?message}`, `${X?message}`, `${X:+instead}`, and `$$`. */
export function interpolate(text: string, environment: Environment): string {
  return text.replace(VARIABLE, (_, dollar, plain, name = plain, operator = '', word = '') => {
    if (dollar) return '$';
    const value = environment[name as string];
    const empty = value === undefined || (operator.startsWith(':') && value === '');
    if (operator.endsWith('?') && empty) throw new Missing(`${name}: ${word}`);
    if (operator.endsWith('+')) return empty ? '' : word;
    return empty ? word : value;
  });
}
