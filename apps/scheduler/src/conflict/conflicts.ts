import type { Candidate } from './candidate.js';
import { budget, looksOf } from './effort.js';
import { conflict, type Conflict, type Severity } from './finding.js';
import { moment } from '../instant.js';
import { prepare, type Prepared } from './prepare.js';
import { findings } from './rules.js';
import type { Snapshot } from './snapshot.js';
import { trial } from './trial.js';

const ranks: Record<Severity, number> = { BLOCKER: 0, WARNING: 1, INFO: 2 };

/**
 * All conflicts of a deployment with a snapshot, by severity, then rule, then counterpart; formulas 4.4, SCH-04.
 * The answer depends on nothing but the arguments, and not on the order of the snapshot's lists. Pass a prepared
 * snapshot to ask many times. Intervals are half-open, instants UTC.
 * @throws Rejected INSTANT_INVALID, INTERVAL_INVALID, SNAPSHOT_AMBIGUOUS or EVALUATION_TOO_LARGE, naming the field
 */
export function evaluate(candidate: Candidate, snapshot: Snapshot | Prepared, now: Date): Conflict[] {
  const asked = trial(candidate, prepared(snapshot), moment(now));
  budget('candidate')(looksOf(asked));
  const found = findings(asked);
  return distinct(found.map((one) => conflict(candidate.id, one)).sort(byWeight));
}

/** What changed between two evaluations of one deployment; SCH-04.4. Conflicts are the same by their fingerprint. */
export interface Differences {
  readonly detected: readonly Conflict[];
  readonly resolved: readonly Conflict[];
  /** As they are now: only the severity moved, as it does when the start comes nearer. */
  readonly changed: readonly Conflict[];
}

/** Compares two evaluations, each list in the order of its evaluation. */
export function differences(before: readonly Conflict[], after: readonly Conflict[]): Differences {
  const [old, young] = [byFingerprint(before), byFingerprint(after)];
  return {
    detected: after.filter(({ fingerprint }) => !old.has(fingerprint)),
    resolved: before.filter(({ fingerprint }) => !young.has(fingerprint)),
    changed: after.filter(
      ({ fingerprint, severity }) => (old.get(fingerprint)?.severity ?? severity) !== severity,
    ),
  };
}

/** The snapshot indexed, if it is not yet. */
export function prepared(snapshot: Snapshot | Prepared): Prepared {
  return 'snapshot' in snapshot ? snapshot : prepare(snapshot);
}

/** Sorts by severity, rule, counterpart; then by what makes the order total. */
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

function byFingerprint(conflicts: readonly Conflict[]): ReadonlyMap<string, Conflict> {
  return new Map(conflicts.map((one) => [one.fingerprint, one]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
