import type { Plan, Sql } from '#events';
import { assess, type Assessment, type RiskInputs } from './risk.js';
import type { ServiceInputs } from './riskInputs.js';
import { initialRiskModel } from './riskModel.js';

/** What became of the last changes of one service in production (the `change` read model). */
interface Track {
  readonly service: string;
  readonly deployments: number;
  readonly failures: number;
  readonly last_success: Date | null;
}

/**
 * The risk of a plan, from what the plan says and what became of earlier changes of its services. What is not known yet
 * (blast radius, lines changed) counts as its worst and is marked as imputed (4.1.2).
 */
export async function riskOf(db: Sql, plan: Plan, now: Date): Promise<Assessment> {
  const tracks = new Map((await history(db, plan.services, now)).map((track) => [track.service, track]));
  return assess(inputsOf(plan, tracks, now));
}

function inputsOf(plan: Plan, tracks: ReadonlyMap<string, Track>, now: Date): RiskInputs {
  return {
    services: plan.services.map((service) => serviceInputs(service, plan, tracks.get(service), now)),
    components: plan.services.length,
    rollback: plan.rollbackMinutes > 0 ? 'untested' : 'none',
    waivedGates: 0,
    slotMultiplier: 'none',
    strategy: plan.strategy,
  };
}

function serviceInputs(service: string, { tier }: Plan, track: Track | undefined, now: Date): ServiceInputs {
  const known = track ?? { deployments: 0, failures: 0, last_success: null };
  const { deployments, failures, last_success } = known;
  const days = last_success && Math.max(0, (now.getTime() - last_success.getTime()) / 86_400_000);
  return {
    service,
    ...(tier && { tier: tier as 1 | 2 | 3 | 4 }),
    deployments,
    failures,
    daysSinceLastSuccess: days ?? 'never',
  };
}

/** The last production deployments of each service, as many and from as many days as the model looks at. */
function history(db: Sql, services: readonly string[], now: Date): Promise<Track[]> {
  const { days, lastDeployments } = initialRiskModel.shape.history;
  return db.query<Track>(
    `select s.service, count(c.id)::int as deployments,
            count(c.id) filter (where c.outcome in ('FAILED', 'BACKED_OUT'))::int as failures,
            max(c.outcome_at) filter (where c.outcome = 'IMPLEMENTED') as last_success
     from unnest($1::text[]) as s(service)
     left join lateral (
       select id, outcome, outcome_at from change
       where services @> array[s.service] and environment_class = 'PROD'
         and outcome in ('IMPLEMENTED', 'FAILED', 'BACKED_OUT')
         and outcome_at > $2::timestamptz - $3::float8 * interval '1 day' and outcome_at <= $2
       order by outcome_at desc limit $4::int
     ) c on true
     group by s.service`,
    [services, now.toISOString(), days, lastDeployments],
  );
}
