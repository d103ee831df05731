import { contains, intersect, subtract, type Interval } from '#time/intervals';
import { budget, looksAhead } from './effort.js';
import type { Finding, Trial } from './finding.js';
import { nextFit } from './fit.js';
import { iso } from '../instant.js';
import { permits } from './selector.js';
import { hull, openIn } from './window.js';

/**
 * REGION, formulas 4.4 rule 15 and SCH-02.3: in every region the work and the time to go back lie within its
 * permitted local hours and, where windows name any of the regions, within those that are open there. A plan split by
 * region is judged one region at a time.
 */
export function region(trial: Trial): Finding[] {
  const { asked, window: needed } = trial;
  if (asked.regionalSplit) return [];
  return [...new Set(asked.regions)].flatMap((name) => {
    const permitted = regionalHours(name, needed, trial);
    if (permitted === undefined || contains(permitted, needed)) return [];
    return [
      {
        code: 'REGION',
        severity: 'BLOCKER',
        counterpart: name,
        interval: hull(subtract([needed], permitted)),
        message: sentence(name, trial),
        clearsAt: () => nextFit(trial.common(trial.emergency) ?? [], needed),
      },
    ];
  });
}

/** The permitted time of one region during `within`; undefined if nothing limits it. */
export function regionalHours(name: string, within: Interval, trial: Trial): Interval[] | undefined {
  const limits = [trial.world.regions.get(name), regionalWindows(name, within, trial)].filter(
    (one) => one !== undefined,
  );
  return limits.length === 0
    ? undefined
    : limits.reduce<Interval[]>((all, one) => intersect(all, one), [within]);
}

/**
 * What all regions permit at once during `within`; undefined if nothing limits any.
 * @throws Rejected EVALUATION_TOO_LARGE
 */
export function commonHours(within: Interval, trial: Trial): Interval[] | undefined {
  budget('candidate.regions')(looksAhead(trial, within));
  const limits = [...new Set(trial.asked.regions)].flatMap((name) => {
    const hours = regionalHours(name, within, trial);
    return hours ? [hours] : [];
  });
  return limits.length === 0 ? undefined : limits.reduce((all, one) => intersect(all, one));
}

/** Once a window names one of the regions, each of them has windows of its own: those that name it, or none. */
function regionalWindows(name: string, within: Interval, trial: Trial): Interval[] | undefined {
  return trial.byRegion() ? openIn(trial, within, [name]) : undefined;
}

/** Whether a window is for the deployment by the name of one of its regions. */
export function isByRegion({ asked, placed, world }: Trial): boolean {
  return [...new Set(asked.regions)].some((name) => {
    const here = world.regional.get(name);
    return (
      here && asked.services.some((service) => permits(here, { service, regions: [name], placed, world }))
    );
  });
}

function sentence(name: string, trial: Trial): string {
  const { asked, window: needed } = trial;
  const outside = `${iso(needed.start)} to ${iso(needed.end)} is not within the permitted local hours of ${name}.`;
  if ((asked.regions ?? []).length < 2 || trial.common(trial.emergency)?.length !== 0) return outside;
  return `${outside} No hour is open in all of its regions at once: split the plan by region.`;
}
