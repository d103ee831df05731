import { overlap } from '#time/intervals';
import type { Finding, Trial } from './finding.js';
import { iso } from '../instant.js';
import { startAfter } from './placement.js';

/** EXTERNAL_COMMITMENT, formulas 4.4 rule 10 and CAT-04: overlap with one that blocks or warns and touches a service. */
export function commitment({ services, placed, world }: Trial): Finding[] {
  return world.commitments
    .overlapping(placed.occupied)
    .filter(({ item }) => item.effect === 'BLOCK' || item.effect === 'WARN')
    .filter(({ item }) => !item.services?.length || item.services.some((one) => services.has(one)))
    .map((one) => ({
      code: 'EXTERNAL_COMMITMENT',
      severity: one.item.effect === 'BLOCK' ? 'BLOCKER' : 'WARNING',
      counterpart: one.item.id,
      interval: overlap(placed.occupied, one)!,
      message: `The commitment ${one.item.id} asks for no change until ${iso(one.end)}.`,
      clearsAt: () => startAfter(one.end, placed),
    }));
}
