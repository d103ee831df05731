import { accept } from '#events';
import { z } from 'zod';

const Share = z.number().min(0).max(1);
const Hours = z.number().positive().max(87_600);

/** The figures of MET-06.2 to .4 that a company may change. */
export const CorrelationPolicy = z
  .strictObject({
    version: z.string().min(1).max(100),
    year: z.int(),
    source: z.string().min(1),
    weights: z
      .strictObject({ proximity: Share, topology: Share, novelty: Share, risk: Share })
      .refine(
        ({ proximity, topology, novelty, risk }) =>
          Math.abs(proximity + topology + novelty + risk - 1) < 1e-9,
        'The weights must sum to 1',
      ),
    /** How fast nearness in time fades, and where it ends for good. */
    decayHours: Hours,
    boundHours: Hours,
    /** What the same service, one that it needs and one over that count. */
    topology: z.array(Share).min(1).max(10),
    signatureDays: z.number().positive().max(3_650),
    /** The least score of a suggestion, and how many an incident has at most. */
    least: Share,
    most: z.int().min(1).max(1_000),
    /** From this score on a suggestion becomes a cause, unless somebody objects in time. */
    certain: Share,
    objectionHours: z.number().min(0).max(87_600),
  })
  .meta({ id: 'CorrelationPolicy' });
export type CorrelationPolicy = z.infer<typeof CorrelationPolicy>;

export const initialCorrelation: CorrelationPolicy = {
  version: '1',
  year: 2027,
  source: 'MET-06.2, MET-06.3, MET-04.4',
  weights: { proximity: 0.45, topology: 0.3, novelty: 0.15, risk: 0.1 },
  decayHours: 4,
  boundHours: 72,
  topology: [1, 0.7, 0.4],
  signatureDays: 14,
  least: 0.5,
  most: 5,
  certain: 0.8,
  objectionHours: 48,
};

/**
 * The policy, checked.
 * @throws Rejected POLICY_INVALID, one violation a field
 */
export function correlationOf(given: CorrelationPolicy): CorrelationPolicy {
  return accept(CorrelationPolicy, given, { code: 'POLICY_INVALID', under: 'policy', ref: 'MET-06.2' });
}
