import { Rejected } from '#events';
import type { IncidentCause, IncidentFact, Severity } from '../fact.js';
import type { MetricsPolicy } from '../policy.js';
import { compare, earlier, HOUR, instant } from './instant.js';
import { groupsOf } from './merged.js';

/** One stretch from the first start to the final restore; milliseconds. */
export interface Episode {
  readonly startedAt: number;
  /** Absent while it is open. */
  readonly restoredAt?: number;
  /** Sum of the impacted stretches, without the quiet between a restore and a reopening. */
  readonly impact: number;
}

export interface Cause {
  readonly deploymentId: string;
  readonly service?: string;
  readonly confirmedAt: number;
  readonly extension?: string;
}

/** An incident with everything merged into it. */
export interface Incident {
  readonly incidentId: string;
  /** Every id that was merged into it, its own included, sorted. */
  readonly ids: readonly string[];
  readonly services: readonly string[];
  /** The highest it ever reached; `undefined` when nobody said. */
  readonly severity?: Severity;
  readonly severityHistory: readonly { readonly at: number; readonly severity: Severity }[];
  readonly acknowledgedAt?: number;
  /** The first is the incident itself; later ones are recurrences, which count as new incidents. */
  readonly episodes: readonly Episode[];
  readonly causes: readonly Cause[];
  readonly fault?: 'CANCELLED' | 'NOT_PRODUCTION' | 'START_UNKNOWN' | 'INCONSISTENT_TIMES';
  readonly events: readonly string[];
}

/**
 * Folds the facts of incidents, whatever their order: merged ones become one with the earliest start and the latest
 * restore, a reopening within 24 h continues it, a later one begins a new episode (4.2.5). A restore before the start
 * is refused as INCONSISTENT_TIMES, never used.
 * @throws Rejected `INVALID_FACT` or `INVALID_TIME`, naming the field.
 */
export function incidentsOf(facts: readonly IncidentFact[], policy: Required<MetricsPolicy>): Incident[] {
  for (const { incidentId } of facts)
    if (typeof incidentId !== 'string' || incidentId === '')
      throw new Rejected('INVALID_FACT', "An incident fact's incidentId must be a text that is not empty.");
  return [...groupsOf(facts)].map(([incidentId, own]) => fold(incidentId, own, policy)).sort(byStart);
}

function fold(
  incidentId: string,
  facts: readonly IncidentFact[],
  { reopenHours }: Required<MetricsPolicy>,
): Incident {
  const starts: number[] = [];
  const ends: number[] = [];
  const reopenings: number[] = [];
  let acknowledgedAt: number | undefined;
  for (const fact of facts) {
    const at = instant(fact.at, `${fact.kind}.at`);
    if (fact.kind === 'incidentOpened')
      starts.push(fact.startedAt ? instant(fact.startedAt, 'startedAt') : at);
    if (fact.kind === 'incidentResolved')
      ends.push(fact.restoredAt ? instant(fact.restoredAt, 'restoredAt') : at);
    if (fact.kind === 'incidentReopened') reopenings.push(at);
    if (fact.kind === 'incidentAcknowledged') acknowledgedAt = earlier(acknowledgedAt, at);
  }
  const start = starts.reduce<number | undefined>(earlier, undefined);
  const sound = ends.filter((end) => end >= (start ?? Infinity));
  const severityHistory = severitiesOf(facts);
  return {
    incidentId,
    ids: [...new Set(facts.map((fact) => fact.incidentId))].sort(),
    services: servicesOf(facts),
    severity: severityHistory.map(({ severity }) => severity).sort()[0],
    severityHistory,
    acknowledgedAt,
    episodes: start === undefined ? [] : episodesOf(start, sound, reopenings, reopenHours * HOUR),
    causes: causesOf(facts.filter(isCause)),
    fault: faultOf(facts, start, ends.length > 0 && sound.length === 0),
    events: facts.map(({ id }) => id).sort(),
  };
}

