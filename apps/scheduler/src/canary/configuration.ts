import { z } from 'zod';
import { JudgePolicy } from './judgePolicy.js';

/** Names that appear in answers and sentences: no control characters, no half characters. */
export const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must hold no control characters or lone surrogates')
  .describe('1 to 200 characters');

const Tolerance = z.number().min(0).max(1e100).optional();
const Effect = z.number().min(0.5).max(1);

/** How one metric is judged; formulas 4.3.1. */
export const MetricConfiguration = z
  .strictObject({
    name: Name,
    query: z.string().max(2_000).optional().describe('Where its samples come from; not read by the judge'),
    bad: z.enum(['increase', 'decrease', 'either']).describe('Which way it gets worse'),
    group: Name.default('all').describe('Shares the weight of this group equally with its other metrics'),
    critical: z.boolean().default(false).describe('Its failure alone fails the look, its silence holds it'),
    reportOnly: z.boolean().default(false).describe('Shown, but neither scored nor counted among the tests'),
    absolute: z.boolean().default(false).describe('Tolerances in the unit of the metric'),
    tolerance: Tolerance.describe('As a share of the control median (default 0.1), or in its unit'),
    criticalTolerance: Tolerance.describe('Likewise (default 0.25)'),
    minSamples: z.int().min(10).max(10_080).default(30).describe('Minutes a side'),
    minRequests: z.int().min(0).max(1e12).default(500).describe('Requests a side; 0 asks for none'),
    minEffect: Effect.default(0.64).describe('Share of pairs in which the canary must be the worse one'),
    minEffectZeroInflated: Effect.default(0.56).describe('The same where most differences are 0'),
    counter: z.boolean().default(false).describe('Counts events, so that a minute without a number may be 0'),
    nan: z
      .enum(['drop', 'zero'])
      .default('drop')
      .describe(
        'A minute without a number is dropped, or 0 between the first and the last number (counters)',
      ),
    outliers: z.enum(['none', '3xIQR']).default('none').describe('What is trimmed from both samples'),
  })
  .meta({ id: 'CanaryMetric' });
export type MetricConfiguration = z.output<typeof MetricConfiguration>;

/** What is compared and how it is weighed. */
export const Configuration = z
  .strictObject({
    metrics: z.array(MetricConfiguration).min(1).max(200),
    groups: z
      .array(z.strictObject({ name: Name, weight: z.number().gt(0).max(100) }))
      .min(1)
      .max(200)
      .default([{ name: 'all', weight: 100 }])
      .describe('Weights sum to 100'),
    steps: z.int().min(1).max(100).default(4).describe('Planned steps of the canary; 5-25-50-100 % has four'),
    baseline: z
      .enum(['concurrent', 'production'])
      .describe(
        'Instances of the old version started with the canary, or long-running production (weak-control)',
      ),
    policy: JudgePolicy.prefault({}),
  })
  .meta({ id: 'CanaryConfiguration' });
export type Configuration = z.output<typeof Configuration>;
