import { Rejected } from '#events';
import type { z } from 'zod';

/** How many faults of one piece of data are listed. */
const REPORTED = 20;

/**
 * Checks plain data against its schema before any arithmetic sees it.
 * @throws Rejected `SCHEDULE_INVALID`, one violation a field (20 at most), each naming the field by its path.
 */
export function accept<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Rejected(
    result.error.issues.slice(0, REPORTED).map(({ path, message }) => ({
      code: 'SCHEDULE_INVALID',
      message: `${path.map(String).join('.') || 'schedule'}: ${message}.`,
      ref: 'LIB-05.1',
    })),
  );
}
