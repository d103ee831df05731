import { z } from 'zod';
import { Configuration, Name } from './configuration.js';

/** One a minute since the step became effective, the first being minute 0; null for a minute without a number. */
const Minutes = z.array(z.number().nullable()).max(10_080);
const Requests = z.int().min(0).max(1e15).nullable();

/** One look at a canary: what is asked, and what was measured; the body of the stateless judge. */
export const Look = z
  .strictObject({
    mode: z.literal('slipway'),
    configuration: Configuration,
    samples: z
      .array(z.strictObject({ metric: Name, control: Minutes, canary: Minutes }))
      .max(200)
      .describe('A metric without samples is silent'),
    requests: z
      .strictObject({ control: Requests.default(null), canary: Requests.default(null) })
      .prefault({})
      .describe('Served in the same minutes; null for unknown'),
    step: z.int().min(1).max(100).default(1),
    extensionsUsed: z.int().min(0).max(20).default(0),
    elapsedMinutes: z.number().min(0).max(1e6).default(0).describe('Since the analysis began'),
    environmentClass: z.enum(['DEV', 'TEST', 'STAGING', 'PROD']).default('PROD'),
    early: z
      .boolean()
      .default(false)
      .describe('A check before the soak is over, which only a critical failure ends'),
  })
  .meta({ id: 'CanaryLook' });
export type Look = z.output<typeof Look>;
