import { Rejected } from '#events';

const escapes: Record<string, string> = { '\\': '\\\\', ';': '\\;', ',': '\\,', '\n': '\\n' };
const meant: Record<string, string> = { '\\': '\\', ';': ';', ',': ',', n: '\n', N: '\n' };

/** Characters RFC 5545 has no room for: controls other than tab and newline, and halves of a surrogate pair. */
const FORBIDDEN = /(?![\t\n\u0080-\u009f])[\p{Cc}\p{Cs}]/u;

/**
 * Writes a text as a TEXT value (RFC 5545 §3.3.11); CRLF and CR become newlines.
 * @throws Rejected ICAL_TEXT_INVALID for control characters and lone surrogates, which no calendar can hold
 */
export function escapeText(text: string, field: string): string {
  const lines = text.replace(/\r\n?/g, '\n');
  if (FORBIDDEN.test(lines))
    throw new Rejected(
      'ICAL_TEXT_INVALID',
      `${field} holds a control character or a lone surrogate, which a calendar cannot carry (RFC 5545 §3.1).`,
      'SCH-06.4',
    );
  return lines.replace(/[\\;,\n]/g, (character) => escapes[character]!);
}

/** The text a TEXT value stands for; a backslash before anything else stands for itself. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, character: string) => meant[character]!);
}
