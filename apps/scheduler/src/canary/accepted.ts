import { Rejected } from '#events';
import type { z } from 'zod';

const REPORTED = 20;

/**
 * The input in the form that its schema gives it, defaults filled in.
 * @throws Rejected INPUT_INVALID, one violation a field (20 at most), each naming the field by its path
 */
export function accepted<Schema extends z.ZodType>(schema: Schema, given: z.input<Schema>): z.output<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Rejected(
    result.error.issues.slice(0, REPORTED).map(({ path, message }) => ({
      code: 'INPUT_INVALID',
      message: `${path.map(String).join('.') || 'input'}: ${message}.`,
      ref: '4.3.1',
    })),
  );
}
