import { accept } from '#events';
import { z } from 'zod';
import { auc, brier } from './calibration.js';
import { sigmoid } from './logistic.js';
import {
  initialRecalibration,
  inWindow,
  Outcome,
  RecalibrationRules,
  scoreOf,
  type Weighted,
} from './outcomes.js';
import { type PromotionReason, promotionReasons, type Quality } from './promotion.js';
import { fitProbability, fitWeights } from './refit.js';
import { RiskModel } from './riskModel.js';
import type { BoundedWeights } from './weightBounds.js';

export { initialRecalibration, Outcome } from './outcomes.js';
export { promote, promotionReasons } from './promotion.js';

export const RecalibrationQuestion = z.strictObject({
  outcomes: z
    .array(Outcome)
    .max(100_000)
    .refine(
      (outcomes) => new Set(outcomes.map(({ id }) => id)).size === outcomes.length,
      'Expected one outcome an id',
    ),
  model: RiskModel,
  version: z.string().min(1).max(100).describe('Version of the model to be proposed'),
  at: z.iso.datetime({ offset: true }),
});
export type RecalibrationQuestion = z.infer<typeof RecalibrationQuestion>;

interface Sample {
  readonly outcomes: number;
  readonly failures: number;
}

export type Recalibration =
  | (Sample & { readonly state: 'NONE'; readonly reasons: readonly ['INSUFFICIENT_OUTCOMES'] })
  | (Sample & {
      /** Proposed for a person to promote, or rejected for every reason listed. */
      readonly state: 'PROPOSED' | 'REJECTED';
      readonly reasons: readonly PromotionReason[];
      readonly model: RiskModel;
      readonly weights: BoundedWeights;
      readonly trained: number;
      readonly heldOut: number;
      /** On the hold-out: the current model, and the one proposed. */
      readonly before: Quality;
      readonly after: Quality;
    });

/**
 * Refits the weights and the probability of a risk model to what became of the changes it scored, on the oldest 80 % of
 * a year's outcomes, and judges it on the newest 20 % (formulas 4.1.6; APR-03.1 to .3). It proposes; it never applies.
 * Outcomes outside the window before `at` do not count. The hold-out is judged unweighted.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function recalibrate(
  given: RecalibrationQuestion,
  givenRules: RecalibrationRules = initialRecalibration,
): Recalibration {
  const rules = accept(RecalibrationRules, givenRules, { ref: '4.1.6' });
  const { outcomes: all, model, version, at } = accept(RecalibrationQuestion, given, { ref: '4.1.6' });
  const outcomes = inWindow(all, Date.parse(at), rules);
  const sample = { outcomes: outcomes.length, failures: outcomes.filter(({ failed }) => failed).length };
  if (sample.outcomes < rules.minOutcomes || sample.failures < rules.minFailures) {
    return { ...sample, state: 'NONE', reasons: ['INSUFFICIENT_OUTCOMES'] };
  }
  const trained = Math.floor(outcomes.length * rules.trainShare);
  const [train, holdOut] = [outcomes.slice(0, trained), outcomes.slice(trained)];
  const weights = fitWeights(train, model, rules);
  const candidate: RiskModel = {
    ...model,
    version,
    year: new Date(at).getUTCFullYear(),
    source: `recalibrated from version ${model.version} on ${outcomes.length} outcomes`,
    weights: weights.proposed,
    probability: fitProbability(train, weights.proposed, model),
    organisationRate: organisationRate(outcomes, rules),
  };
  const [before, after] = [model, candidate].map((each) => qualityOf(holdOut, each)) as [Quality, Quality];
  const reasons = promotionReasons(before, after, rules);
  const state = reasons.length === 0 ? 'PROPOSED' : 'REJECTED';
  return {
    ...sample,
    state,
    reasons,
    model: candidate,
    weights,
    trained,
    heldOut: holdOut.length,
    before,
    after,
  };
}

function organisationRate(
  outcomes: readonly Weighted[],
  { rate: { least, most } }: RecalibrationRules,
): number {
  const weight = outcomes.reduce((sum, outcome) => sum + outcome.weight, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + (outcome.failed ? outcome.weight : 0), 0);
  return Math.min(most, Math.max(least, failed / weight));
}

function qualityOf(holdOut: readonly Outcome[], { weights, probability: { a, b } }: RiskModel): Quality {
  const predictions = holdOut.map(({ factors, failed }) => ({
    probability: sigmoid(a + b * scoreOf(factors, weights)),
    failed,
  }));
  return { brier: brier(predictions), auc: auc(predictions) };
}
