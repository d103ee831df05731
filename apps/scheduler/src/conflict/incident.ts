import type { Finding, Trial } from './finding.js';
import { HOUR } from '../instant.js';
import type { Member } from './snapshot.js';

/**
 * INCIDENT, formulas 4.4 rule 2: a SEV1 or SEV2 open at the start, on a service of the deployment or one that it
 * needs directly and hard, or on its environment. One that names services and environments is on those services
 * there. It blocks from two hours before the start on; earlier there is time to end it.
 */
export function incident(trial: Trial): Finding[] {
  const { asked, placed, world, now } = trial;
  const concerned = trial.concerned();
  const until = now + world.policy.incidentHours * HOUR;
  return world.incidents
    .filter(({ start, end }) => start <= placed.work.start && placed.work.start < end)
    .filter(({ item }) => grave(item) && !linked(item, trial) && hits(item, concerned, asked.environment))
    .map(({ item: { id, severity }, end }) => ({
      code: 'INCIDENT',
      severity: placed.work.start <= until ? 'BLOCKER' : 'WARNING',
      counterpart: id,
      interval: placed.occupied,
      message: `${severity} ${id} is open on what this deployment changes or needs.`,
      clearsAt: () => Math.min(until + 1, end),
    }));
}

function grave({ severity }: Member<'incidents'>): boolean {
  return severity === 'SEV1' || severity === 'SEV2';
}

/** The hotfix or the emergency that is meant to end it does not wait for it. */
function linked({ id }: Member<'incidents'>, { asked, emergency }: Trial): boolean {
  return (emergency || asked.kind === 'HOTFIX') && (asked.incidents?.includes(id) ?? false);
}

function hits(
  { services, environments }: Member<'incidents'>,
  concerned: ReadonlySet<string>,
  environment: string,
): boolean {
  if (!services?.length && !environments?.length) return false;
  const there = !environments?.length || environments.includes(environment);
  return there && (!services?.length || services.some((one) => concerned.has(one)));
}
