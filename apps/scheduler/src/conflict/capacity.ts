import { intersect, merge, overlap, type Interval } from '#time/intervals';
import { grouped } from './dated.js';
import type { Finding, Trial } from './finding.js';
import { HOUR } from '../instant.js';
import { isUrgent, startAfter, type Placement } from './placement.js';
import { permits } from './selector.js';
import { atLeast } from './sweep.js';
import type { Opening, Prepared } from './prepare.js';

type Window = Opening['of'];

/** A number of places, who takes them, and while it counts: times apart from each other. */
interface Limit {
  readonly name: string;
  readonly places: number;
  readonly within: readonly Interval[];
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
    const times = taken(limit, trial);
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

/** One sweep answers for all the times of a limit, however many they are. */
function taken({ places, within, counts }: Limit, { others, placed }: Trial): Interval[] {
  const counted = others.filter(counts);
  if (counted.length < places) return [];
  return intersect(atLeast(places, occupations(counted), placed.occupied), within);
}

/** A deployment that holds several places at once still is one. */
function occupations(placements: readonly Placement[]): Interval[] {
  const held = grouped(placements, ({ asked }) => asked.id);
  return [...held.values()].flatMap((places) => merge(places.map(({ occupied }) => occupied)));
}

function standing({ asked, placed, world: { policy, environments, teams } }: Trial): Limit[] {
  const { environment, team, operator } = asked;
  const within = [placed.occupied];
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
  const { asked, placed, world } = trial;
  const urgent = isUrgent(asked, trial.emergency);
  const open = world.openings.overlapping(placed.occupied).filter(({ of }) => of.capacity !== undefined);
  return [...grouped(open, ({ of }) => of.id).values()]
    .filter(([one]) => uses(one!.of, placed, urgent, world))
    .flatMap((openings) => [places(openings, trial), ...(urgent ? [] : planned(openings, trial))]);
}

/** All places of a window, at the times at which it is open. */
function places(openings: readonly Opening[], { placed, world }: Trial): Limit {
  const { of } = openings[0]!;
  return {
    name: `window ${of.id}`,
    places: of.capacity!,
    within: openings.map((one) => overlap(placed.occupied, one)!),
    counts: (other) => uses(of, other, authorised(other), world),
  };
}

/** Openings that keep the same number of places for emergencies are one limit. */
function planned(openings: readonly Opening[], trial: Trial): Limit[] {
  return [...grouped(openings, (one) => `${kept(one, trial)}`).values()].map((alike) => {
    const all = places(alike, trial);
    const counts = (other: Placement) => !authorised(other) && all.counts(other);
    return { ...all, places: all.places - kept(alike[0]!, trial), counts };
  });
}

const authorised = ({ asked }: Placement) => isUrgent(asked, asked.emergency !== undefined);

function uses(of: Window, placed: Placement, urgent: boolean, world: Prepared): boolean {
  const { services, regions } = placed.asked;
  if (of.kind === 'emergency-only' && !urgent) return false;
  return services.some((service) => permits(of.selectors, { service, regions, placed, world }));
}

/** Places kept for emergencies; a window whose policy says so gives them up shortly before it ends. */
function kept({ of, end }: Opening, { world: { policy }, now }: Trial): number {
  if (of.releasesEmergencyCapacity && now >= end - policy.emergencyReleaseHours * HOUR) return 0;
  return Math.min(of.capacity!, of.emergencyCapacity ?? policy.emergencyCapacity);
}
