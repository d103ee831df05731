import { accept, overriding } from '#events';
import { z } from 'zod';
import { MOST_MINUTES } from '../instant.js';

const Minutes = z.int().min(0).max(MOST_MINUTES);
const Hours = z.int().min(0).max(8_760);
const Count = z.int().min(1).max(100_000);

/** The figures of the conflict rules that a company may change; each overrides its value in `defaults`. */
export const Policy = z
  .strictObject({
    preBufferMinutes: Minutes.optional().describe('Kept free before a start'),
    soakMinutes: Minutes.optional().describe('Kept free after an end'),
    perOperator: Count.optional().describe('Deployments one operator may run at once'),
    perTeam: Count.optional().describe('Deployments one team may run at once'),
    perEnvironment: Count.optional().describe(
      'Deployments at once in an environment without a limit of its own',
    ),
    emergencyCapacity: z
      .int()
      .min(0)
      .max(100_000)
      .optional()
      .describe('Places of a window kept for emergencies'),
    emergencyReleaseHours: Hours.optional().describe(
      'Before its end, when a window may release those places',
    ),
    incidentHours: Hours.optional().describe('Before a start, from when an open incident blocks'),
    readinessBlockHours: Hours.optional().describe('Before a start, from when a missing readiness blocks'),
    readinessWarnHours: Hours.optional().describe('Before a start, from when a missing readiness warns'),
    proximityBeforeHours: Hours.optional().describe('How long before a start a neighbour counts as near'),
    proximityAfterHours: Hours.optional().describe('How long after the window a blocker counts as near'),
    alternatives: z.int().min(1).max(20).optional().describe('How many other slots are offered at most'),
    horizonDays: z.int().min(1).max(60).optional().describe('How far alternatives are looked for'),
  })
  .meta({ id: 'ConflictPolicy' });
export type Policy = z.infer<typeof Policy>;

/** Source: formulas 4.4, SCH-04.5, SCH-05 and the defaults table (soak, emergencyCapacity), all of 2027. */
export const defaults = {
  preBufferMinutes: 0,
  soakMinutes: 30,
  perOperator: 1,
  perTeam: 2,
  perEnvironment: Number.POSITIVE_INFINITY,
  emergencyCapacity: 1,
  emergencyReleaseHours: 2,
  incidentHours: 2,
  readinessBlockHours: 24,
  readinessWarnHours: 48,
  proximityBeforeHours: 2,
  proximityAfterHours: 1,
  alternatives: 5,
  horizonDays: 14,
} satisfies Required<Policy>;

/**
 * The figures that hold: those given, and the defaults for the rest.
 * @throws Rejected POLICY_INVALID, one violation a field
 */
export function policyOf(given: Policy | undefined): Required<Policy> {
  const refusal = { code: 'POLICY_INVALID', under: 'policy', ref: 'formulas 4.4' };
  return overriding(defaults, accept(Policy, given ?? {}, refusal));
}
