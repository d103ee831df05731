import { overlap } from '#time/intervals';
import type { Finding, Trial } from './finding.js';
import type { Nearness } from './hops.js';
import { iso } from '../instant.js';
import { startAfter, versionKey, type Placement } from './placement.js';

/**
 * DEPENDENCY_ORDER, formulas 4.4 rule 8: a required provider version is neither live in the environment, nor brought
 * by this deployment, nor by one that has soaked by its start.
 */
export function dependencyOrder({ asked, placed, world }: Trial): Finding[] {
  if (world.snapshot.live === undefined) return [];
  return (asked.requires ?? [])
    .filter(({ service, version }) => {
      const live = world.live
        .get(service)
        ?.some((one) => one.environment === asked.environment && one.versions.includes(version));
      return !live && !brings(asked, service, version);
    })
    .flatMap(({ service, version }) => {
      const ready = arrival(asked, world.deliveries.get(versionKey({ service, version })) ?? []);
      return ready <= placed.work.start ? [] : [missing(`${service}@${version}`, ready, placed)];
    });
}

function missing(wanted: string, ready: number, placed: Placement): Finding {
  const when = ready === Infinity ? 'and nothing scheduled brings it' : `before ${iso(ready)}`;
  return {
    code: 'DEPENDENCY_ORDER',
    severity: 'BLOCKER',
    counterpart: wanted,
    interval: placed.occupied,
    message: `${wanted} is required and is not live in ${placed.asked.environment} ${when}.`,
    clearsAt: () => ready,
  };
}

/** When the first scheduled deployment of the version has soaked; `Infinity` if there is none. */
function arrival(asked: Trial['asked'], deliveries: readonly Placement[]): number {
  return deliveries
    .filter((one) => one.asked.id !== asked.id && one.asked.environment === asked.environment)
    .filter((one) => !('state' in one.asked && one.asked.state === 'ROLLING_BACK'))
    .reduce((first, { occupied }) => Math.min(first, occupied.end), Infinity);
}

function brings({ delivers }: Placement['asked'], service: string, version: string): boolean {
  return delivers?.some((one) => one.service === service && one.version === version) ?? false;
}

/**
 * DEPENDENCY_OVERLAP, formulas 4.4 rule 9: a service within two hops is deployed at the same time in the same class
 * of environment, and no plan puts the two in order. One hard hop blocks; a soft one or two hops warn.
 */
export function dependencyOverlap({ asked, placed, nearby, others }: Trial): Finding[] {
  return others
    .filter((other) => other.environmentClass === placed.environmentClass && !ordered(asked, other.asked))
    .flatMap((other) => {
      const near = nearest(other, nearby());
      return near ? [overlapping(placed, other, near.service, near.nearness)] : [];
    });
}

function overlapping(placed: Placement, other: Placement, service: string, nearness: Nearness): Finding {
  const how = nearness === 'two hops' ? 'two hops' : `one ${nearness} hop`;
  return {
    code: 'DEPENDENCY_OVERLAP',
    severity: nearness === 'hard' ? 'BLOCKER' : 'WARNING',
    counterpart: other.asked.id,
    interval: overlap(placed.occupied, other.occupied)!,
    message: `${other.asked.id} deploys ${service}, ${how} away, until ${iso(other.occupied.end)}, soak included.`,
    clearsAt: () => startAfter(other.occupied.end, placed),
  };
}

/** The service of another deployment that is nearest to this one; of equally near ones the first by name. */
export function nearest(other: Placement, near: ReadonlyMap<string, Nearness>) {
  const rank: Record<Nearness, number> = { hard: 0, soft: 1, 'two hops': 2 };
  return other.asked.services
    .flatMap((service) => {
      const nearness = near.get(service);
      return nearness ? [{ service, nearness }] : [];
    })
    .sort((a, b) => rank[a.nearness] - rank[b.nearness] || (a.service < b.service ? -1 : 1))[0];
}

/** The same plan orders them by wave, or takes them as one unit. */
function ordered({ plan: a }: Placement['asked'], { plan: b }: Placement['asked']): boolean {
  return (
    a !== undefined && a.id === b?.id && (a.wave !== b.wave || (a.unit !== undefined && a.unit === b.unit))
  );
}
