import type { Interval } from '#time/intervals';
import type { Candidate, EnvironmentClass, Reservation } from './candidate.js';
import { minutes, MINUTE, span } from '../instant.js';
import type { Policy } from './policy.js';

/** A deployment on the time line: the instants that the rules compare, and what was asked for. */
export interface Placement {
  readonly asked: Candidate | Reservation;
  readonly environmentClass: EnvironmentClass;
  /** From start to expected end. */
  readonly work: Interval;
  /** O of formulas 4.4: with pre-buffer and soak. */
  readonly occupied: Interval;
}

/**
 * Places a deployment; a class that nobody states is PROD, the strictest.
 * @throws Rejected INSTANT_INVALID, INTERVAL_INVALID or MINUTES_INVALID, naming the field
 */
export function place(
  asked: Candidate | Reservation,
  field: string,
  policy: Required<Policy>,
  classes: ReadonlyMap<string, EnvironmentClass>,
): Placement {
  const environmentClass = asked.environmentClass ?? classes.get(asked.environment) ?? 'PROD';
  const work = span(asked, field);
  const before = minutes(asked.preBufferMinutes ?? policy.preBufferMinutes, `${field}.preBufferMinutes`);
  const after = minutes(asked.soakMinutes ?? policy.soakMinutes, `${field}.soakMinutes`);
  if ('rollbackMinutes' in asked) minutes(asked.rollbackMinutes ?? 0, `${field}.rollbackMinutes`);
  return { asked, environmentClass, work, occupied: { start: work.start - before, end: work.end + after } };
}

/** The same deployment at another start. */
export function moved({ asked, environmentClass, work, occupied }: Placement, start: number): Placement {
  const by = start - work.start;
  return { asked, environmentClass, work: shift(work, by), occupied: shift(occupied, by) };
}

/** W of formulas 4.4: the work, and the time to go back. */
export function windowOf({ asked, work }: Placement): Interval {
  const back = ('rollbackMinutes' in asked && asked.rollbackMinutes) || 0;
  return { start: work.start, end: work.end + back * MINUTE };
}

/** The first start whose occupied interval begins no sooner than `end`. */
export function startAfter(end: number, { work, occupied }: Placement): number {
  return end + work.start - occupied.start;
}

/** Emergency places and emergency-only windows are for EMERGENCY, and for a HOTFIX that is authorised; SCH-05.3. */
export function isUrgent({ kind, changeType }: Placement['asked'], authorised: boolean): boolean {
  return changeType === 'EMERGENCY' || (kind === 'HOTFIX' && authorised);
}

function shift({ start, end }: Interval, by: number): Interval {
  return { start: start + by, end: end + by };
}

/** A version of a service as one name. */
export function versionKey({ service, version }: { service: string; version: string }): string {
  return JSON.stringify([service, version]);
}
