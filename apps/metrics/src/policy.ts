import { accept, overriding } from '#events';
import { z } from 'zod';

const Hours = z.number().min(0).max(87_600);
const Days = z.number().min(0).max(3_650);
const Share = z.number().min(0).max(1);

/** The figures of the delivery metrics that a company may change; each overrides its value in `defaults`. */
export const MetricsPolicy = z
  .strictObject({
    attributionHours: Hours.optional().describe(
      'After going live, how long an incident may be charged to it',
    ),
    hotfixDays: Days.optional().describe('After going live, how long a hotfix that names it fails it'),
    reopenHours: Hours.optional().describe('After a restore, how long a reopening goes on with the incident'),
    canaryTrafficPercent: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('Up to this traffic an automatic rollback counts as caught in the canary'),
    lowSample: z.int().min(0).max(1_000_000).optional().describe('Fewer values than this are few'),
    coverage: Share.optional().describe('Below this share of what should be known a figure is partial'),
  })
  .meta({ id: 'MetricsPolicy' });
export type MetricsPolicy = z.infer<typeof MetricsPolicy>;

/** Source: formulas 4.2.3 to 4.2.5, MET-01.7 and the defaults table (attribution, reopen, lowSample), all of 2027. */
export const defaults = {
  attributionHours: 72,
  hotfixDays: 7,
  reopenHours: 24,
  canaryTrafficPercent: 25,
  lowSample: 20,
  coverage: 0.9,
} satisfies Required<MetricsPolicy>;

/**
 * The figures that hold: those given, and the defaults for the rest.
 * @throws Rejected POLICY_INVALID, one violation a field
 */
export function policyOf(given: MetricsPolicy = {}): Required<MetricsPolicy> {
  return overriding(
    defaults,
    accept(MetricsPolicy, given, { code: 'POLICY_INVALID', under: 'policy', ref: '4.2' }),
  );
}
