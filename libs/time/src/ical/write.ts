import { accept, Rejected } from '#events';
import { prepare } from '../prepared.js';
import { SCHEDULE_INVALID } from '../schedule.js';
import { DAY, FIRST_WALL, LAST_WALL, wallOf } from '../wall.js';
import { CalendarFeed } from './entry.js';
import { eventLines } from './eventLines.js';
import { fold } from './fold.js';
import { dateTime } from './moment.js';
import { escapeText } from './text.js';
import { timezoneLines } from './vtimezone.js';

const PRODUCT = '-//Slipway//Slipway//EN';
/** How often a subscriber may look for changes. RFC 7986 §5.7. */
const REFRESH = 'PT1H';
/** How far beyond today zones are described, for rules that do not end. */
const YEARS_AHEAD = 10;

/**
 * Writes a calendar as iCalendar (RFC 5545, RFC 7986): each schedule in its own zone, with a VTIMEZONE for each zone
 * named, entries with their stable UID and SEQUENCE, cancelled ones as CANCELLED. `now` dates entries whose last change is
 * unknown, and zones are described up to ten years after it. The same feed and `now` give the same bytes.
 * @throws Rejected SCHEDULE_INVALID, ZONE_UNKNOWN, RULE_INVALID, ICAL_TEXT_INVALID, ICAL_NEVER
 */
export function writeCalendar(input: CalendarFeed, now: number): string {
  const { name, color, entries } = accept(CalendarFeed, input, SCHEDULE_INVALID);
  if (!(now >= FIRST_WALL && now < LAST_WALL))
    throw new Rejected('ICAL_INVALID', 'now must be an instant in the years 1900 to 9999.', 'SCH-06.4');
  for (const { schedule } of entries) prepare(schedule);
  const title = escapeText(name, 'name');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${PRODUCT}`,
    'CALSCALE:GREGORIAN',
    `NAME:${title}`,
    `X-WR-CALNAME:${title}`,
    ...(color === undefined ? [] : [`COLOR:${color}`]),
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...zoneLines(entries, now),
    ...entries.flatMap((entry) => eventLines(entry, dateTime(now))),
    'END:VCALENDAR',
  ]
    .map(fold)
    .join('');
}

function zoneLines(entries: CalendarFeed['entries'], now: number): string[] {
  const dates = new Map<string, number[]>();
  for (const { schedule } of entries) {
    const { zone, start, rdates = [] } = schedule;
    if (zone === 'UTC') continue;
    const known = dates.get(zone);
    const walls = [start, ...rdates].map(wallOf);
    if (known) known.push(...walls);
    else dates.set(zone, walls);
  }
  return [...dates].flatMap(([zone, walls]) => {
    const first = walls.reduce((a, b) => Math.min(a, b), now);
    const last = walls.reduce((a, b) => Math.max(a, b), now);
    return timezoneLines(zone, { start: first - 2 * DAY, end: last + YEARS_AHEAD * 366 * DAY });
  });
}
