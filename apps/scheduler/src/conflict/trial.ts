import { Rejected } from '#events';
import type { Interval } from '#time/intervals';
import type { Candidate } from './candidate.js';
import type { Trial } from './finding.js';
import { instant } from './instant.js';
import { moved, place, windowOf, type Placement } from './placement.js';
import type { Prepared } from './prepare.js';

/** Puts a candidate on trial at the start it asks for. */
export function trial(asked: Candidate, world: Prepared, now: number): Trial {
  if (asked.services.length === 0)
    throw new Rejected('SERVICES_MISSING', 'candidate.services must name a service.');
  const until = asked.emergency?.validUntil;
  const limit =
    until === undefined ? Number.POSITIVE_INFINITY : instant(until, 'candidate.emergency.validUntil');
  return at(asked, place(asked, 'candidate', world.policy, world.classes), limit, world, now);
}

/** The same candidate on trial at another start. */
export function trialAt({ asked, placed, emergencyUntil, world, now }: Trial, start: number): Trial {
  return at(asked, moved(placed, start), emergencyUntil, world, now);
}

function at(
  asked: Candidate,
  placed: Placement,
  emergencyUntil: number,
  world: Prepared,
  now: number,
): Trial {
  const emergency = asked.emergency !== undefined && placed.work.start < emergencyUntil;
  const others = neighbours(asked.id, placed.occupied, world);
  return { asked, placed, window: windowOf(placed), emergency, emergencyUntil, world, now, others };
}

/** Reservations of others that overlap the interval. */
export function neighbours(id: string, interval: Interval, world: Prepared): Placement[] {
  return world.reservations.overlapping(interval).filter((other) => other.asked.id !== id);
}
