import { Rejected } from '#events';

/** What one field of a cron expression may hold. */
export interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Words for its numbers, the first for `least`. */
  readonly words?: readonly string[];
}

/** The values of a field; `any` where it begins with a star, so that it restricts nothing. */
export interface Values {
  readonly any: boolean;
  readonly values: readonly number[];
  /** Weekdays at a place in the month, counted from 1 or, from its end, from -1. */
  readonly nth?: readonly (readonly [weekday: number, place: number])[];
}

const NUMBER = /^\d{1,9}$/;

/**
 * Reads a field: a list of `*`, `?`, values and ranges, each with or without a step; a value with a step counts on to the
 * end of the field. A star with a step of more than one restricts. As robfig/cron 3 does.
 * @throws Rejected CRON_INVALID
 */
export function readField(text: string, field: Field): Values {
  const read = text
    .split(',')
    .filter(Boolean)
    .map((part) => range(part, field));
  if (read.length === 0) throw cronInvalid(field.name, text, 'it is empty');
  const values = [...new Set(read.flatMap(({ values }) => values))].sort((a, b) => a - b);
  return { any: read.some(({ any }) => any), values };
}

function range(part: string, field: Field): Values {
  const [span = '', step, more] = part.split('/');
  const [first = '', last, further] = span.split('-');
  if (more !== undefined || further !== undefined)
    throw cronInvalid(field.name, part, 'it has too many signs');
  const every = step === undefined ? 1 : number(step, 1, 1_000_000_000, field.name);
  const isStar = first === '*' || first === '?';
  if (isStar && last !== undefined) throw cronInvalid(field.name, part, 'a range has two ends');
  const from = isStar ? field.least : value(first, field);
  const to = isStar || (last === undefined && step !== undefined) ? field.most : value(last ?? first, field);
  if (from > to) throw cronInvalid(field.name, part, 'its range ends before it begins');
  const values = Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => from + i * every);
  return { any: isStar && every === 1, values };
}

function value(text: string, { name, least, most, words }: Field): number {
  const word = words?.indexOf(text.toLowerCase()) ?? -1;
  return word >= 0 ? least + word : number(text, least, most, name);
}

/** A whole number within bounds. @throws Rejected CRON_INVALID */
export function number(text: string, least: number, most: number, name: string): number {
  const read = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (read >= least && read <= most) return read;
  throw cronInvalid(name, text, `it must be a whole number from ${least} to ${most}`);
}

export function cronInvalid(name: string, text: string, complaint: string): Rejected {
  return new Rejected(
    'CRON_INVALID',
    `${name} ${JSON.stringify(text.slice(0, 60))}: ${complaint}.`,
    'LIB-05.1',
  );
}
