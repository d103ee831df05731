import type { SlotModel } from './model.js';
import type { Seen } from './past.js';

/** Whose deployments are to be predicted. */
export interface Subject {
  readonly services: readonly string[];
  readonly team?: string | undefined;
  readonly tier?: number | undefined;
}

type Pool = SlotModel['pool'];

/**
 * The smallest pool with at least `minimum` deployments: those of the service, its team, its tier, the organisation
 * (whose size is not asked); SCH-08.3. A team or tier that is not stated is passed over.
 */
export function poolOf(
  outcomes: readonly Seen[],
  subject: Subject,
  minimum: number,
): { pool: Pool; members: readonly Seen[] } {
  for (const pool of ['service', 'team', 'tier'] as const) {
    const members = membersOf(outcomes, subject, pool);
    if (members.length >= minimum) return { pool, members };
  }
  return { pool: 'organisation', members: outcomes };
}

/** The outcomes of one pool. */
export function membersOf(
  outcomes: readonly Seen[],
  { services, team, tier }: Subject,
  pool: Pool,
): readonly Seen[] {
  const own = new Set(services);
  switch (pool) {
    case 'service':
      return outcomes.filter(({ service }) => own.has(service));
    case 'team':
      return team === undefined ? [] : outcomes.filter((one) => one.team === team);
    case 'tier':
      return tier === undefined ? [] : outcomes.filter((one) => one.tier === tier);
    case 'organisation':
      return outcomes;
  }
}
