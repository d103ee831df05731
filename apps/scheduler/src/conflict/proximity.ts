import { commitment } from './commitment.js';
import { dependencyOverlap, nearest } from './dependency.js';
import { exempted } from './exemption.js';
import type { Code, Finding, Rule, Trial } from './finding.js';
import { freeze } from './freeze.js';
import { HOUR, iso, MINUTE } from '../instant.js';
import { sameEnvironment, sameService, sharedResource } from './occupancy.js';
import type { Placement } from './placement.js';
import { neighbours } from './trial.js';

/** The rules whose counterparts have an interval of their own and may block. */
const dated: readonly Rule[] = [
  freeze,
  sameService,
  sameEnvironment,
  sharedResource,
  dependencyOverlap,
  commitment,
];

/**
 * PROXIMITY, formulas 4.4 rule 16: what ends shortly before the start, and what would block and begins shortly after
 * the window. Given are the findings of the other rules: a counterpart that overlaps is reported as what it is.
 */
export function proximity(trial: Trial, found: readonly Finding[]): Finding[] {
  return [...before(trial), ...after(trial, found)];
}

/** A deployment of the same service, or one hop away, in the same class of environment. */
function before({ asked, services, placed, world, nearby }: Trial): Finding[] {
  const start = placed.work.start;
  const from = start - world.policy.proximityBeforeHours * HOUR;
  if (from > placed.occupied.start) return [];
  return neighbours(asked.id, { start: from - 1, end: placed.occupied.start }, world)
    .filter((other) => other.occupied.end <= placed.occupied.start)
    .filter((other) => other.environmentClass === placed.environmentClass)
    .filter((other) => other.asked.services.some((one) => services.has(one)) || oneHop(other, nearby()))
    .map((other) =>
      near(
        other.asked.id,
        other.occupied,
        `${other.asked.id} ends at ${iso(other.occupied.end)}, shortly before.`,
      ),
    );
}

function oneHop(other: Placement, nearby: ReturnType<Trial['nearby']>): boolean {
  const nearness = nearest(other, nearby)?.nearness;
  return nearness === 'hard' || nearness === 'soft';
}

function after(trial: Trial, found: readonly Finding[]): Finding[] {
  const { placed, window, world, asked } = trial;
  const last = window.end + world.policy.proximityAfterHours * HOUR;
  if (last < placed.occupied.end) return [];
  const ahead = { start: placed.occupied.end, end: last + 1 };
  const probe = {
    ...trial,
    placed: { ...placed, occupied: ahead },
    others: neighbours(asked.id, ahead, world),
  };
  const known = new Set(found.map(key));
  return dated
    .flatMap((rule) => rule(probe))
    .flatMap((one) => exempted(one, trial))
    .filter((one) => one.severity === 'BLOCKER' && !known.has(key(one)))
    .map(({ code, counterpart, interval: { start } }) => {
      const message = `${counterpart} (${code}) begins at ${iso(start)}, shortly after.`;
      return near(counterpart, { start, end: Math.max(last, start + MINUTE) }, message);
    });
}

function near(counterpart: string, interval: Finding['interval'], message: string): Finding {
  return { code: 'PROXIMITY', severity: 'INFO', counterpart, interval, message, clearsAt: () => Infinity };
}

function key({ code, counterpart }: { code: Code; counterpart: string }): string {
  return `${code} ${counterpart}`;
}
