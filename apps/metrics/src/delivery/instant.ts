import { Rejected } from '#events';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The years 0000 to 9999 in UTC: what an instant as text in UTC can say, though an offset can lead beyond it. */
const [FIRST, LAST] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

const RFC3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since 1970 of an RFC 3339 instant; finer fractions are cut off.
 * @throws Rejected `INVALID_TIME`, naming `field`, for anything else: no offset, 24:00, 30 February, a leap second, a time
 * that lies outside the years 0000 to 9999 in UTC.
 */
export function instant(text: unknown, field: string): number {
  if (typeof text === 'string' && RFC3339.test(text) && dayExists(text)) {
    const at = Date.parse(text);
    if (at >= FIRST && at <= LAST) return at;
  }
  throw new Rejected(
    'INVALID_TIME',
    `${field} must be an RFC 3339 instant with an offset, such as 2027-01-04T09:30:00Z.`,
  );
}

/** Engines read 30 February as 2 March; we do not. */
function dayExists(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  return day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

/** The instant as ISO text in UTC, or `null` where there is none. */
export function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

export const earlier = (a: number | undefined, b: number): number => (a === undefined || b < a ? b : a);
export const later = (a: number | undefined, b: number): number => (a === undefined || b > a ? b : a);

/** Order of texts by code units: the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
