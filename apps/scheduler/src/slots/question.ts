import { z } from 'zod';
import { Candidate, Instant, names } from '../conflict/candidate.js';
import { Snapshot } from '../conflict/snapshot.js';
import { History } from './history.js';
import { SlotModel } from './model.js';
import { SlotPolicy } from './policy.js';

/** How a risk score becomes log-odds, formulas 4.1.5; the values of 2027 if not given. */
export const RiskScale = z
  .strictObject({
    a: z.number().min(-50).max(50),
    b: z.number().min(0).max(5).describe('Log-odds per point of score'),
  })
  .meta({ id: 'RiskScale' });
export type RiskScale = z.infer<typeof RiskScale>;
export const initialScale: RiskScale = { a: -3.6, b: 0.045 };

/** Which slots are the best for a draft deployment, and all that is needed to say so. */
export const SlotQuestion = z
  .strictObject({
    candidate: Candidate.describe('Its start, or `earliest`, is the earliest requested start'),
    environments: names
      .min(1)
      .max(10)
      .optional()
      .describe('Any of these would do; otherwise the one of the candidate'),
    score: z.number().min(0).max(100).describe('Unrounded risk score with timing neutral (m = 1)'),
    risk: RiskScale.optional(),
    snapshot: Snapshot.describe('Windows must be among it: slots are looked for in no other time'),
    model: SlotModel.optional().describe('A model as it was trained; this or a history'),
    history: History.optional().describe('Trained on up to `now`; this or a model'),
    policy: SlotPolicy.optional(),
    now: Instant.optional().describe('The present, if not given; the same question then has the same answer'),
  })
  .refine(({ model, history }) => (model === undefined) !== (history === undefined), {
    path: ['model'],
    message: 'must be given, or else history, and not both',
  })
  .meta({ id: 'SlotQuestion' });
export type SlotQuestion = z.infer<typeof SlotQuestion>;
