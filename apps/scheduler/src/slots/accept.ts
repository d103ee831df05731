import { Rejected } from '#events';
import type { z } from 'zod';

const REPORTED = 20;

/**
 * Checks plain data against its schema before any arithmetic sees it.
 * @throws Rejected `INVALID_INPUT`, one violation a field (20 at most), each naming the field by its path.
 */
export function accept<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  field: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Rejected(
    result.error.issues.slice(0, REPORTED).map(({ path, message }) => ({
      code: 'INVALID_INPUT',
      message: `${[field, ...path.map(String)].join('.')}: ${message}.`,
      ref: '4.5',
    })),
  );
}
