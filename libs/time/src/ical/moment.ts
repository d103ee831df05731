import { Rejected } from '#events';
import { offsetAt } from '../offsets.js';
import { permitted } from '../resolve.js';
import { DAY, FIRST_WALL, type Wall, wallOf, wallText } from '../wall.js';
import type { ContentLine } from './contentLine.js';
import { atLine, refusal, shown } from './refusal.js';
import type { Zones } from './zoneName.js';

/** A DATE or DATE-TIME: what the clock shows, and where. A date is its midnight. */
export interface Moment {
  readonly wall: Wall;
  readonly zone: string;
  readonly isDate: boolean;
}

const SHAPE = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;

/** Reads a property that is one DATE or DATE-TIME. RFC 5545 §3.3.4, §3.3.5. */
export function readMoment(property: ContentLine, zones: Zones): Moment {
  return momentOf(property.value, property, zones);
}

/** Reads one value of a property that may list several. */
export function momentOf(value: string, property: ContentLine, zones: Zones): Moment {
  const { line, name, parameters } = property;
  const [, year, month, day, hour, minute, second, utc] = SHAPE.exec(value) ?? [];
  const text = `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`;
  const wall = year ? wallOf(text) : Number.NaN;
  const isDate = parameters.get('VALUE')?.toUpperCase() === 'DATE';
  if (!(wall >= FIRST_WALL && wallText(wall) === text && isDate === (hour === undefined)))
    throw refusal(
      line,
      `${name} is ${shown(value)}; it must be a ${isDate ? 'date such as 20271220' : 'date and time such as 20271220T090000'} that exists`,
      isDate ? '3.3.4' : '3.3.5',
    );
  return { wall, isDate, zone: utc ? 'UTC' : zoneFor(property, zones) };
}

function zoneFor({ line, name, parameters }: ContentLine, zones: Zones): string {
  const tzid = parameters.get('TZID');
  if (tzid !== undefined) return atLine(line, () => zones.of(tzid));
  if (zones.floating !== undefined) return zones.floating;
  throw new Rejected(
    'ICAL_ZONE_MISSING',
    `line ${line}: ${name} names no zone; say in which zone such dates and times are meant.`,
    'LIB-05.1',
  );
}

/** What the clock in `zone` shows at a moment; an hour it shows twice can only be named the first time. */
export function wallIn(zone: string, moment: Moment, { line, name }: ContentLine): Wall {
  if (moment.zone === zone) return moment.wall;
  const instant = permitted(moment.zone, moment.wall, 0).start;
  const wall = instant + offsetAt(zone, instant);
  if (permitted(zone, wall, 0).start === instant) return wall;
  throw refusal(
    line,
    `${name} is the second ${wallText(wall)} in ${zone}, which cannot be named there`,
    '3.3.5',
  );
}

/** A wall as DATE-TIME without zone: `20270328T013000`. */
export function dateTime(wall: Wall): string {
  return new Date(wall).toISOString().replace(/[-:]|\.\d+Z/g, '');
}

/** Midnight after a date. */
export const nextDay = (wall: Wall): Wall => wall + DAY;
