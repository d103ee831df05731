import type { Database, Plan } from '#events';
import type { Candidate } from './conflict/candidate.js';
import { evaluate } from './conflict/conflicts.js';
import type { Conflict } from './conflict/finding.js';
import type { Snapshot } from './conflict/snapshot.js';
import type { DeploymentRow } from './deployments.js';
import type { FreezeRow } from './freezes.js';

/** How long a place stays taken after the end of the work, in minutes (`soak`, section 5 of the specification). */
export const SOAK_MINUTES = 30;

/** The conflicts of a plan with all that the calendar knows now (formulas 4.4). */
export async function conflictsOf(
  db: Database,
  deploymentId: string,
  plan: Plan,
  now: Date,
): Promise<Conflict[]> {
  return evaluate(candidateOf(deploymentId, plan), await snapshot(db, plan), now);
}

function candidateOf(id: string, plan: Plan): Candidate {
  const { services, environment, environmentClass, kind, start, end, rollbackMinutes } = plan;
  return { id, services, environment, environmentClass, kind, start, end, rollbackMinutes };
}

/** What may stand in a plan's way: reservations of its services nearby, and the freezes that are not over. */
async function snapshot(db: Database, { services, environment, start, end }: Plan): Promise<Snapshot> {
  const reserved = await db.query<DeploymentRow & { starts_at: Date; ends_at: Date }>(
    `select * from deployment where scheduled and environment = $1 and services && $2::text[]
       and starts_at < $4::timestamptz + interval '2 hours' and ends_at > $3::timestamptz - interval '3 hours'`,
    [environment, services, start, end],
  );
  const frozen = await db.query<FreezeRow & { starts_at: Date; ends_at: Date }>(
    `select * from freeze_period where not lifted and starts_at < $2::timestamptz + interval '1 day' and ends_at > $1::timestamptz`,
    [start, end],
  );
  return { reservations: reserved.map(reservationOf), freezes: frozen.map(freezeOf) };
}

function reservationOf(row: DeploymentRow & { starts_at: Date; ends_at: Date }) {
  return {
    id: row.id,
    services: [...row.services],
    environment: row.environment,
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    soakMinutes: SOAK_MINUTES,
    state:
      row.status === 'SCHEDULED'
        ? ('RESERVED' as const)
        : row.status === 'ROLLING_BACK'
          ? ('ROLLING_BACK' as const)
          : ('IN_PROGRESS' as const),
  };
}

function freezeOf(row: FreezeRow & { starts_at: Date; ends_at: Date }) {
  return {
    id: row.id,
    state: 'DECLARED' as const,
    mode: row.mode,
    selectors: [row.scope],
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    allowedKinds: [...row.allowed_kinds],
  };
}
