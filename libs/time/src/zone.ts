import { Rejected } from '#events';

/** Names without a region that the zone database keeps for old users (its file `backward`, 2025c), and UTC. */
const UNDIVIDED = new Set(
  (
    'utc uct zulu universal cet cst6cdt cuba eet egypt eire est5edt gb gb-eire hongkong iceland iran israel jamaica ' +
    'japan kwajalein libya met mst7mdt navajo nz nz-chat poland portugal prc pst8pdt roc rok singapore turkey w-su wet'
  ).split(' '),
);

/** Offsets in disguise: signed numbers with or without a prefix, and names of the zone database that are one. */
const FIXED = /^(?:(?:etc\/)?(?:gmt|utc|ut)?[+-]\d.*|(?:etc\/)?(?:gmt[+-]?\d*|greenwich)|z|est|mst|hst)$/i;

/** Names that the platform knows beside the zone database. */
const FOREIGN = /^systemv\//i;

const MOST_KNOWN = 2_000;
const known = new Set<string>();

/**
 * Checks that a schedule is kept in a place, not at an offset. Links such as `US/Eastern` are as good as what they
 * name; upper and lower case are alike. `UTC`, its synonyms `UCT`, `Zulu`, `Universal` and those under `Etc/` are zones.
 * Every other name of an offset is none, for it has no summer time where people mean a place that has: `+01:00`,
 * `GMT+1`, `Etc/GMT+5`, `GMT`, `EST`, `MST`, `HST`. LIB-05.1.
 * @throws Rejected `ZONE_FIXED_OFFSET` for an offset, `ZONE_UNKNOWN` for what the zone database does not name.
 */
export function checkZone(zone: string, field = 'zone'): void {
  if (known.has(zone)) return;
  if (FIXED.test(zone))
    throw new Rejected(
      'ZONE_FIXED_OFFSET',
      `${field} is the fixed offset ${shown(zone)}: name a place, such as Europe/London, or UTC.`,
      'LIB-05.1',
    );
  if (!isKnown(zone))
    throw new Rejected(
      'ZONE_UNKNOWN',
      `${field} is ${shown(zone)}, which the IANA time zone database does not name.`,
      'LIB-05.1',
    );
  if (known.size < MOST_KNOWN) known.add(zone);
}

function isKnown(zone: string): boolean {
  if (FOREIGN.test(zone) || !(zone.includes('/') || UNDIVIDED.has(zone.toLowerCase()))) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

function shown(zone: string): string {
  return JSON.stringify(zone.slice(0, 64));
}
