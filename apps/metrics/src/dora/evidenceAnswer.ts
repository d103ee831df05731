import { z } from 'zod';
import { MetricName } from './metricAnswer.js';

const ids = z.array(z.string());

/** What is answered to the question what a number is made of. */
export const EvidenceAnswer = z
  .object({
    metric: MetricName,
    ids: ids.describe('Of the numerator, or of the values that a median or mean is made of'),
    items: z.array(
      z.object({
        id: z.string().describe('Of a deployment, a commit or an incident, by the metric'),
        service: z.string().nullable(),
        value: z.number().optional().describe('Its own, in the unit of the metric, where it has one'),
        deploymentId: z.string().optional().describe('The deployment that delivered a commit'),
        because: z.array(z.string()).optional().describe('Why it is in the numerator'),
        events: ids.describe('That told it'),
      }),
    ),
    population: ids.describe('The counted deployments of the window, which rates are shares of'),
    excluded: z.array(z.object({ id: z.string(), reason: z.string() })),
  })
  .meta({ id: 'DoraEvidence' });
