import { Rejected } from '#events';
import { permitted } from '../resolve.js';
import type { Schedule } from '../schedule.js';
import { checkZone } from '../zone.js';
import { type Component, readComponents } from './component.js';
import { type ImportedEntry, statuses, transparencies } from './entry.js';
import { readSchedules, without } from './event.js';
import { type Moment, readMoment, wallIn } from './moment.js';
import { all, only, word } from './property.js';
import { refusal } from './refusal.js';
import { unescapeText } from './text.js';
import { type Zones, zonesOf } from './zoneName.js';

const MOST_EVENTS = 10_000;

/** What an iCalendar text comes to. */
export interface ImportedCalendar {
  readonly name?: string;
  /** One for each UID, in the order in which they first come. */
  readonly entries: readonly ImportedEntry[];
  /** Events that another of the same UID (and instance) with a newer SEQUENCE or DTSTAMP replaced. */
  readonly superseded: number;
}

/** A VEVENT as read; with `instance`, it takes the place of one occurrence of the event of its UID. */
interface Read extends ImportedEntry {
  readonly stamp: string;
  readonly instance?: Moment;
  readonly component: Component;
}

/**
 * Reads iCalendar (RFC 5545): the events of every VCALENDAR in the text. Of several with one UID the highest SEQUENCE
 * counts (then the latest DTSTAMP); an event with RECURRENCE-ID takes the place of that occurrence, or cancels it.
 * Cancelled entries are kept, with status CANCELLED, and METHOD:CANCEL cancels all. Dates and times without a zone are read
 * in `zone`, else in the calendar's X-WR-TIMEZONE, else refused.
 * @throws Rejected ICAL_INVALID, ICAL_ZONE_MISSING, ZONE_UNKNOWN, RULE_INVALID, FREQUENCY_UNSUPPORTED, SCHEDULE_INVALID,
 *   each with the number of the line; ICAL_TOO_LARGE
 */
export function readCalendar(text: string, zone?: string): ImportedCalendar {
  if (zone !== undefined) checkZone(zone);
  const calendars = readComponents(text);
  const events = calendars.flatMap((calendar) => readEvents(calendar, zone));
  const newest = newestOf(events);
  const byUid = new Map<string, Read[]>();
  for (const event of newest) {
    const known = byUid.get(event.uid);
    if (known) known.push(event);
    else byUid.set(event.uid, [event]);
  }
  const name = calendars.flatMap((calendar) => [
    ...all(calendar, 'NAME'),
    ...all(calendar, 'X-WR-CALNAME'),
  ])[0];
  return {
    ...(name && { name: unescapeText(name.value) }),
    entries: [...byUid.values()].map(entryOf),
    superseded: events.length - newest.length,
  };
}

function readEvents(calendar: Component, zone: string | undefined): Read[] {
  const zones = zonesOf(calendar, zone);
  const isCancel = only(calendar, 'METHOD')?.value.trim().toUpperCase() === 'CANCEL';
  const events = calendar.components.filter(({ name }) => name === 'VEVENT');
  if (events.length > MOST_EVENTS)
    throw new Rejected(
      'ICAL_TOO_LARGE',
      `The calendar has ${events.length} events; ${MOST_EVENTS} are the most.`,
      'LIB-05',
    );
  return events.map((event) => ({
    ...readEvent(event, zones),
    ...(isCancel && { status: 'CANCELLED' as const }),
  }));
}

function readEvent(component: Component, zones: Zones): Read {
  const instance = only(component, 'RECURRENCE-ID');
  if (instance?.parameters.has('RANGE'))
    throw refusal(
      instance.line,
      'RECURRENCE-ID with RANGE is not offered: end the rule and start another event',
      '3.8.4.4',
    );
  const changed = only(component, 'LAST-MODIFIED');
  const description = only(component, 'DESCRIPTION');
  return {
    component,
    uid: uidOf(component),
    sequence: sequenceOf(component),
    summary: unescapeText(only(component, 'SUMMARY')?.value ?? ''),
    ...(description && { description: unescapeText(description.value) }),
    status: word(component, 'STATUS', statuses),
    transparency: word(component, 'TRANSP', transparencies),
    ...(changed && { changedAt: instantOf(readMoment(changed, zones)) }),
    stamp: only(component, 'DTSTAMP')?.value ?? '',
    ...(instance && { instance: readMoment(instance, zones) }),
    schedules: readSchedules(component, zones),
  };
}

function instantOf({ zone, wall }: Moment): string {
  return new Date(permitted(zone, wall, 0).start).toISOString();
}

function uidOf(component: Component): string {
  const uid = unescapeText(only(component, 'UID')?.value ?? '');
  if (uid !== '' && uid.length <= 1_000) return uid;
  throw refusal(component.line, 'VEVENT must have a UID, of 1000 characters at most', '3.8.4.7');
}

function sequenceOf(component: Component): number {
  const property = only(component, 'SEQUENCE');
  if (!property) return 0;
  if (/^\d{1,10}$/.test(property.value)) return Number(property.value);
  throw refusal(property.line, 'SEQUENCE must be a whole number, 0 or more', '3.8.7.4');
}

function newestOf(events: readonly Read[]): Read[] {
  const newest = new Map<string, Read>();
  for (const event of events) {
    const key = JSON.stringify([event.uid, event.instance?.wall, event.instance?.zone]);
    const known = newest.get(key);
    if (!known || !isOlder(event, known)) newest.set(key, event);
  }
  return [...newest.values()];
}

function isOlder(event: Read, than: Read): boolean {
  return event.sequence === than.sequence ? event.stamp < than.stamp : event.sequence < than.sequence;
}

function entryOf(events: readonly Read[]): ImportedEntry {
  const master = events.find(({ instance }) => !instance);
  const moved = events.filter(({ instance }) => instance);
  const kept = moved.filter(({ status }) => status !== 'CANCELLED').flatMap(({ schedules }) => schedules);
  const { component: _, stamp: __, instance: ___, ...entry } = master ?? events[0]!;
  return {
    ...entry,
    sequence: Math.max(...events.map(({ sequence }) => sequence)),
    schedules: master ? [...replaced(master, moved), ...kept] : kept,
  };
}

function replaced({ schedules, component: master }: Read, moved: readonly Read[]): readonly Schedule[] {
  const [first, ...periods] = schedules;
  const isDate = only(master, 'DTSTART')!.parameters.get('VALUE')?.toUpperCase() === 'DATE';
  const walls = moved.map(({ component, instance }) => {
    const property = only(component, 'RECURRENCE-ID')!;
    if (instance!.isDate !== isDate)
      throw refusal(
        property.line,
        'RECURRENCE-ID and the DTSTART of its event must both be dates or both times',
        '3.8.4.4',
      );
    return wallIn(first!.zone, instance!, property);
  });
  return [without(first!, walls), ...periods];
}
