import { z } from 'zod';

export type Json = Record<string, unknown>;

/** The schema of a described text. */
export const text = (description: string, more: Json = {}): Json => ({
  type: 'string',
  description,
  ...more,
});

/** A schema as AsyncAPI reads it; the named ones that it refers to are put among `schemas`. */
export function schemaOf(schema: z.ZodType, schemas: Json): Json {
  const options = { io: 'input', target: 'draft-7', unrepresentable: 'any', override: tidy } as const;
  const { $schema: _, definitions = {}, ...rest } = inComponents(z.toJSONSchema(schema, options)) as Json;
  Object.assign(schemas, definitions);
  return rest;
}

/** References point to where the named schemas stand in the document. */
function inComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      key === '$ref'
        ? [key, String(member).replace('#/definitions/', '#/components/schemas/')]
        : [key, inComponents(member)],
    ),
  );
}

/** Leaves out what only repeats the type: the bounds of safe integers, the pattern of a date-time. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
