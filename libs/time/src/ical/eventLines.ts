import { Rejected } from '#events';
import { milliseconds } from '../duration.js';
import { permitted } from '../resolve.js';
import { firstStart } from '../recurrence.js';
import { parseRule } from '../rule.js';
import type { Schedule } from '../schedule.js';
import { type Wall, wallOf } from '../wall.js';
import { exactDuration } from './duration.js';
import type { CalendarEntry } from './entry.js';
import { dateTime } from './moment.js';
import { escapeText } from './text.js';

/** The lines of a VEVENT, not yet folded. `stamp` stands in for the time of the last change where that is unknown. */
export function eventLines(entry: CalendarEntry, stamp: string): string[] {
  const changed = entry.changedAt === undefined ? undefined : dateTime(Date.parse(entry.changedAt));
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(entry.uid, 'uid')}`,
    `DTSTAMP:${changed ?? stamp}Z`,
    `SEQUENCE:${entry.sequence}`,
    ...(changed === undefined ? [] : [`LAST-MODIFIED:${changed}Z`]),
    `STATUS:${entry.status}`,
    `TRANSP:${entry.transparency}`,
    `SUMMARY:${escapeText(entry.summary, 'summary')}`,
    ...(entry.description === undefined
      ? []
      : [`DESCRIPTION:${escapeText(entry.description, 'description')}`]),
    ...scheduleLines(entry.schedule, entry.uid),
    'END:VEVENT',
  ];
}

function scheduleLines(schedule: Schedule, uid: string): string[] {
  const { zone, rule, rdates = [], exdates = [] } = schedule;
  const named = wallOf(schedule.start);
  const start = rule === undefined ? named : firstOf(rule, named, uid);
  const dated = (name: string, wall: Wall) =>
    zone === 'UTC' ? `${name}:${dateTime(wall)}Z` : `${name};TZID=${zone}:${dateTime(wall)}`;
  return [
    dated('DTSTART', start),
    schedule.kind === 'permit'
      ? `DURATION:${exactDuration(milliseconds(schedule.duration))}`
      : dated('DTEND', start + wallOf(schedule.end) - named),
    ...(rule === undefined ? [] : [`RRULE:${ruleText(rule, zone)}`]),
    ...rdates.map((date) => dated('RDATE', wallOf(date))),
    ...exdates.map((date) => dated('EXDATE', wallOf(date))),
  ];
}

/** Where the rule first gives an occurrence: readers take DTSTART for one, whatever the rule says (RFC 5545 §3.8.5.3). */
function firstOf(rule: string, start: Wall, uid: string): Wall {
  const first = firstStart(parseRule(rule), start);
  if (first !== undefined) return first;
  throw new Rejected(
    'ICAL_NEVER',
    `entry ${JSON.stringify(uid.slice(0, 60))}: its rule gives no occurrence in 100 years from its start.`,
    'SCH-06.4',
  );
}

/** The rule in capitals, with UNTIL as an instant in UTC, as RFC 5545 §3.3.10 wants it beside a zone. */
function ruleText(rule: string, zone: string): string {
  const { until } = parseRule(rule);
  const parts = rule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;$/, '')
    .split(';');
  return parts
    .map((part) => (until && part.startsWith('UNTIL=') ? `UNTIL=${instantText(until, zone)}Z` : part))
    .join(';');
}

function instantText(until: { readonly instant: number } | { readonly wall: Wall }, zone: string): string {
  return dateTime('instant' in until ? until.instant : permitted(zone, until.wall, 0).start);
}
