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
  return services.some((service) => matches(selectors, { service, regions, placed, world, unknown: true }));
}

/** Whether a permission holds for one service in any of the regions; what nobody states does not match. */
export function permits(
  selectors: readonly Selector[],
  service: string,
  regions: readonly string[] | undefined,
  placed: Placement,
  world: Prepared,
): boolean {
  return matches(selectors, { service, regions, placed, world, unknown: false });
}

interface Subject {
  readonly service: string;
  readonly regions: readonly string[] | undefined;
  readonly placed: Placement;
  readonly world: Prepared;
  /** Whether what nobody states counts as a match. */
  readonly unknown: boolean;
}

function matches(
  selectors: readonly Selector[],
  { service, regions, placed, world, unknown }: Subject,
): boolean {
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
