import { z } from 'zod';
import { CorrelationPolicy } from './incidentCorrelation/policy.js';

const Id = z.string().min(1).max(500);
const Instant = z.iso.datetime({ offset: true });

/** Incidents whose cause is looked for, the deployments that might be it, and what is known around them (MET-06). */
export const CorrelationQuestion = z
  .strictObject({
    incidents: z
      .array(
        z.strictObject({
          incidentId: Id,
          services: z.array(Id).min(1).max(100),
          startedAt: Instant,
          signature: Id.optional().describe('What the error looks like, such as a hash of a stack trace'),
        }),
      )
      .min(1)
      .max(1_000),
    deployments: z
      .array(
        z.strictObject({
          deploymentId: Id,
          service: Id,
          startedAt: Instant.optional(),
          liveAt: Instant,
          riskScore: z.number().min(0).max(100).optional(),
        }),
      )
      .max(10_000),
    dependencies: z
      .array(z.strictObject({ service: Id, on: Id }))
      .max(10_000)
      .optional()
      .describe('Hard ones: `service` needs `on`'),
    sightings: z
      .array(z.strictObject({ signature: Id, at: Instant }))
      .max(10_000)
      .optional()
      .describe('Where error signatures were seen before'),
    policy: CorrelationPolicy.optional().describe(
      'All figures of MET-06 at once; those of the spec if not given',
    ),
  })
  .meta({ id: 'CorrelationQuestion' });
export type CorrelationQuestion = z.infer<typeof CorrelationQuestion>;
