import ICAL from 'ical.js';
import type { Interval } from '../intervals.js';

/** The occurrences in `range` of every event of a calendar, as ical.js reads them with the calendar's own VTIMEZONEs. */
export function secondReading(text: string, range: Interval): Interval[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zones = calendar.getAllSubcomponents('vtimezone').map((zone) => new ICAL.Timezone(zone));
  ICAL.TimezoneService.reset();
  for (const zone of zones) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents('vevent').flatMap((event) => occurrences(new ICAL.Event(event), range));
}

function occurrences(event: ICAL.Event, { start, end }: Interval): Interval[] {
  const found: Interval[] = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next; next = iterator.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(next);
    const read = { start: startDate.toUnixTime() * 1_000, end: endDate.toUnixTime() * 1_000 };
    if (read.start >= end) break;
    if (read.end > start) found.push(read);
  }
  return found;
}

/** A property of every event, as ical.js reads it. */
export function secondValues(text: string, name: string): unknown[] {
  return new ICAL.Component(ICAL.parse(text))
    .getAllSubcomponents('vevent')
    .map((event) => event.getFirstPropertyValue(name));
}
