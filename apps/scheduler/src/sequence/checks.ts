import { Rejected } from '#events';
import { minutes } from '../instant.js';
import { MOST_STEPS, type PlanRequest, type Step } from './request.js';

/** Refuses a plan that is too large, names a step twice, names one that it does not have, or gives no figure. */
export function checkPlan({ steps, edges, units, capacities, soakMinutes }: PlanRequest): void {
  if (steps.length === 0 || steps.length > MOST_STEPS)
    throw new Rejected(
      'PLAN_TOO_LARGE',
      `steps must be 1 to ${MOST_STEPS}, not ${steps.length}.`,
      'SCH-07.1',
    );
  const known = once(
    steps.map(({ id }) => id),
    'steps',
  );
  const places = once(
    (capacities ?? []).map(({ id }) => id),
    'capacities',
  );
  const must = (names: Set<string>, name: string, field: string) => {
    if (!names.has(name))
      throw new Rejected('STEP_UNKNOWN', `${field} names ${name}, which the plan does not have.`, 'SCH-07.1');
  };
  (edges ?? []).forEach(({ before, after }, i) => {
    must(known, before, `edges[${i}].before`);
    must(known, after, `edges[${i}].after`);
  });
  (units ?? []).forEach((unit, i) => unit.forEach((name, j) => must(known, name, `units[${i}][${j}]`)));
  steps.forEach(({ uses }, i) =>
    (uses ?? []).forEach((name, j) => must(places, name, `steps[${i}].uses[${j}]`)),
  );
  minutes(soakMinutes ?? 0, 'soakMinutes');
  steps.forEach(checkMinutes);
  (capacities ?? []).forEach(checkPlaces);
}

function checkMinutes(step: Step, i: number): void {
  minutes(step.minutes, `steps[${i}].minutes`, 1);
  minutes(step.soakMinutes ?? 0, `steps[${i}].soakMinutes`);
  minutes(step.rollbackMinutes ?? 0, `steps[${i}].rollbackMinutes`);
}

function checkPlaces({ places }: { places: number }, i: number): void {
  if (Number.isInteger(places) && places >= 1) return;
  throw new Rejected(
    'PLACES_INVALID',
    `capacities[${i}].places must be a whole number from 1 on.`,
    'SCH-07.6',
  );
}

/** The names as a set; one that stands twice is refused. */
export function once(all: readonly string[], field: string): Set<string> {
  const known = new Set<string>();
  all.forEach((name, i) => {
    if (known.has(name))
      throw new Rejected(
        'STEP_DUPLICATE',
        `${field}[${i}] names ${name}, which an earlier one does too.`,
        'SCH-07.1',
      );
    known.add(name);
  });
  return known;
}
