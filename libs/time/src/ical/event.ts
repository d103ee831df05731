import { prepare } from '../prepared.js';
import { recurrence } from '../recurrence.js';
import { parseRule } from '../rule.js';
import type { Schedule } from '../schedule.js';
import { type Wall, wallOf, wallText } from '../wall.js';
import type { Component } from './component.js';
import type { ContentLine } from './contentLine.js';
import { exactDuration, type Length, readDuration } from './duration.js';
import { type Moment, momentOf, nextDay, readMoment, wallIn } from './moment.js';
import { all, only } from './property.js';
import { atLine, refusal } from './refusal.js';
import type { Zones } from './zoneName.js';

/**
 * The schedules of one VEVENT: the first is its start and rule with RDATE and EXDATE, one more for each RDATE that is a
 * PERIOD. An exact DURATION makes a permit schedule; DTEND, dates, and durations in days, which all mean the clock on
 * the wall, make a restrict one (LIB-05.2, LIB-05.3). DTSTART is always an occurrence, as in RFC 5545 §3.8.5.3, even where
 * the rule does not give it. A rule of hours, minutes or seconds is refused, and so are EXRULE and a second RRULE.
 */
export function readSchedules(event: Component, zones: Zones): Schedule[] {
  const started = only(event, 'DTSTART');
  if (!started) throw refusal(event.line, 'VEVENT has no DTSTART', '3.6.1');
  const exrule = only(event, 'EXRULE');
  if (exrule) throw refusal(exrule.line, 'EXRULE is out of use; EXDATE takes its place', '3.8.5');
  const start = readMoment(started, zones);
  const dates = all(event, 'RDATE').flatMap((property) => further(property, start, zones));
  const master: Schedule = {
    ...one(start, lengthOf(event, started, start, zones)),
    ...recurring(
      event,
      start,
      dates.filter((date) => typeof date === 'number'),
    ),
    ...listed(
      'exdates',
      all(event, 'EXDATE').flatMap((property) => exceptions(property, start, zones)),
    ),
  };
  atLine(started.line, () => prepare(master));
  return [master, ...dates.filter((date) => typeof date !== 'number')];
}

function one({ zone, wall }: Moment, { milliseconds, exact }: Length): Schedule {
  const start = wallText(wall);
  if (exact) return { kind: 'permit', zone, start, duration: exactDuration(milliseconds) };
  return { kind: 'restrict', zone, start, end: wallText(wall + milliseconds) };
}

function lengthOf(event: Component, started: ContentLine, start: Moment, zones: Zones): Length {
  const [ended, lasting] = [only(event, 'DTEND'), only(event, 'DURATION')];
  if (ended && lasting) throw refusal(lasting.line, 'DTEND and DURATION exclude each other', '3.6.1');
  if (lasting) {
    const length = readDuration(lasting.value, lasting);
    if (start.isDate && length.exact)
      throw refusal(lasting.line, 'DURATION of a date must be in days', '3.8.2.5');
    return length;
  }
  if (ended) return until(readMoment(ended, zones), start, ended);
  if (start.isDate) return { milliseconds: nextDay(0), exact: false };
  throw refusal(started.line, 'the event has neither DTEND nor DURATION, so it lasts no time', '3.6.1');
}

function until(end: Moment, start: Moment, property: ContentLine): Length {
  if (end.isDate !== start.isDate)
    throw refusal(property.line, 'DTEND and DTSTART must both be dates or both times', '3.8.2.2');
  const milliseconds = wallIn(start.zone, end, property) - start.wall;
  if (milliseconds > 0) return { milliseconds, exact: false };
  throw refusal(property.line, `${property.name} must lie after DTSTART`, '3.8.2.2');
}

function recurring(
  event: Component,
  { wall, isDate }: Moment,
  dates: readonly Wall[],
): { rule?: string; rdates?: string[] } {
  const ruled = only(event, 'RRULE');
  if (!ruled) return listed('rdates', dates);
  const rule = isDate ? withoutTimes(ruled.value) : ruled.value;
  const { count: _, ...endless } = atLine(ruled.line, () => parseRule(rule));
  const first = recurrence(endless, wall)(wall, wall + 1);
  return { rule, ...listed('rdates', first.length > 0 ? dates : [wall, ...dates]) };
}

/** A rule without times of day, which count for nothing beside a date. RFC 5545 §3.3.10. */
function withoutTimes(rule: string): string {
  return rule
    .split(';')
    .filter((part) => !/^BY(?:HOUR|MINUTE|SECOND)=/i.test(part))
    .join(';');
}

/** The further starts of an RDATE; those that are periods have an end of their own and so are schedules. */
function further(property: ContentLine, start: Moment, zones: Zones): (Wall | Schedule)[] {
  const isPeriod = property.parameters.get('VALUE')?.toUpperCase() === 'PERIOD';
  if (!isPeriod) return exceptions(property, start, zones);
  return property.value.split(',').map((value) => {
    const [first = '', last = ''] = value.split('/');
    const from = momentOf(first, property, zones);
    const length = /^[+-]?P/.test(last)
      ? readDuration(last, property)
      : until(momentOf(last, property, zones), from, property);
    const schedule = one(from, length);
    atLine(property.line, () => prepare(schedule));
    return schedule;
  });
}

function exceptions(property: ContentLine, start: Moment, zones: Zones): Wall[] {
  return property.value.split(',').map((value) => {
    const moment = momentOf(value, property, zones);
    if (moment.isDate !== start.isDate)
      throw refusal(property.line, `${property.name} and DTSTART must both be dates or both times`, '3.8.5');
    return wallIn(start.zone, moment, property);
  });
}

function listed<Name extends string>(name: Name, walls: readonly Wall[]): { [Key in Name]?: string[] } {
  const list = walls.length > 0 ? { [name]: walls.map(wallText) } : {};
  return list as { [Key in Name]?: string[] };
}

/** The schedule without the occurrences that start there: other events take their place. */
export function without(schedule: Schedule, walls: readonly Wall[]): Schedule {
  const left = new Set([...(schedule.exdates ?? []).map(wallOf), ...walls]);
  return left.size === 0 ? schedule : { ...schedule, exdates: [...left].map(wallText) };
}
