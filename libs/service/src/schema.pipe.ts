import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { BadInput, type FieldError } from './problems.js';
import { acceptedAt, explain, pointerOf, unknownFields } from './schemaErrors.js';

const PLACES = { body: 'body', query: 'query', param: 'path', custom: 'header' } as const;

/** A request with more faults than this is told of the first ones only. */
const MOST_ERRORS = 50;

/**
 * Checks every parameter against the schema in its decorator. Fields that the schema does not know are refused rather than
 * dropped, even where the schema (cut from an event's) would let them pass: a misspelt option must not look like a default.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (schema === undefined) return value;
    return checked(schema as z.ZodType, value, PLACES[type], data === undefined ? [] : [data]);
  }
}

/**
 * The value in the form that the schema gives it.
 * @throws BadInput naming every place at fault
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: FieldError['in'] = 'body',
  base: readonly string[] = [],
): z.output<Schema> {
  const result = schema.safeParse(value);
  const faults = result.success
    ? unknownFields(value, result.data).map((path) => ({
        path,
        rule: 'unrecognized_keys',
        detail: `There is no such field.${acceptedAt(schema, path.slice(0, -1))}`,
      }))
    : result.error.issues.flatMap((issue) => explain(schema, issue));
  if (result.success && faults.length === 0) return result.data;
  const errors = faults.slice(0, MOST_ERRORS).map(({ path, rule, detail }) => ({
    in: place,
    pointer: pointerOf([...base, ...path]),
    rule,
    detail,
  }));
  throw new BadInput(errors);
}
