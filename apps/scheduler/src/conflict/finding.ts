import { hash } from 'node:crypto';
import type { Interval } from '#time/intervals';
import { iso } from '../instant.js';
import type { Nearness } from './hops.js';
import type { Placement } from './placement.js';
import type { Prepared } from './prepare.js';
import type { Candidate } from './candidate.js';

/** The codes of formulas 4.4, and the order in which the rules stand there. */
export const orders = {
  FREEZE: 1,
  INCIDENT: 2,
  SAME_SERVICE: 3,
  SAME_ENVIRONMENT: 4,
  SHARED_RESOURCE: 5,
  WINDOW: 6,
  WINDOW_TOO_SHORT: 6,
  OFF_HOURS: 6,
  CAPACITY: 7,
  DEPENDENCY_ORDER: 8,
  DEPENDENCY_OVERLAP: 9,
  EXTERNAL_COMMITMENT: 10,
  NOTICE_PERIOD: 11,
  ERROR_BUDGET: 12,
  READINESS: 13,
  PEOPLE: 14,
  REGION: 15,
  PROXIMITY: 16,
} as const;
export type Code = keyof typeof orders;
export type Severity = 'BLOCKER' | 'WARNING' | 'INFO';

/** What a rule found: with whom or what, when, and from which start on it may be gone. */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  readonly counterpart: string;
  readonly interval: Interval;
  readonly message: string;
  /** No start from here to this instant is free of it; `Infinity` if no later start helps. */
  readonly clearsAt: () => number;
}

/** One deployment at one start, before a prepared snapshot: what every rule looks at. */
export interface Trial {
  readonly asked: Candidate;
  readonly placed: Placement;
  readonly window: Interval;
  readonly services: ReadonlySet<string>;
  readonly world: Prepared;
  readonly now: number;
  /** Whether an emergency authorisation or break-glass is in force at the start. */
  readonly emergency: boolean;
  readonly emergencyUntil: number;
  /** Reservations of others that overlap the occupied interval. */
  readonly others: readonly Placement[];
  /** Between which starts alternatives are looked for, inclusive. */
  readonly starts: { readonly first: number; readonly last: number };
  /** Its services and those that they need directly and hard. */
  readonly concerned: () => ReadonlySet<string>;
  /** Services within two hops. */
  readonly nearby: () => ReadonlyMap<string, Nearness>;
  /** Whether a window is for it by the name of one of its regions. */
  readonly byRegion: () => boolean;
  /** All times up to the last start in which windows permit it, with or without an emergency in force. */
  readonly openings: (emergency: boolean) => readonly Interval[];
  /** All times up to the last start that every region permits, likewise; undefined if no region limits it. */
  readonly common: (emergency: boolean) => readonly Interval[] | undefined;
}

/** A rule of formulas 4.4: pure, and complete in itself. */
export type Rule = (trial: Trial) => Finding[];

/** A conflict as it is answered and recorded. */
export interface Conflict {
  readonly code: Code;
  readonly severity: Severity;
  readonly order: number;
  readonly rule: string;
  readonly counterpart: string;
  readonly interval: { readonly start: string; readonly end: string };
  readonly message: string;
  /** Same code, deployment, counterpart and interval: same fingerprint, whatever the severity. */
  readonly fingerprint: string;
}

/** Turns a finding into the conflict that is answered. */
export function conflict(
  deployment: string,
  { code, severity, counterpart, interval, message }: Finding,
): Conflict {
  const [start, end] = [iso(interval.start), iso(interval.end)];
  return {
    code,
    severity,
    order: orders[code],
    rule: `formulas 4.4 rule ${orders[code]}`,
    counterpart,
    interval: { start, end },
    message,
    fingerprint: hash('sha256', JSON.stringify([code, deployment, counterpart, start, end])),
  };
}
