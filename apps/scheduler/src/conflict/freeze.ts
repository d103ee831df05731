import { contains, merge, overlap, subtract, type Interval } from '#time/intervals';
import type { Finding, Trial } from './finding.js';
import { iso } from '../instant.js';
import type { Dated } from './dated.js';
import { startAfter, type Placement } from './placement.js';
import type { Prepared } from './prepare.js';
import { reaches } from './selector.js';
import type { Member } from './snapshot.js';

type Freeze = Dated<Member<'freezes'>>;

/**
 * FREEZE, formulas 4.4 rule 1 and SCH-03.3: every freeze is judged on its own. It is covered by an allowed
 * type, by an emergency that names it, or by exceptions that name it and the deployment over the whole overlap.
 */
export function freeze(trial: Trial): Finding[] {
  return reaching(trial.placed.occupied, trial).flatMap((one) => uncovered(one, trial));
}

/** The times during `within` in which a freeze would block the deployment, unmerged. */
export function freezesIn(within: Interval, trial: Trial): Interval[] {
  return reaching(within, trial)
    .filter(({ item }) => item.mode !== 'soft')
    .flatMap((one) =>
      subtract([overlap(within, one)!], exceptions(one.item.id, trial.asked.id, trial.world)),
    );
}

/** Freezes that overlap, match and are not lifted for deployments like this one. */
function reaching(within: Interval, trial: Trial): Freeze[] {
  return trial.world.freezes
    .overlapping(within)
    .filter(({ item }) => reaches(item.selectors, trial.placed, trial.world) && !allowed(item, trial));
}

function allowed({ id, allowedTypes, allowedKinds }: Freeze['item'], { asked, emergency }: Trial): boolean {
  return (
    allowedTypes?.includes(asked.changeType ?? 'NORMAL') ||
    allowedKinds?.includes(asked.kind) ||
    (emergency && asked.emergency?.freezes?.includes(id)) ||
    false
  );
}

function uncovered(one: Freeze, { asked, placed, world }: Trial): Finding[] {
  const shared = overlap(placed.occupied, one)!;
  const covered = exceptions(one.item.id, asked.id, world);
  if (contains(covered, shared)) return [];
  const { id, mode } = one.item;
  return [
    {
      code: 'FREEZE',
      severity: mode === 'soft' ? 'WARNING' : 'BLOCKER',
      counterpart: id,
      interval: shared,
      message: `The ${mode} freeze ${id} lasts until ${iso(one.end)} and nothing exempts this deployment.`,
      clearsAt: () => clearance(one, covered, placed),
    },
  ];
}

function exceptions(freeze: string, deployment: string, world: Prepared): Interval[] {
  const named = world.exceptions.get(deployment)?.filter(({ item }) => item.freeze === freeze) ?? [];
  return merge(named);
}

/** The first start whose occupied interval begins with a later exception, or with the end of the freeze. */
function clearance(one: Freeze, covered: readonly Interval[], placed: Placement): number {
  const next = covered.find(({ start }) => start > placed.occupied.start && start < one.end);
  return startAfter(next?.start ?? one.end, placed);
}