/** Walks restores and reopenings in time. A restore without a reopening before it moves the last restore. */
function episodesOf(
  start: number,
  ends: readonly number[],
  reopenings: readonly number[],
  reopenWindow: number,
): Episode[] {
  const steps = [
    ...ends.map((at) => ({ at, end: true })),
    ...reopenings.map((at) => ({ at, end: false })),
  ].sort((a, b) => a.at - b.at || Number(b.end) - Number(a.end));
  const episodes: { startedAt: number; restoredAt?: number; impact: number }[] = [];
  let current: (typeof episodes)[number] = { startedAt: start, impact: 0 };
  let since = start;
  episodes.push(current);
  for (const { at, end } of steps) {
    if (end) {
      current.impact += at - (current.restoredAt === undefined ? since : Math.max(since, current.restoredAt));
      current.restoredAt = at;
    } else if (current.restoredAt !== undefined) {
      const late = at - current.restoredAt > reopenWindow;
      if (late) episodes.push((current = { startedAt: at, impact: 0 }));
      else current.restoredAt = undefined;
      since = at;
    }
  }
  return episodes;
}

function severitiesOf(facts: readonly IncidentFact[]) {
  return facts
    .flatMap((fact) =>
      (fact.kind === 'incidentOpened' || fact.kind === 'incidentSeverityChanged') && fact.severity
        ? [{ at: Date.parse(fact.at), severity: fact.severity, id: fact.id }]
        : [],
    )
    .sort((a, b) => a.at - b.at || compare(a.id, b.id) || compare(a.severity, b.severity))
    .map(({ at, severity }) => ({ at, severity }));
}

/** The services hurt; the service of a cause is the deployment's, not the incident's. */
function servicesOf(facts: readonly IncidentFact[]): string[] {
  const services = facts.flatMap((fact) =>
    fact.service === undefined || isCause(fact) ? [] : [fact.service],
  );
  return [...new Set(services)].sort();
}

function isCause(fact: IncidentFact): fact is IncidentCause {
  return fact.kind === 'incidentCauseConfirmed' || fact.kind === 'incidentCauseRejected';
}

/** The deployments whose last word is a confirmation. */
function causesOf(facts: readonly IncidentCause[]): Cause[] {
  const last = new Map<string, { fact: IncidentCause; at: number }>();
  for (const fact of facts) {
    const key = JSON.stringify([fact.deploymentId, fact.service]);
    const at = Date.parse(fact.at);
    const before = last.get(key);
    if (
      !before ||
      (at - before.at || compare(fact.id, before.fact.id) || compare(fact.kind, before.fact.kind)) > 0
    )
      last.set(key, { fact, at });
  }
  return [...last.keys()].sort().flatMap((key) => {
    const { fact, at } = last.get(key)!;
    const { deploymentId, service, extension } = fact;
    return fact.kind === 'incidentCauseConfirmed'
      ? [{ deploymentId, service, confirmedAt: at, extension }]
      : [];
  });
}

function faultOf(
  facts: readonly IncidentFact[],
  start: number | undefined,
  inconsistent: boolean,
): Incident['fault'] {
  const opened = facts.filter((fact) => fact.kind === 'incidentOpened');
  const cancelled = new Set(
    facts.filter(({ kind }) => kind === 'incidentCancelled').map((fact) => fact.incidentId),
  );
  if (cancelled.size > 0 && facts.every(({ incidentId }) => cancelled.has(incidentId))) return 'CANCELLED';
  if (opened.length > 0 && opened.every(({ production }) => production === false)) return 'NOT_PRODUCTION';
  if (start === undefined) return 'START_UNKNOWN';
  return inconsistent ? 'INCONSISTENT_TIMES' : undefined;
}

function byStart(a: Incident, b: Incident): number {
  const [first, second] = [a.episodes[0]?.startedAt ?? 0, b.episodes[0]?.startedAt ?? 0];
  return first - second || compare(a.incidentId, b.incidentId);
}
