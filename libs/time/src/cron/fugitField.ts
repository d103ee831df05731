import { cronInvalid, type Field, number, type Values } from './field.js';

/** What a field may hold beyond `most`, or counted from its end. */
export interface FugitField extends Field {
  /** A second name for `least`: hour 24, weekday 7. */
  readonly again?: number;
  /** Whether `L`, `last` and numbers below zero count from the end, `-1` being the last. */
  readonly fromEnd?: boolean;
  /** Whether it is the weekdays, which may be numbered (`mon#1`, `fri#-1`, `sun#L`). */
  readonly numbered?: boolean;
}

const PART = /^(\*|\?|-?\w+)(?:-(-?\w+))?(?:\/(\d{1,2}))?$/;
const NUMBERED = /^(\w+)#(-?[1-5]|last|l)$/i;
const LAST = /^(?:l|last)$/i;

/**
 * Reads a field as Fugit 1.11 does: as `readField`, but a range that ends before it begins goes on over the end of the
 * field (`fri-mon`, `22-5`), days of the month may count from its end, and weekdays may be those of a place in the month.
 * A weekday with a step is that weekday alone.
 * @throws Rejected CRON_INVALID
 */
export function readFugitField(text: string, field: FugitField): Values {
  const parts = text.split(',').filter(Boolean);
  if (parts.length === 0) throw cronInvalid(field.name, text, 'it is empty');
  const read = parts.map((part) => (field.numbered && nthOf(part, field)) || range(part, field));
  return {
    any: read.some(({ any }) => any),
    values: [...new Set(read.flatMap(({ values }) => values))].sort((a, b) => a - b),
    nth: read.flatMap(({ nth = [] }) => nth),
  };
}

function nthOf(part: string, field: FugitField): Values | undefined {
  const [, weekday = '', place = ''] = NUMBERED.exec(part) ?? [];
  if (weekday === '') return undefined;
  const [only] = within([value(weekday, field)], field);
  return { any: false, values: [], nth: [[only!, LAST.test(place) ? -1 : Number(place)]] };
}

function range(part: string, field: FugitField): Values {
  const [, first = '', last, step] = PART.exec(part) ?? [];
  const isStar = first === '*' || first === '?';
  if (first === '' || (isStar && last !== undefined)) throw cronInvalid(field.name, part, 'it is no range');
  const every = step === undefined ? 1 : number(step, 1, 99, field.name);
  const from = isStar ? field.least : value(first, field);
  const goesOn = isStar || (step !== undefined && !field.numbered);
  const to = last === undefined ? (goesOn ? field.most : from) : value(last, field);
  const end = endOf(part, from, to, field);
  const count = Math.floor((end - from) / every) + 1;
  const values = Array.from({ length: count }, (_, i) => from + i * every);
  return { any: isStar && every === 1, values: within(values, field) };
}

/** Where a range from `from` ends: beyond the field where it goes on over its end, never on the other side of zero. */
function endOf(part: string, from: number, to: number, { name, least, most }: FugitField): number {
  if (from < 0 && (to > 0 || to < from)) throw cronInvalid(name, part, 'its range ends before it begins');
  if (from > 0 && to < 0) return most;
  return from <= to ? to : to + most - least + 1;
}

function within(values: readonly number[], { least, most }: FugitField): number[] {
  return values.map((value) => (value > most ? value - (most - least + 1) : value));
}

function value(text: string, { name, least, most, words, again = most, fromEnd }: FugitField): number {
  const word = words?.indexOf(text.toLowerCase()) ?? -1;
  if (word >= 0) return least + word;
  if (!fromEnd) return number(text, least, again, name);
  if (LAST.test(text)) return -1;
  return text.startsWith('-') ? -number(text.slice(1), least, most, name) : number(text, least, most, name);
}
