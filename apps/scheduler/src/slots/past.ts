import { Rejected } from '#events';
import { checkZone } from '#time/zone';
import { DAY, HOUR, instant, span } from '../instant.js';
import { type History, MOST, type Outcome } from './history.js';
import { hourOfWeek } from './hourOfWeek.js';
import type { Sample } from './load.js';

/** An outcome on the time line. It is known from its end on. */
export interface Seen extends Pick<Outcome, 'id' | 'service' | 'team' | 'tier' | 'score' | 'failed'> {
  readonly work: { readonly start: number; readonly end: number };
  /** Local hour of the week in which it started. */
  readonly hour: number;
}

/** Hours in which every incident is known, oldest first, and the incidents that started in them. */
export interface Watch {
  readonly since: number;
  /** Local hour of the week, for each elapsed hour since `since`. */
  readonly hours: Uint8Array;
  readonly starts: readonly { readonly at: number; readonly hour: number }[];
}

/** A history, read once: all in one order, whatever order it came in. */
export interface Past {
  readonly zone: string;
  readonly outcomes: readonly Seen[];
  readonly load: readonly Sample[];
  readonly watch: Watch | undefined;
}

/**
 * Reads a history. Incidents are those of SEV1 to SEV3 that name one of `related`, of the last `windowDays` before `at`.
 * @throws Rejected `HISTORY_TOO_LONG` (before looking at any of it, see `refuseLong`), `HISTORY_AMBIGUOUS` (an id given
 * twice), `ZONE_UNKNOWN`, `ZONE_FIXED_OFFSET`, `INSTANT_INVALID`, `INTERVAL_INVALID`
 */
export function pastOf(history: History, related: ReadonlySet<string>, at: number, windowDays: number): Past {
  const { zone, outcomes, load = [] } = history;
  checkZone(zone, 'history.zone');
  refuseRepeated(outcomes, 'history.outcomes');
  const samples = load.map(({ at, value }, i) => {
    const start = instant(at, `history.load[${i}].at`);
    return { at: start, value, hour: hourOfWeek(start, zone) };
  });
  return {
    zone,
    outcomes: outcomes.map((one, i) => seen(one, i, zone)).sort(byEnd),
    load: samples.sort((a, b) => a.at - b.at || a.value - b.value),
    watch: watchOf(history, related, at, at - windowDays * DAY),
  };
}

/** Refuses lists that would take long merely to read; to be called before anything else looks at them. */
export function refuseLong(
  history: { [list in 'outcomes' | 'load' | 'incidents']?: unknown } | undefined,
): void {
  const incidents = history?.incidents as { starts?: unknown } | undefined;
  const lists = { outcomes: history?.outcomes, load: history?.load, 'incidents.starts': incidents?.starts };
  for (const [name, list] of Object.entries(lists))
    if (Array.isArray(list) && list.length > MOST)
      throw new Rejected('HISTORY_TOO_LONG', `history.${name} may have ${MOST} members at most.`, 'SCH-08');
}

function seen(outcome: Outcome, i: number, zone: string): Seen {
  const { id, service, team, tier, score, failed } = outcome;
  const work = span(outcome, `history.outcomes[${i}]`);
  return { id, service, team, tier, score, failed, work, hour: hourOfWeek(work.start, zone) };
}

function byEnd(a: Seen, b: Seen): number {
  return a.work.end - b.work.end || (a.id < b.id ? -1 : 1);
}

function watchOf(
  { incidents, zone }: History,
  related: ReadonlySet<string>,
  at: number,
  earliest: number,
): Watch | undefined {
  if (incidents === undefined) return undefined;
  refuseRepeated(incidents.starts, 'history.incidents.starts');
  const since = Math.max(instant(incidents.since, 'history.incidents.since'), earliest);
  const length = Math.max(0, Math.floor((at - since) / HOUR));
  const starts = incidents.starts.map((one, i) => ({
    ...one,
    at: instant(one.at, `history.incidents.starts[${i}].at`),
  }));
  return {
    since,
    hours: Uint8Array.from({ length }, (_, i) => hourOfWeek(since + i * HOUR, zone)),
    starts: starts
      .filter(({ severity, services }) => severity !== 'SEV4' && services.some((one) => related.has(one)))
      .filter((one) => one.at >= since)
      .map((one) => ({ at: one.at, hour: hourOfWeek(one.at, zone) }))
      .sort((a, b) => a.at - b.at),
  };
}

function refuseRepeated(items: readonly { id: string }[], field: string): void {
  const ids = new Set<string>();
  for (const [i, { id }] of items.entries()) {
    if (ids.has(id))
      throw new Rejected('HISTORY_AMBIGUOUS', `${field}[${i}] has the id of an earlier one.`, 'SCH-08.7');
    ids.add(id);
  }
}
