import { fitLogistic } from './logistic.js';
import { type RecalibrationRules, scoreOf, type Weighted } from './outcomes.js';
import { factorNames, type RiskModel } from './riskModel.js';
import { type BoundedWeights, boundWeights, type Weights } from './weightBounds.js';

/** Step 1 of 4.1.6: weights from a logistic regression of failure on the factors, drawn to the current weights. */
export function fitWeights(
  train: readonly Weighted[],
  model: RiskModel,
  rules: RecalibrationRules,
): BoundedWeights {
  const observations = train.map(({ factors, failed, weight }) => ({
    features: factorNames.map((name) => factors[name]),
    failed,
    weight,
  }));
  const towards = factorNames.map((name) => model.probability.b * model.weights[name]);
  const { coefficients } = fitLogistic(observations, { towards, strength: rules.strength });
  const byName = Object.fromEntries(factorNames.map((name, i) => [name, coefficients[i]!])) as Weights;
  return boundWeights(model.weights, byName, rules.step);
}

/** Step 2 of 4.1.6: (a, b) refitted on the new score; where risk would fall with the score, b is 0 and a the rate. */
export function fitProbability(
  train: readonly Weighted[],
  weights: Weights,
  { probability }: RiskModel,
): RiskModel['probability'] {
  const scale = 100; // as a share of the whole score the slope is of the size of the intercept
  const observations = train.map(({ factors, failed, weight }) => ({
    features: [scoreOf(factors, weights) / scale],
    failed,
    weight,
  }));
  const faint = { towards: [probability.b * scale], strength: 1e-6 };
  const { intercept, coefficients } = fitLogistic(observations, faint);
  if (coefficients[0]! >= 0) return { a: intercept, b: coefficients[0]! / scale };
  const flat = observations.map((observation) => ({ ...observation, features: [] }));
  return { a: fitLogistic(flat, { towards: [], strength: 1 }).intercept, b: 0 };
}
