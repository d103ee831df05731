import type { ChangeType } from './candidate.js';
import type { Placement } from './placement.js';
import type { Prepared } from './prepare.js';
import type { Selector } from './snapshot.js';

/**
 * Whether a restriction reaches the deployment: one of its services matches one of the selectors, and what
 * nobody states (a tier, a region) counts as a match, so that doubt favours protection.
 */
export function reaches(selectors: readonly Selector[], placed: Placement, world: Prepared): boolean {
  return placed.asked.services.some((service) => matches(selectors, service, placed, world, true));
}

/** Whether a permission holds for one service of the deployment; what nobody states does not match. */
export function permits(
  selectors: readonly Selector[],
  service: string,
  placed: Placement,
  world: Prepared,
): boolean {
  return matches(selectors, service, placed, world, false);
}

function matches(
  selectors: readonly Selector[],
  service: string,
  { asked, environmentClass }: Placement,
  { services }: Prepared,
  unknown: boolean,
): boolean {
  const known = services.get(service);
  const has = <T>(wanted: readonly T[] | undefined, ...actual: readonly (T | undefined)[]) =>
    wanted === undefined || actual.some((one) => (one === undefined ? unknown : wanted.includes(one)));
  const regions = asked.regions?.length ? asked.regions : [undefined];
  return selectors.some(
    (wanted) =>
      has(wanted.services, service) &&
      has(wanted.tiers, known?.tier) &&
      has(wanted.environments, asked.environment) &&
      has(wanted.environmentClasses, environmentClass) &&
      has(wanted.regions, ...regions) &&
      has<ChangeType>(wanted.changeTypes, asked.changeType ?? 'NORMAL') &&
      has(wanted.tags, ...(asked.tags ?? []), ...(known?.tags ?? [])),
  );
}
