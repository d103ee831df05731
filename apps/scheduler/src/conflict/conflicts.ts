import type { Candidate } from './candidate.js';
import {
  conflict,
  orders,
  type Conflict,
  type Finding,
  type Rule,
  type Severity,
  type Trial,
} from './finding.js';
import { freeze } from './freeze.js';
import { moment } from './instant.js';
import { sameService } from './occupancy.js';
import { prepare, type Prepared } from './prepare.js';
import type { Snapshot } from './snapshot.js';
import { trial } from './trial.js';

const rules: readonly Rule[] = [freeze, sameService];
const ranks: Record<Severity, number> = { BLOCKER: 0, WARNING: 1, INFO: 2 };

/** Rules that a rollback passes, and rules that only warn in an authorised emergency (formulas 4.4, below the table). */
const PASSED_BY_ROLLBACK = new Set([1, 2, 6, 11, 12]);
const EASED_BY_EMERGENCY = new Set([6, 7, 9, 11, 13, 14, 15]);

/**
 * All conflicts of a deployment with a snapshot, by severity, then rule, then counterpart; formulas 4.4, SCH-04.
 * The answer depends on nothing but the arguments, and not on the order of the snapshot's lists. Pass a prepared
 * snapshot to ask many times. Intervals are half-open, instants UTC.
 * @throws Rejected INSTANT_INVALID or INTERVAL_INVALID, naming the field
 */
export function evaluate(candidate: Candidate, snapshot: Snapshot | Prepared, now: Date): Conflict[] {
  const world = 'snapshot' in snapshot ? snapshot : prepare(snapshot);
  const found = findings(trial(candidate, world, moment(now)));
  return distinct(found.map((one) => conflict(candidate.id, one)).sort(byWeight));
}

/** What the rules find, exemptions applied, in no stated order. */
export function findings(trial: Trial): Finding[] {
  return rules.flatMap((rule) => rule(trial)).flatMap((one) => exempted(one, trial));
}

function exempted(one: Finding, { asked, emergency }: Trial): Finding[] {
  const order = orders[one.code];
  if (asked.kind === 'ROLLBACK' && PASSED_BY_ROLLBACK.has(order)) return [];
  const eased = emergency && one.severity === 'BLOCKER' && EASED_BY_EMERGENCY.has(order);
  return [eased ? { ...one, severity: 'WARNING' } : one];
}

function byWeight(a: Conflict, b: Conflict): number {
  return (
    ranks[a.severity] - ranks[b.severity] ||
    a.order - b.order ||
    compare(a.counterpart, b.counterpart) ||
    compare(a.interval.start, b.interval.start) ||
    compare(a.message, b.message)
  );
}

/** One counterpart may hold several places at once (one a service): it is still one conflict. */
function distinct(sorted: readonly Conflict[]): Conflict[] {
  const seen = new Set<string>();
  return sorted.filter(({ fingerprint }) => !seen.has(fingerprint) && seen.add(fingerprint));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
