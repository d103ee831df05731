import { contains, merge, overlap, type Interval } from '#time/intervals';
import type { Finding, Trial } from './finding.js';
import { iso } from './instant.js';
import type { Placement } from './placement.js';
import type { Dated, Prepared } from './prepare.js';
import { reaches } from './selector.js';
import type { Member } from './snapshot.js';

type Freeze = Dated<Member<'freezes'>>;

/**
 * FREEZE, formulas 4.4 rule 1 and SCH-03.3: every freeze is judged on its own. It is covered by an allowed
 * type, by an emergency that names it, or by exceptions that name it and the deployment over the whole overlap.
 */
export function freeze(trial: Trial): Finding[] {
  const { placed, world } = trial;
  return world.freezes
    .overlapping(placed.occupied)
    .filter(({ item }) => reaches(item.selectors, placed, world) && !allowed(item, trial))
    .flatMap((one) => uncovered(one, trial));
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
  const clearsAt = clearance(one, covered, placed);
  const message = `The ${mode} freeze ${id} lasts until ${iso(one.end)} and nothing exempts this deployment.`;
  return [
    {
      code: 'FREEZE',
      severity: mode === 'soft' ? 'WARNING' : 'BLOCKER',
      counterpart: id,
      interval: shared,
      message,
      clearsAt,
    },
  ];
}

function exceptions(freeze: string, deployment: string, world: Prepared): Interval[] {
  const named = world.exceptions.get(deployment)?.filter(({ item }) => item.freeze === freeze) ?? [];
  return merge(named);
}

/** The first start whose occupied interval begins with a later exception, or with the end of the freeze. */
function clearance(one: Freeze, covered: readonly Interval[], { work, occupied }: Placement): number {
  const next = covered.find(({ start }) => start > occupied.start && start < one.end);
  return (next?.start ?? one.end) + work.start - occupied.start;
}
