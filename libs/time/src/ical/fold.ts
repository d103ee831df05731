import { Rejected } from '#events';

const OCTETS = 75;
const MOST_CHARACTERS = 8 * 1_048_576;
const MOST_LINES = 200_000;

/** A line as meant, with folds undone, and the number of the line at which it begins. */
export interface LogicalLine {
  readonly number: number;
  readonly text: string;
}

/** Ends a line with CRLF and folds it so that none is over 75 octets, never inside a character. RFC 5545 §3.1. */
export function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > OCTETS) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return `${folded}\r\n`;
}

/**
 * Undoes folding, in one pass. Lines may end with CRLF, LF or CR; empty ones are left out.
 * @throws Rejected ICAL_TOO_LARGE for more than 8 Mi characters or 200,000 lines
 */
export function unfold(text: string): LogicalLine[] {
  if (text.length > MOST_CHARACTERS)
    throw tooLarge(`${text.length} characters; ${MOST_CHARACTERS} are the most`);
  const lines = text.split(/\r\n|\n|\r/, MOST_LINES + 2);
  if (lines.length > MOST_LINES + 1) throw tooLarge(`more than ${MOST_LINES} lines`);
  const whole: { number: number; pieces: string[] }[] = [];
  for (const [i, line] of lines.entries()) {
    const folded = line.startsWith(' ') || line.startsWith('\t');
    const last = whole.at(-1);
    if (folded && last) last.pieces.push(line.slice(1));
    else if (line !== '') whole.push({ number: i + 1, pieces: [line] });
  }
  return whole.map(({ number, pieces }) => ({ number, text: pieces.join('') }));
}

const tooLarge = (what: string) => new Rejected('ICAL_TOO_LARGE', `The calendar has ${what}.`, 'LIB-05');
