import { z } from 'zod';
import { METRICS } from './evidence.js';

export const Count = z.int().min(0);
/** `null` is nothing to compute from; it is never 0. */
export const Figure = z.number().nullable();
export const Instant = z.iso.datetime();
const Proportion = z.number().min(0).max(1);

export const MetricName = z.enum(METRICS as [(typeof METRICS)[number], ...(typeof METRICS)[number][]]);

export const Exclusions = z.array(z.object({ reason: z.string(), count: Count }));

const Interval = z
  .object({
    lower: Proportion,
    upper: Proportion,
    confidence: z.literal(0.95),
    method: z.literal('wilson'),
  })
  .meta({ id: 'DoraInterval' });

/** A share beside the headline one. */
export const Share = z
  .object({
    value: Proportion.nullable().describe('Null without anything to be a share of'),
    numerator: Count,
    denominator: Count,
    interval: Interval.optional(),
  })
  .meta({ id: 'DoraShare' });

/** Among how many measured ones a time had to be guessed. */
export const Approximate = z.object({ count: z.int().min(1), of: Count });

const headline = {
  value: Figure.describe('Null: there is nothing to compute from'),
  numerator: z.number().min(0).describe('Of a median, how many values it has'),
  denominator: z.number().min(0).describe('Of a median, how many values it could have had'),
  n: Count,
  interval: Interval.optional(),
  lowSample: z.boolean().describe('Too few values (fewer than 20 by the initial policy): read with care'),
  partial: z.string().optional().describe('Why it does not cover everything'),
};

/** A figure and what is needed to judge it. */
export const Headline = z.object(headline).meta({ id: 'DoraHeadline' });

/** A figure with everything needed to judge it. */
export const Metric = z.object({
  ...headline,
  metric: MetricName,
  unit: z.enum(['deployments per day', 'hours', 'minutes', 'ratio']),
  statistic: z.enum(['rate', 'median', 'mean', 'share']),
  exclusions: Exclusions.describe('What was left out, and why'),
  definition: z.string().describe('Which rule, in which version'),
  zone: z.string(),
  from: Instant,
  to: Instant.describe('Exclusive'),
  asOf: Instant,
  blended: z
    .literal(true)
    .optional()
    .describe('More than one service in one figure: DORA advises against it'),
});
