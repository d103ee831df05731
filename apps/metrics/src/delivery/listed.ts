import { Rejected } from '#events';

/**
 * Refuses what is given as a list and is none: a text would be read letter by letter.
 * @throws Rejected `INVALID_FACT`, naming the field
 */
export function listed(value: unknown, field: string): void {
  if (value !== undefined && !Array.isArray(value))
    throw new Rejected('INVALID_FACT', `A fact's ${field} must be a list of texts.`);
}
