import { merge, overlap, type Interval } from '#time/intervals';
import { grouped } from './dated.js';
import type { Finding, Trial } from './finding.js';
import { HOUR } from '../instant.js';
import { isUrgent, startAfter, type Placement } from './placement.js';
import { permits } from './selector.js';
import { atLeast } from './sweep.js';
import type { Opening, Prepared } from './prepare.js';

/** A number of places, who takes them, and while it counts. */
interface Limit {
  readonly name: string;
  readonly places: number;
  readonly within: Interval;
  readonly counts: (other: Placement) => boolean;
}

/**
 * CAPACITY, formulas 4.4 rule 7 and SCH-05: at some instant of the occupied interval the places of the environment, a
 * window, the team or the operator are all taken by others. One finding for each contiguous time of each limit.
 */
export function capacity(trial: Trial): Finding[] {
  const limits = [...standing(trial), ...(trial.asked.kind === 'ROLLBACK' ? [] : windows(trial))];
  const full = new Map<string, { places: number; times: Interval[] }>();
  for (const limit of limits) {
    const times = taken(limit, trial.others);
    const known = full.get(limit.name);
    if (times.length > 0)
      full.set(limit.name, { places: limit.places, times: [...(known?.times ?? []), ...times] });
  }
  return [...full].flatMap(([name, { places, times }]) =>
    merge(times).map((one) => finding(name, places, one, trial)),
  );
}

function finding(name: string, places: number, interval: Interval, { placed }: Trial): Finding {
  return {
    code: 'CAPACITY',
    severity: 'BLOCKER',
    counterpart: name,
    interval,
    message: `${name} has no place left for it: ${places} may run at once.`,
    clearsAt: () => startAfter(interval.end, placed),
  };
}

function taken({ places, within, counts }: Limit, others: readonly Placement[]): Interval[] {
  const counted = others.filter(counts);
  return counted.length < places ? [] : atLeast(places, occupations(counted), within);
}

/** A deployment that holds several places at once still is one. */
function occupations(placements: readonly Placement[]): Interval[] {
  const held = grouped(placements, ({ asked }) => asked.id);
  return [...held.values()].flatMap((places) => merge(places.map(({ occupied }) => occupied)));
}

function standing({ asked, placed, world: { policy, environments, teams } }: Trial): Limit[] {
  const { environment, team, operator } = asked;
  const within = placed.occupied;
  const inEnvironment = environments.get(environment)?.maxParallel ?? policy.perEnvironment;
  const limits: Limit[] = [
    {
      name: `environment ${environment}`,
      places: inEnvironment,
      within,
      counts: (other) => other.asked.environment === environment,
    },
  ];
  if (team !== undefined) {
    const places = teams.get(team)?.maxParallel ?? policy.perTeam;
    limits.push({ name: `team ${team}`, places, within, counts: (other) => other.asked.team === team });
  }
  if (operator !== undefined) {
    const counts = (other: Placement) => other.asked.operator === operator;
    limits.push({ name: `operator ${operator}`, places: policy.perOperator, within, counts });
  }
  return limits;
}

/** Planned work leaves the emergency places alone: it is held to all places, and to the planned ones among its like. */
function windows(trial: Trial): Limit[] {
  const urgent = isUrgent(trial.asked, trial.emergency);
  return trial.world.openings
    .overlapping(trial.placed.occupied)
    .filter(({ of }) => of.capacity !== undefined && uses(of, trial.placed, urgent, trial.world))
    .flatMap((one) => (urgent ? [places(one, trial)] : [places(one, trial), planned(one, trial)]));
}

function places(one: Opening, { placed, world }: Trial): Limit {
  return {
    name: `window ${one.of.id}`,
    places: one.of.capacity!,
    within: overlap(placed.occupied, one)!,
    counts: (other) => uses(one.of, other, authorised(other), world),
  };
}

function planned(one: Opening, trial: Trial): Limit {
  const all = places(one, trial);
  const counts = (other: Placement) => !authorised(other) && all.counts(other);
  return { ...all, places: all.places - kept(one, trial), counts };
}

const authorised = ({ asked }: Placement) => isUrgent(asked, asked.emergency !== undefined);

function uses(of: Opening['of'], placed: Placement, urgent: boolean, world: Prepared): boolean {
  const { services, regions } = placed.asked;
  if (of.kind === 'emergency-only' && !urgent) return false;
  return services.some((service) => permits(of.selectors, { service, regions, placed, world }));
}

/** Places kept for emergencies; a window whose policy says so gives them up shortly before it ends. */
function kept({ of, end }: Opening, { world: { policy }, now }: Trial): number {
  if (of.releasesEmergencyCapacity && now >= end - policy.emergencyReleaseHours * HOUR) return 0;
  return Math.min(of.capacity!, of.emergencyCapacity ?? policy.emergencyCapacity);
}
