import type { z } from 'zod';

type Path = readonly PropertyKey[];

/** One fault: where, which rule of the schema, and what would be accepted. */
export interface Fault {
  readonly path: Path;
  readonly rule: string;
  readonly detail: string;
}

/** A JSON Pointer (RFC 6901); long member names are cut, since the caller chose them. */
export const pointerOf = (path: Path): string =>
  path.map((key) => `/${String(key).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What the formats mean to someone who has to write one. */
const FORMATS: Record<string, string> = {
  datetime: 'an instant in UTC such as 2031-05-06T10:00:00Z',
  date: 'a date such as 2031-05-06',
  duration: 'an ISO 8601 duration such as PT30M',
  uuid: 'a UUID',
  url: 'a URL',
};

/** An issue of the schema, as faults that name their own place. The value itself is never repeated. */
export function explain(schema: z.ZodType, issue: z.core.$ZodIssue): Fault[] {
  const { code: rule, path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      rule,
      detail: `There is no such field.${acceptedAt(schema, path)}`,
    }));
  if (issue.code === 'invalid_format' && issue.format in FORMATS)
    return [{ path, rule, detail: `Expected ${FORMATS[issue.format]}.` }];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return [bestOf(schema, issue)];
  const detail = issue.message.replace(/^(Invalid input|Invalid string|Invalid option): /, '');
  return [{ path, rule, detail: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.` }];
}

/** Of a union, the branch that came furthest says most. */
function bestOf(schema: z.ZodType, issue: z.core.$ZodIssueInvalidUnion): Fault {
  const furthest = issue.errors.toSorted((a, b) => a.length - b.length || depth(b) - depth(a))[0] ?? [];
  const [first] = furthest.flatMap((inner) => explain(schema, inner));
  return {
    path: [...issue.path, ...(first?.path ?? [])],
    rule: issue.code,
    detail: first?.detail ?? issue.message,
  };
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map(({ path }) => path.length));

/** The paths of members that the schema dropped: it does not know them. */
export function unknownFields(given: unknown, kept: unknown, path: Path = []): Path[] {
  if (Array.isArray(given) && Array.isArray(kept))
    return given.flatMap((item, i) => unknownFields(item, kept[i], [...path, i]));
  if (!isObject(given) || !isPlain(kept)) return [];
  return Object.keys(given).flatMap((key) =>
    Object.hasOwn(kept, key)
      ? unknownFields(given[key], kept[key], [...path, key])
      : given[key] === undefined
        ? []
        : [[...path, key]],
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What a schema made by itself; a Date, Map or other result of a transformation has no fields to compare. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A sentence that lists the fields known at a place; empty where the schema is no object there. */
export function acceptedAt(schema: z.ZodType, path: Path): string {
  let here: Definition | undefined = bare(schema);
  for (const key of path) {
    const next: unknown = here?.shape ? here.shape[String(key)] : (here?.element ?? here?.valueType);
    here = next === undefined ? undefined : bare(next as z.ZodType);
  }
  return here?.shape ? ` Known are ${Object.keys(here.shape).join(', ')}.` : '';
}

interface Definition {
  readonly shape?: Record<string, z.ZodType>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
}

/** The definition beneath optional, default, pipe and the like. */
function bare(schema: z.ZodType): Definition {
  let definition = schema.def as Definition;
  for (
    let inner = definition.innerType ?? definition.in;
    inner;
    inner = definition.innerType ?? definition.in
  )
    definition = inner.def as Definition;
  return definition;
}
