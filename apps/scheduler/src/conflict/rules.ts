import { capacity } from './capacity.js';
import { commitment } from './commitment.js';
import { dependencyOrder, dependencyOverlap } from './dependency.js';
import { exempted } from './exemption.js';
import type { Code, Finding, Rule, Trial } from './finding.js';
import { freeze } from './freeze.js';
import { errorBudget, notice, readiness } from './gates.js';
import { incident } from './incident.js';
import { sameEnvironment, sameService, sharedResource } from './occupancy.js';
import { people } from './people.js';
import { proximity } from './proximity.js';
import { region } from './region.js';
import type { Snapshot } from './snapshot.js';
import { window } from './window.js';

/** Rules 1 to 15 of formulas 4.4, in their order. */
const rules: readonly Rule[] = [
  freeze,
  incident,
  sameService,
  sameEnvironment,
  sharedResource,
  window,
  capacity,
  dependencyOrder,
  dependencyOverlap,
  commitment,
  notice,
  errorBudget,
  readiness,
  people,
  region,
];

/** What all the rules find, exemptions applied, in no stated order. */
export function findings(trial: Trial): Finding[] {
  const found = rules.flatMap((rule) => rule(trial));
  return [...found, ...proximity(trial, found)].flatMap((one) => exempted(one, trial));
}

/** What stands in the way at this start; empty if it is free. */
export function blockers(trial: Trial): Finding[] {
  return rules
    .flatMap((rule) => rule(trial))
    .flatMap((one) => exempted(one, trial))
    .filter(({ severity }) => severity === 'BLOCKER');
}

/** The sections that each rule needs; NOTICE_PERIOD needs the candidate only. */
const needs: Partial<Record<Code, readonly (keyof Snapshot)[]>> = {
  FREEZE: ['freezes'],
  INCIDENT: ['incidents', 'dependencies'],
  SAME_SERVICE: ['reservations'],
  SAME_ENVIRONMENT: ['reservations', 'bookings'],
  SHARED_RESOURCE: ['reservations'],
  WINDOW: ['windows'],
  CAPACITY: ['reservations', 'windows'],
  DEPENDENCY_ORDER: ['live'],
  DEPENDENCY_OVERLAP: ['reservations', 'dependencies'],
  EXTERNAL_COMMITMENT: ['commitments'],
  ERROR_BUDGET: ['budgets'],
  READINESS: ['readiness'],
  PEOPLE: ['onCall', 'absences'],
  REGION: ['regions', 'windows'],
  PROXIMITY: ['reservations', 'dependencies', 'freezes', 'bookings', 'commitments'],
};

/** The rules that could not be evaluated in full because the snapshot lacks a section: not known is not free. */
export function notEvaluated(snapshot: Snapshot): Code[] {
  const codes = Object.keys(needs) as Code[];
  return codes.filter((code) => needs[code]!.some((section) => snapshot[section] === undefined));
}
