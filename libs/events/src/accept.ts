import type { z } from 'zod';
import { Rejected } from './rejected.js';

/** How data that does not fit is refused. */
export interface Refused {
  /** The rule's place in the specification. */
  readonly ref: string;
  /** `INVALID_INPUT` unless given. */
  readonly code?: string;
  /** Where the data stands in what was asked: the first part of every path. */
  readonly under?: string;
  /** What it is called where no field of it is meant; `input` unless given. */
  readonly whole?: string;
}

/** How many faults of one piece of data are listed. */
const REPORTED = 20;

/**
 * Plain data as its schema gives it, defaults filled in: looked at before any arithmetic sees it.
 * @throws Rejected with the refusal's code, one violation a field (20 at most), each naming the field by its path
 */
export function accept<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { ref, code = 'INVALID_INPUT', under, whole = 'input' }: Refused,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Rejected(
    result.error.issues.slice(0, REPORTED).map(({ path, message }) => {
      const field = [...(under === undefined ? [] : [under]), ...path.map(String)].join('.');
      return { code, message: `${field || whole}: ${message}.`, ref };
    }),
  );
}
