import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { expand } from '#time/expand';
import type { Bench } from './bench.js';
import { compete, figure } from './round.js';
import { beside } from './row.js';

const ZONES = (
  'Africa/Cairo Africa/Casablanca Africa/Johannesburg America/Chicago America/Denver America/Los_Angeles ' +
  'America/New_York America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll Asia/Dubai Asia/Hong_Kong ' +
  'Asia/Jerusalem Asia/Kathmandu Asia/Kolkata Asia/Singapore Asia/Tokyo Australia/Adelaide Australia/Lord_Howe ' +
  'Australia/Sydney Europe/Athens Europe/Berlin Europe/Dublin Europe/London Europe/Madrid Pacific/Apia ' +
  'Pacific/Auckland Pacific/Chatham UTC'
).split(' ');
const FIRST_YEAR = 2027;
const HOUR = 3_600_000;

/** Sundays at 01:30 for three hours: in many zones once a year in a gap, and once in an overlap. */
const window = (zone: string) =>
  ({
    kind: 'permit',
    zone,
    start: '2020-01-05T01:30',
    rule: 'FREQ=WEEKLY;BYDAY=SU',
    duration: 'PT3H',
  }) as const;
const rangeOf = (year: number) => ({ start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) });

/** The starts of one year in one zone; each way of finding them has this shape. */
type Find = (zone: string, year: number) => number;

const ours: Find = (zone, year) => expand(window(zone), rangeOf(year)).occurrences.length;

const library: Find = (zone, year) => {
  const dtstart = Temporal.ZonedDateTime.from(`2020-01-05T01:30[${zone}]`);
  const { start, end } = rangeOf(year);
  return new RRuleTemporal({ freq: 'WEEKLY', byDay: ['SU'], dtstart, tzid: zone }).between(
    new Date(start),
    new Date(end),
  ).length;
};

const walk: Find = (zone, year) => {
  const { start, end } = rangeOf(year);
  let found = 0;
  for (let at = start; at < end; at += HOUR / 2) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    if (local.dayOfWeek === 7 && local.hour === 1 && local.minute === 30) found++;
  }
  return found;
};

/** Milliseconds a zone takes, on average over the zones; each go has a year of its own. */
const perZone = (find: Find, zones: readonly string[]) => {
  let year = FIRST_YEAR;
  return async () => {
    const began = performance.now();
    for (const zone of zones) find(zone, year);
    year++;
    return { milliseconds: (performance.now() - began) / zones.length };
  };
};

/** The same for a year whose zone data have been read. */
const perKnownZone = (find: Find, times: number) => async () => {
  for (const zone of ZONES) find(zone, FIRST_YEAR);
  const began = performance.now();
  for (let i = 0; i < times; i++) for (const zone of ZONES) find(zone, FIRST_YEAR);
  return { milliseconds: (performance.now() - began) / times / ZONES.length };
};

export const bench: Bench = {
  title: 'a year of a weekly window in 30 zones',
  meaning:
    'Sundays at 01:30 for three hours, checked, expanded over a year and told in local time, in each of 30 zones; a new year has its zone data read as well. Beside it `rrule-temporal` gives the starts alone, without those in gaps, and a walk asks each half hour of the year for its local time, in every tenth of the zones.',
  async run({ rounds, say }) {
    const contenders = {
      fresh: perZone(ours, ZONES),
      known: perKnownZone(ours, 10),
      library: perZone(library, ZONES),
      walk: perZone(
        walk,
        ZONES.filter((_, i) => i % 10 === 0),
      ),
    };
    const results = await compete(contenders, rounds, say);
    const took = (name: keyof typeof contenders) => figure(results[name], 'milliseconds');
    const next = { what: '`rrule-temporal`', values: took('library') };
    const slow = { what: 'each half hour', values: took('walk') };
    return [
      beside('a zone, a new year', 'ms', took('fresh'), next),
      beside('a zone, a new year', 'ms', took('fresh'), slow),
      beside('a zone, a known year', 'ms', took('known'), slow),
    ];
  },
};
