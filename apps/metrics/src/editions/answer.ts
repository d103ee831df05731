import { z } from 'zod';
import { EDITIONS } from './clusters.js';

const ClusterMetric = z.enum(['deploymentFrequency', 'changeLeadTime', 'changeFailRate', 'recoveryTime']);
const Tier = z.enum(['elite', 'high', 'medium', 'low']);
const Score = z.number().min(0).max(10).nullable().describe('0 is worst; null is not answered');

/** Where a report would put the figures. */
export const Standing = z
  .object({
    year: z.literal(EDITIONS.map(({ year }) => year)),
    source: z.string(),
    note: z.string().optional(),
    nearest: Tier.nullable().describe('Null where the report has no clusters, or there is no figure'),
    tied: z.array(Tier).describe('At the same distance as the nearest'),
    metrics: z
      .array(z.object({ metric: ClusterMetric, fits: z.array(Tier) }))
      .describe('The clusters that each metric alone is nearest to'),
    disagree: z.array(ClusterMetric).describe('Nearer to another cluster than to `nearest`'),
    unordered: z.array(ClusterMetric).describe('Tell no tier by themselves in this report'),
  })
  .meta({ id: 'DoraStanding' });

/** The scores of the DORA Quick Check. */
export const QuickCheck = z
  .object({
    edition: z.literal([2024, 2025]),
    leadTime: Score,
    frequency: Score,
    recovery: Score,
    fail: Score,
    rework: Score.describe('Not asked in the 2024 edition'),
    throughput: Score,
    stability: Score,
    performance: Score,
  })
  .meta({ id: 'DoraQuickCheck' });
