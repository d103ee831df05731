import { Rejected } from '#events';
import type { Interval } from '#time/intervals';
import type { Candidate } from './candidate.js';
import type { Trial } from './finding.js';
import { once } from './fit.js';
import { hardProviders, nearby } from './hops.js';
import { DAY, instant } from '../instant.js';
import { moved, place, windowOf, type Placement } from './placement.js';
import type { Prepared } from './prepare.js';
import { commonHours, isByRegion } from './region.js';
import { permittedIn } from './window.js';

type Fixed = Pick<
  Trial,
  | 'asked'
  | 'services'
  | 'world'
  | 'now'
  | 'emergencyUntil'
  | 'starts'
  | 'concerned'
  | 'nearby'
  | 'byRegion'
  | 'openings'
  | 'common'
>;

/** Puts a candidate on trial at the start it asks for. */
export function trial(asked: Candidate, world: Prepared, now: number): Trial {
  if (asked.services.length === 0)
    throw new Rejected('SERVICES_MISSING', 'candidate.services must name a service.');
  const placed = place(asked, 'candidate', world.policy, world.classes);
  const until = asked.emergency?.validUntil;
  const services = new Set(asked.services);
  const fixed = {
    asked,
    services,
    world,
    now,
    emergencyUntil: until === undefined ? Infinity : instant(until, 'candidate.emergency.validUntil'),
    starts: starts(asked, placed, world, now),
    concerned: once(() => new Set([...services, ...hardProviders(services, world.graph)])),
    nearby: once(() => nearby(services, world.graph)),
    byRegion: once(() => isByRegion(first)),
    openings: either((emergency) => permittedIn({ ...first, emergency }, horizon())),
    common: either((emergency) => commonHours(horizon(), { ...first, emergency })),
  };
  const first: Trial = at(fixed, placed);
  const horizon = (): Interval => {
    const { start, end } = first.window;
    const from = Math.min(start, fixed.starts.first);
    return { start: from, end: Math.max(start, fixed.starts.last) + end - start };
  };
  return first;
}

/** Computes once for each of the two cases, when first asked. */
function either<Value>(compute: (emergency: boolean) => Value): (emergency: boolean) => Value {
  const [within, without] = [once(() => compute(true)), once(() => compute(false))];
  return (emergency) => (emergency ? within() : without());
}

/** The same candidate on trial at another start. */
export function trialAt(trial: Trial, start: number): Trial {
  return at(trial, moved(trial.placed, start));
}

/** Reservations of others that overlap the interval. */
export function neighbours(id: string, interval: Interval, world: Prepared): Placement[] {
  return world.reservations.overlapping(interval).filter((other) => other.asked.id !== id);
}

function at(fixed: Fixed, placed: Placement): Trial {
  const { asked, world, emergencyUntil } = fixed;
  const emergency = asked.emergency !== undefined && placed.work.start < emergencyUntil;
  const others = neighbours(asked.id, placed.occupied, world);
  return { ...fixed, placed, window: windowOf(placed), emergency, others };
}

/** Between which starts alternatives are looked for: never before now. */
function starts(asked: Candidate, { work }: Placement, { policy }: Prepared, now: number) {
  const earliest = asked.earliest === undefined ? work.start : instant(asked.earliest, 'candidate.earliest');
  const latest =
    asked.latest === undefined
      ? Math.max(earliest, work.start) + policy.horizonDays * DAY
      : instant(asked.latest, 'candidate.latest');
  if (latest < earliest)
    throw new Rejected(
      'INTERVAL_INVALID',
      'candidate.latest must not lie before candidate.earliest or its start.',
    );
  return { first: Math.max(earliest, now), last: latest };
}
