import { Rejected } from '#events';
import { checkZone } from '../zone.js';
import type { Component } from './component.js';
import { all, only } from './property.js';
import { shown } from './refusal.js';
import { windowsZones } from './windowsZones.js';

/** How the zones of one calendar are read. */
export interface Zones {
  /** The zone a TZID means. */
  readonly of: (tzid: string) => string;
  /** The zone for dates and for times that name none; if none is given, those are refused. */
  readonly floating: string | undefined;
}

/**
 * The zones of a calendar. A TZID is a zone of the IANA database, or ends in one after a maker's prefix
 * (`/citadel.org/20210210_1/Europe/Berlin`), or its VTIMEZONE names one (X-LIC-LOCATION), or is a name of Windows.
 * Any other is refused, whatever offsets its VTIMEZONE lists: a zone is never guessed. Times without zone are those of
 * `floating`, else of the calendar's X-WR-TIMEZONE.
 */
export function zonesOf(calendar: Component, floating?: string): Zones {
  const located = new Map<string, string>();
  for (const timezone of calendar.components.filter(({ name }) => name === 'VTIMEZONE')) {
    const [tzid, location] = [only(timezone, 'TZID'), only(timezone, 'X-LIC-LOCATION')];
    if (tzid && location) located.set(tzid.value, location.value);
  }
  const of = (tzid: string) => zoneOf(tzid, located.get(tzid));
  const stated = all(calendar, 'X-WR-TIMEZONE')[0]?.value;
  return { of, floating: floating ?? (stated === undefined ? undefined : of(stated)) };
}

function zoneOf(tzid: string, location: string | undefined): string {
  const candidates = [tzid, ...suffixes(tzid), location, windowsZone(tzid)];
  const zone = candidates.find((candidate) => candidate !== undefined && isZone(candidate));
  if (zone !== undefined) return zone;
  throw new Rejected(
    'ZONE_UNKNOWN',
    `TZID ${shown(tzid)} is neither a zone of the IANA time zone database nor a name that is known for one; its VTIMEZONE does not say which place it means.`,
    'LIB-05.1',
  );
}

/** What stands after a maker's prefix: the last three, two or one of the parts, for names such as Europe/Berlin. */
function suffixes(tzid: string): string[] {
  if (!tzid.startsWith('/')) return [];
  const parts = tzid.slice(0, 200).split('/');
  return [3, 2].map((count) => parts.slice(-count).join('/'));
}

function windowsZone(tzid: string): string | undefined {
  return Object.hasOwn(windowsZones, tzid) ? windowsZones[tzid] : undefined;
}

function isZone(name: string): boolean {
  try {
    checkZone(name);
    return true;
  } catch {
    return false;
  }
}
