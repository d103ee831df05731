import { Rejected } from '#events';
import { merge } from '#time/intervals';
import { spans } from '../conflict/dated.js';
import { nextFit } from '../conflict/fit.js';
import { HOUR, instant, iso, MINUTE, minutes } from '../instant.js';
import { defaults, MOST_REGIONS, MOST_SOAK_HOURS, type RegionalRequest } from './request.js';

/** One region of a rollout that follows the sun; nulls if it never can start. */
export interface RegionalWave {
  readonly wave: number;
  readonly region: string;
  readonly start: string | null;
  readonly end: string | null;
  /** The next region may start from here on; an earlier canary verdict has shortened the soak. */
  readonly nextFrom: string | null;
}

type Region = RegionalRequest['regions'][number];

/**
 * One wave a region: pilots first, then by ascending load, then by name; each at the first time that lies in its
 * permitted hours (with the time to go back) after the region before has ended and soaked for 24 h, or had its canary
 * verdict; SCH-07.5. The permitted hours are those of the region's own zone, expanded to instants.
 * @throws Rejected INSTANT_INVALID, INTERVAL_INVALID, PLAN_TOO_LARGE, LOAD_INVALID, MINUTES_INVALID,
 * SOAK_INVALID, REGION_DUPLICATE, naming the field
 */
export function regionalWaves({ regions, from, soakHours }: RegionalRequest): RegionalWave[] {
  check(regions);
  const hours = new Map(
    regions.map(({ permitted }, i) => [
      regions[i],
      permitted && merge(spans(permitted, `regions[${i}].permitted`)),
    ]),
  );
  const soak = soakOf(soakHours ?? defaults.regionSoakHours);
  let release = instant(from, 'from');
  return regions.toSorted(byTurn).map((region, i) => {
    const length = (region.minutes + (region.rollbackMinutes ?? 0)) * MINUTE;
    const open = hours.get(region);
    const start =
      release === Infinity || !open ? release : nextFit(open, { start: release, end: release + length });
    const end = start + region.minutes * MINUTE;
    release = Math.min(end + soak, verdict(region, regions.indexOf(region), end));
    return {
      wave: i + 1,
      region: region.id,
      start: isoOrNull(start),
      end: isoOrNull(end),
      nextFrom: isoOrNull(release),
    };
  });
}

/** A verdict counts once the region itself has ended. */
function verdict({ canaryPassedAt }: Region, index: number, end: number): number {
  return canaryPassedAt === undefined
    ? Infinity
    : Math.max(end, instant(canaryPassedAt, `regions[${index}].canaryPassedAt`));
}

function byTurn(a: Region, b: Region): number {
  return Number(b.pilot ?? false) - Number(a.pilot ?? false) || a.load - b.load || (a.id < b.id ? -1 : 1);
}

function soakOf(hours: number): number {
  if (Number.isInteger(hours) && hours >= 0 && hours <= MOST_SOAK_HOURS) return hours * HOUR;
  throw new Rejected(
    'SOAK_INVALID',
    `soakHours must be a whole number from 0 to ${MOST_SOAK_HOURS}.`,
    'SCH-07.5',
  );
}

function check(regions: readonly Region[]): void {
  if (regions.length === 0 || regions.length > MOST_REGIONS)
    throw new Rejected(
      'PLAN_TOO_LARGE',
      `regions must be 1 to ${MOST_REGIONS}, not ${regions.length}.`,
      'SCH-07.5',
    );
  const known = new Set<string>();
  regions.forEach((region, i) => {
    const { id, load } = region;
    if (known.has(id))
      throw new Rejected('REGION_DUPLICATE', `regions[${i}] names ${id}, which an earlier one does too.`);
    minutes(region.minutes, `regions[${i}].minutes`, 1);
    minutes(region.rollbackMinutes ?? 0, `regions[${i}].rollbackMinutes`);
    if (!Number.isFinite(load) || load < 0)
      throw new Rejected('LOAD_INVALID', `regions[${i}].load must be a finite number of zero or more.`);
    known.add(id);
  });
}

function isoOrNull(at: number): string | null {
  return at === Infinity ? null : iso(at);
}
