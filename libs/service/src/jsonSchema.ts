import { z } from 'zod';

type JsonObject = Record<string, unknown>;

/** Formats that say it better than the pattern zod writes beside them. */
const FORMATS = new Set(['date-time', 'date', 'time', 'duration', 'uuid', 'email']);

/**
 * A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 speaks, and the named schemas it refers to. What requests carry
 * is closed, as the schema pipe refuses unknown fields; what answers carry stays open, so that fields can be added.
 */
export function jsonSchemaOf(
  schema: unknown,
  io: 'input' | 'output',
): { schema: JsonObject; components: JsonObject } {
  const {
    $schema: _dialect,
    $defs,
    ...rest
  } = referring(
    z.toJSONSchema(schema as z.ZodType, {
      io,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => tidy(zodSchema, jsonSchema as JsonObject, io),
    }),
  );
  return { schema: rest, components: ($defs ?? {}) as JsonObject };
}

/** The same with references that lead to where an OpenAPI document keeps its named schemas. */
const referring = (schema: object): JsonObject =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? value.replace(/^#\/\$defs\//, '#/components/schemas/')
      : value,
  ) as JsonObject;

function tidy(schema: z.core.$ZodType, json: JsonObject, io: 'input' | 'output'): void {
  if (FORMATS.has(json['format'] as string)) delete json['pattern'];
  if (json['minimum'] === Number.MIN_SAFE_INTEGER) delete json['minimum'];
  if (json['maximum'] === Number.MAX_SAFE_INTEGER) delete json['maximum'];
  const { type, catchall } = schema._zod.def as { type: string; catchall?: unknown };
  if (type !== 'object') return;
  if (io === 'input' && catchall === undefined) json['additionalProperties'] = false;
  if (io === 'output') delete json['additionalProperties'];
}
