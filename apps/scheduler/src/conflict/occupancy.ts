import { overlap } from '#time/intervals';
import type { Finding, Trial } from './finding.js';
import { iso } from './instant.js';
import type { Placement } from './placement.js';

/** SAME_SERVICE, formulas 4.4 rule 3: another deployment of a same service in the same environment. */
export function sameService({ asked, placed, others }: Trial): Finding[] {
  return others
    .filter((other) => other.asked.environment === asked.environment)
    .flatMap((other) => {
      const shared = common(asked.services, other.asked.services);
      if (shared.length === 0) return [];
      return [taken('SAME_SERVICE', placed, other, `${shared.join(', ')} in ${asked.environment}`)];
    });
}

/** A finding that ends when another deployment has soaked. */
export function taken(code: Finding['code'], placed: Placement, other: Placement, what: string): Finding {
  const end = other.occupied.end;
  return {
    code,
    severity: 'BLOCKER',
    counterpart: other.asked.id,
    interval: overlap(placed.occupied, other.occupied)!,
    message: `${other.asked.id} has ${what} until ${iso(end)}, soak included.`,
    clearsAt: end + placed.work.start - placed.occupied.start,
  };
}

/** What both lists name, ascending, so that the order of the input does not show. */
export function common(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set(a)].filter((one) => b.includes(one)).sort();
}
