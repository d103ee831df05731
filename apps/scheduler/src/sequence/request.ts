import { z } from 'zod';
import { Instant, Name, names, Span } from '../conflict/candidate.js';
import { MOST_MINUTES } from '../instant.js';

/** No plan has more steps, no rollout more regions, whichever way they come. */
export const MOST_STEPS = 2_000;
export const MOST_REGIONS = 1_000;
export const MOST_SOAK_HOURS = 720;
const MOST_EDGES = 100_000;
const Minutes = z.int().min(0).max(MOST_MINUTES);
const Verdict = z.enum(['PASS', 'FAIL', 'UNKNOWN']);
const permitted = z
  .array(z.strictObject(Span))
  .max(20_000)
  .optional()
  .describe('Windows minus freezes; any time if not given');

/** A deployment, or a task of another team, in a plan. */
export const Step = z
  .strictObject({
    id: Name,
    services: names.optional().describe('Services that it deploys; its own id if not given'),
    owner: Name.optional().describe('The team whose task it is; it is done when they confirm'),
    minutes: Minutes.min(1).describe('How long it is expected to take'),
    soakMinutes: Minutes.optional().describe(
      'If not given, that of the plan, and 0 for a task of another team',
    ),
    rollbackMinutes: Minutes.optional().describe('Kept inside the permitted time too; 0 if not given'),
    permitted,
    uses: names.optional().describe('Capacities of which it takes a place, soak included'),
  })
  .meta({ id: 'PlanStep' });
export type Step = z.infer<typeof Step>;

/** What contract tests say of one pair of versions on either side of a change; REL-05. */
const Contract = z.strictObject({
  provider: Name,
  consumer: Name,
  newProviderOldConsumer: Verdict,
  oldProviderNewConsumer: Verdict,
});

/** A deployment plan to be put in order; SCH-07. */
export const PlanRequest = z
  .strictObject({
    steps: z.array(Step).min(1).max(MOST_STEPS),
    dependencies: z
      .array(z.strictObject({ consumer: Name, provider: Name, kind: z.enum(['hard', 'soft']) }))
      .max(MOST_EDGES)
      .optional()
      .describe('Between services; soft ones do not order'),
    contracts: z.array(Contract).max(MOST_EDGES).optional(),
    edges: z
      .array(z.strictObject({ before: Name, after: Name }))
      .max(MOST_EDGES)
      .optional()
      .describe('Between steps, by hand'),
    units: z.array(names.min(1)).max(1_000).optional().describe('Steps that are declared to go together'),
    capacities: z
      .array(z.strictObject({ id: Name, places: z.int().min(1) }))
      .max(1_000)
      .optional(),
    from: Instant.optional().describe('No step starts before it'),
    soakMinutes: Minutes.optional().describe('For steps that do not say; 30 if not given'),
  })
  .meta({ id: 'PlanRequest' });
export type PlanRequest = z.infer<typeof PlanRequest>;

/** How far each step of a plan is. */
export const StepReport = z
  .strictObject({
    step: Name,
    state: z.enum(['PENDING', 'IN_PROGRESS', 'SUCCEEDED', 'ACCEPTED_PARTIAL', 'FAILED', 'ROLLED_BACK']),
    endedAt: Instant.optional(),
    confirmed: z.boolean().optional().describe('For a task of another team'),
  })
  .meta({ id: 'StepReport' });
export type StepReport = z.infer<typeof StepReport>;

/** A rollout that follows the sun; SCH-07.5. */
export const RegionalRequest = z
  .strictObject({
    regions: z
      .array(
        z.strictObject({
          id: Name,
          load: z.number().min(0).describe('Lower goes first'),
          pilot: z.boolean().optional().describe('Goes before all that are none'),
          minutes: Minutes.min(1),
          rollbackMinutes: Minutes.optional(),
          permitted,
          canaryPassedAt: Instant.optional().describe('The verdict that makes the rest of the soak needless'),
        }),
      )
      .min(1)
      .max(MOST_REGIONS),
    from: Instant,
    soakHours: z.int().min(0).max(MOST_SOAK_HOURS).optional().describe('24 if not given'),
  })
  .meta({ id: 'RegionalRequest' });
export type RegionalRequest = z.infer<typeof RegionalRequest>;

/** Source: formulas 4.4 and the defaults table (soak, regionSoak), 2027. */
export const defaults = { soakMinutes: 30, regionSoakHours: 24 };

/** How long a step of the plan soaks; a task of another team need not. */
export function soakMinutesOf({ soakMinutes, owner }: Step, plan: Pick<PlanRequest, 'soakMinutes'>): number {
  return soakMinutes ?? (owner === undefined ? (plan.soakMinutes ?? defaults.soakMinutes) : 0);
}
