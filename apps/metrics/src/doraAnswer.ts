import { z } from 'zod';
import { Peer } from './definitions/answer.js';
import { Summary } from './dora/answer.js';
import { QuickCheck, Standing } from './editions/answer.js';

/** What is answered to the question for the five metrics. */
export const DoraAnswer = Summary.extend({
  peer: Peer.optional().describe('With `definition`: never to be compared with ours as if it were the same'),
  standing: Standing.optional().describe('With `edition`'),
  quickCheck: QuickCheck.optional().describe('With the `edition` 2024 or 2025'),
}).meta({ id: 'DoraAnswer' });

const Part = z.number().min(0).max(1);
const Unknown = Part.nullable().describe('Null: nothing is known, which adds nothing');

/** What is answered to the question which deployment may have caused an incident. */
export const SuspectsAnswer = z
  .object({
    suspects: z
      .array(
        z.object({
          incidentId: z.string(),
          deploymentId: z.string(),
          service: z.string(),
          score: z.number().min(0),
          parts: z.object({ proximity: Part, topology: Part, novelty: Unknown, risk: Unknown }),
        }),
      )
      .describe('By incident, the likeliest first'),
  })
  .meta({ id: 'SuspectsAnswer' });
