import { Rejected } from '#events';

/** What is wrong with a line of a calendar, by its number in the text (from 1) and the rule it breaks. */
export function refusal(line: number, complaint: string, rule: string): Rejected {
  return new Rejected('ICAL_INVALID', `line ${line}: ${complaint} (RFC 5545 §${rule}).`, 'LIB-05');
}

/** Runs `read`; what it refuses is refused with the number of the line, under its own code. */
export function atLine<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw new Rejected(
      error.violations.map((violation) => ({ ...violation, message: `line ${line}: ${violation.message}` })),
    );
  }
}

/** A text as it is quoted in a refusal: cut short, on one line. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
