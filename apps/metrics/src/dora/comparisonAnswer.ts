import { z } from 'zod';
import { Headline, Instant } from './metricAnswer.js';

const headlines = {
  deploymentFrequency: Headline.describe('Deployments per day'),
  changeLeadTime: Headline.describe('Median hours'),
  changeFailRate: Headline.describe('Share'),
  failedDeploymentRecoveryTime: Headline.describe('Median minutes'),
  deploymentReworkRate: Headline.describe('Share'),
};

/** The five metrics of all services side by side. */
export const ComparisonAnswer = z
  .object({
    zone: z.string(),
    from: Instant,
    to: Instant.describe('Exclusive'),
    asOf: Instant,
    services: z.array(z.object({ service: z.string(), ...headlines })).describe('By name'),
    blended: z.object(headlines).describe('All of them in one figure, which DORA advises against'),
    pending: z
      .array(z.string())
      .describe('Services left out because what is known of them is still being read: ask again'),
    refused: z
      .array(z.object({ service: z.string(), reason: z.string() }))
      .describe('Services left out because what is told of them cannot be counted'),
  })
  .meta({ id: 'DoraComparison' });
