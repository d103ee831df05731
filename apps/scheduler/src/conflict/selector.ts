import type { ChangeType } from './candidate.js';
import type { Placement } from './placement.js';
import type { Prepared } from './prepare.js';
import type { Selector } from './snapshot.js';

/**
 * Whether a restriction reaches the deployment: one of its services matches one of the selectors, and what
 * nobody states (a tier, a region) counts as a match, so that doubt favours protection.
 */
export function reaches(selectors: readonly Selector[], placed: Placement, world: Prepared): boolean {
  const { services, regions } = placed.asked;
  return services.some((service) => matches(selectors, { service, regions, placed, world }, true));
}

/** One service of a deployment, in some of its regions. */
export interface Subject {
  readonly service: string;
  readonly regions: readonly string[] | undefined;
  readonly placed: Placement;
  readonly world: Prepared;
}

/** Whether a permission holds for the subject in any of its regions; what nobody states does not match. */
export function permits(selectors: readonly Selector[], subject: Subject): boolean {
  return matches(selectors, subject, false);
}

function matches(selectors: readonly Selector[], subject: Subject, unknown: boolean): boolean {
  const { service, regions, placed, world } = subject;
  const { asked, environmentClass } = placed;
  const known = world.services.get(service);
  const has = <T>(wanted: readonly T[] | undefined, ...actual: readonly (T | undefined)[]) =>
    wanted === undefined || actual.some((one) => (one === undefined ? unknown : wanted.includes(one)));
  const places = regions?.length ? regions : [undefined];
  return selectors.some(
    (wanted) =>
      has(wanted.services, service) &&
      has(wanted.tiers, known?.tier) &&
      has(wanted.environments, asked.environment) &&
      has(wanted.environmentClasses, environmentClass) &&
      has(wanted.regions, ...places) &&
      has<ChangeType>(wanted.changeTypes, asked.changeType ?? 'NORMAL') &&
      has(wanted.tags, ...(asked.tags ?? []), ...(known?.tags ?? [])),
  );
}
