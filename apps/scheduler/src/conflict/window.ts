import { contains, intersect, merge, subtract, type Interval } from '#time/intervals';
import { grouped } from './dated.js';
import type { Code, Finding, Trial } from './finding.js';
import { nextFit } from './fit.js';
import { iso } from '../instant.js';
import { isUrgent } from './placement.js';
import type { Opening } from './prepare.js';
import { permits } from './selector.js';

/**
 * WINDOW, WINDOW_TOO_SHORT, OFF_HOURS, formulas 4.4 rule 6 and SCH-02: every service needs the work and the time to
 * go back inside one contiguous permitted interval; touching windows are one. TOO_SHORT if the work alone would fit;
 * OFF_HOURS if in PROD no window is touched at all. An off-hours override over all of it leaves a warning. Freezes
 * are rule 1 and do not count here.
 */
export function window(trial: Trial): Finding[] {
  const { placed, window: needed, world } = trial;
  if (world.snapshot.windows === undefined) return [];
  const permitted = permittedIn(trial, needed);
  if (contains(permitted, needed)) return [];
  const code = kindOf(permitted, trial);
  const overrides = world.overrides.get(trial.asked.id) ?? [];
  const overridden = contains(overrides, needed);
  return [
    {
      code,
      severity: placed.environmentClass === 'PROD' && !overridden ? 'BLOCKER' : 'WARNING',
      counterpart: lastWindow(trial) ?? trial.asked.environment,
      interval: hull(subtract([needed], permitted)),
      message: sentence(code, trial) + (overridden ? ' An off-hours override covers it.' : ''),
      clearsAt: () =>
        Math.min(nextFit(trial.openings(trial.emergency), needed), nextFit(merge(overrides), needed)),
    },
  ];
}

/** The times in which every service of the deployment is permitted, as far as windows open during `within`. */
export function permittedIn(trial: Trial, within: Interval): Interval[] {
  return openIn(trial, within, trial.asked.regions);
}

/** The same for some regions. Services for which the same windows are open share one computation. */
export function openIn(trial: Trial, within: Interval, regions: readonly string[] | undefined): Interval[] {
  const windows = [...grouped(trial.world.openings.overlapping(within), ({ of }) => of.id).values()];
  const sets = new Map<string, readonly Interval[]>();
  for (const service of trial.services) {
    const usable = windows.filter(([one]) => opens(one!, service, trial, regions));
    const key = JSON.stringify(usable.map(([one]) => one!.of.id));
    if (!sets.has(key)) sets.set(key, merge(usable.flat()));
  }
  return [...sets.values()].reduce<Interval[]>((all, one) => intersect(all, one), [within]);
}

/** Whether an opening is one for a service in any of the regions. */
export function opens(
  { of }: Opening,
  service: string,
  trial: Trial,
  regions: readonly string[] | undefined,
): boolean {
  const usable = of.kind !== 'emergency-only' || isUrgent(trial.asked, trial.emergency);
  return usable && permits(of.selectors, { service, regions, placed: trial.placed, world: trial.world });
}

function kindOf(permitted: readonly Interval[], { placed, window: needed }: Trial): Code {
  if (contains(permitted, placed.work)) return 'WINDOW_TOO_SHORT';
  const untouched = intersect(permitted, [needed]).length === 0;
  return untouched && placed.environmentClass === 'PROD' ? 'OFF_HOURS' : 'WINDOW';
}

function sentence(code: Code, { window: needed, placed }: Trial): string {
  if (code === 'WINDOW_TOO_SHORT')
    return `The window holds the work, but closes before the time to go back ends at ${iso(needed.end)}.`;
  const what = code === 'OFF_HOURS' ? 'No window is open at all' : 'No window is open all the time';
  return `${what} from ${iso(placed.work.start)} to ${iso(needed.end)}.`;
}

/** The window that is open last of those that the deployment touches; of equal ones the first by name. */
function lastWindow(trial: Trial): string | undefined {
  const touched = trial.world.openings
    .overlapping(trial.window)
    .filter((one) => trial.asked.services.some((service) => opens(one, service, trial, trial.asked.regions)));
  return touched.sort((a, b) => b.end - a.end || (a.of.id < b.of.id ? -1 : 1))[0]?.of.id;
}

/** From the first to the last instant of a set that is not empty. */
export function hull(set: readonly Interval[]): Interval {
  return { start: set[0]!.start, end: set.at(-1)!.end };
}
