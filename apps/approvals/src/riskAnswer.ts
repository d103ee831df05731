import { z } from 'zod';
import { bandNames, factorNames, RiskModel } from './riskModel.js';

const Share = z.number().min(0).max(1);
const Count = z.int().min(0);
const Band = z.enum(bandNames);

const ScoredFactor = z
  .object({
    name: z.enum(factorNames),
    value: Share.describe('1 is the worst'),
    points: z.number().min(0).describe('Weight × value: what it adds to the score'),
    weight: z.number().min(0),
    imputed: z.boolean().describe('Not known, and taken for bad'),
    improvement: z
      .object({ action: z.string(), points: z.number().lt(0) })
      .nullable()
      .describe('The single act that takes most points away; null where none would'),
  })
  .meta({ id: 'RiskFactor' });

/** What is answered to the question how risky a change is. */
export const RiskAnswer = z
  .object({
    score: z.number().min(0).max(100).describe('Rounded half up to one decimal'),
    unrounded: z.number().min(0).describe('What bands are compared with'),
    band: Band,
    probability: Share.describe('Of failure'),
    lowConfidence: z.boolean().describe('So much is imputed that the band is one step higher'),
    factors: z.array(ScoredFactor).describe('Largest contribution first'),
    floors: z
      .array(z.object({ code: z.string(), atLeast: Band, reason: z.string() }))
      .describe('All that apply, whether or not they raised the band'),
    modelVersion: z.string(),
  })
  .meta({ id: 'RiskAssessment' });

const sample = { outcomes: Count.describe('Within the window'), failures: Count };
const Weights = z.record(z.enum(factorNames), z.number().min(0));
const Quality = z.object({
  brier: Share,
  auc: Share.nullable().describe('Null unless there are failures and successes'),
});

const NoRecalibration = z
  .object({
    ...sample,
    state: z.literal('NONE'),
    reasons: z.tuple([z.literal('INSUFFICIENT_OUTCOMES')]),
  })
  .meta({ id: 'NoRecalibration' });

const Recalibrated = z
  .object({
    ...sample,
    state: z.enum(['PROPOSED', 'REJECTED']),
    reasons: z
      .array(z.enum(['BRIER_NOT_IMPROVED', 'AUC_DROPPED', 'AUC_UNDEFINED']))
      .describe('Why it is not worth promoting; empty if it is'),
    model: RiskModel,
    weights: z.object({
      fitted: Weights.describe('Without negative weights, scaled to the current total'),
      clipped: Weights.describe('The same, at most a step away from the current ones'),
      proposed: Weights.describe('Scaled back to the total, still within that step'),
    }),
    trained: Count.describe('The oldest outcomes'),
    heldOut: Count.describe('The newest outcomes, on which both models are judged'),
    before: Quality.describe('Of the current model'),
    after: Quality.describe('Of the one proposed'),
  })
  .meta({ id: 'Recalibrated' });

/** What is answered to the request to refit a model. */
export const RecalibrationAnswer = z
  .discriminatedUnion('state', [NoRecalibration, Recalibrated])
  .meta({ id: 'RecalibrationAnswer' });

const Bin = z.object({
  n: z.int().min(1),
  expected: Share.describe('Mean of the predicted probabilities'),
  observed: Share.describe('Share that failed'),
});

/** What is answered to the question how well failures were foretold. */
export const CalibrationAnswer = z
  .object({
    n: z.int().min(1),
    brier: Share.describe('0 is perfect, 0.25 is a coin'),
    auc: Quality.shape.auc,
    ece: z.number().min(0).describe('Expected calibration error over the bins'),
    bins: z.array(Bin).describe('About equally many predictions each, the least probable first'),
    bands: z
      .array(
        Bin.extend({
          band: Band,
          interval: z
            .tuple([Share, Share])
            .describe('95 %, of the share that would fail if the predictions were right'),
          drifted: z.boolean().describe('What was observed lies outside'),
        }),
      )
      .describe('Those that occur'),
  })
  .meta({ id: 'CalibrationAnswer' });
