import { overlap } from '#time/intervals';
import type { Code, Finding, Trial } from './finding.js';
import { iso } from '../instant.js';
import { startAfter, type Placement } from './placement.js';

/** SAME_SERVICE, formulas 4.4 rule 3: another deployment of a same service in the same environment. */
export function sameService({ asked, services, placed, others }: Trial): Finding[] {
  return others
    .filter((other) => other.asked.environment === asked.environment)
    .flatMap((other) => {
      const shared = common(services, other.asked.services);
      if (shared.length === 0) return [];
      return [taken('SAME_SERVICE', placed, other, `${shared.join(', ')} in ${asked.environment}`)];
    });
}

/** SAME_ENVIRONMENT, formulas 4.4 rule 4: one of the two needs it alone, or it is booked for another. */
export function sameEnvironment(trial: Trial): Finding[] {
  const { asked, placed, others } = trial;
  const alone = others
    .filter(
      (other) => other.asked.environment === asked.environment && (asked.exclusive || other.asked.exclusive),
    )
    .map((other) =>
      taken('SAME_ENVIRONMENT', placed, other, `${asked.environment}, which one of the two needs alone,`),
    );
  return [...alone, ...booked(trial)];
}

function booked({ asked, placed, world }: Trial): Finding[] {
  return world.bookings
    .overlapping(placed.occupied)
    .filter(({ item }) => item.environment === asked.environment && item.holder !== asked.id)
    .map((one) => ({
      code: 'SAME_ENVIRONMENT',
      severity: 'BLOCKER',
      counterpart: one.item.id,
      interval: overlap(placed.occupied, one)!,
      message: `${asked.environment} is booked for ${one.item.holder ?? 'another'} alone until ${iso(one.end)}.`,
      clearsAt: () => startAfter(one.end, placed),
    }));
}

/**
 * SHARED_RESOURCE, formulas 4.4 rule 5: both touch an exclusive resource, in whatever environment. A resource that
 * the snapshot does not list is taken to be exclusive.
 */
export function sharedResource({ asked, placed, world, others }: Trial): Finding[] {
  const exclusive = new Set(
    (asked.resources ?? []).filter((one) => world.resources.get(one)?.exclusive ?? true),
  );
  if (exclusive.size === 0) return [];
  return others.flatMap((other) => {
    const shared = common(exclusive, other.asked.resources ?? []);
    return shared.length === 0 ? [] : [taken('SHARED_RESOURCE', placed, other, shared.join(', '))];
  });
}

function taken(code: Code, placed: Placement, other: Placement, what: string): Finding {
  const end = other.occupied.end;
  return {
    code,
    severity: 'BLOCKER',
    counterpart: other.asked.id,
    interval: overlap(placed.occupied, other.occupied)!,
    message: `${other.asked.id} has ${what} until ${iso(end)}, soak included.`,
    clearsAt: () => startAfter(end, placed),
  };
}

/** What both name, ascending, so that the order of the input does not show. */
function common(mine: ReadonlySet<string>, theirs: readonly string[]): string[] {
  const shared = theirs.filter((one) => mine.has(one));
  return shared.length < 2 ? shared : [...new Set(shared)].sort();
}
