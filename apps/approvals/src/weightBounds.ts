import { type FactorName, factorNames, total } from './riskModel.js';

export type Weights = Readonly<Record<FactorName, number>>;

export interface BoundedWeights {
  /** The fit without negative weights, scaled to the current total. */
  readonly fitted: Weights;
  /** The same, at most a step away from the current weights. */
  readonly clipped: Weights;
  /** Scaled back to the total, still within that step. */
  readonly proposed: Weights;
}

/**
 * Turns raw coefficients into weights: non-negative, summing to the current total, each within `step` (0.2 for 20 %) of
 * its current value (formulas 4.1.6 step 1; APR-03.2). Where plain renormalising would push a weight over its bound
 * again, it stays at the bound and the others share the rest. Coefficients without any signal keep the current weights.
 */
export function boundWeights(current: Weights, coefficients: Weights, step: number): BoundedWeights {
  const nonNegative = map((name) => Math.max(0, coefficients[name]));
  const sum = total(nonNegative);
  const whole = total(current);
  const fitted = sum > 0 ? map((name) => (nonNegative[name] * whole) / sum) : current;
  const bounded = (value: number, name: FactorName) =>
    Math.min(current[name] * (1 + step), Math.max(current[name] * (1 - step), value));
  const clipped = map((name) => bounded(fitted[name], name));
  const scaled = (by: number) => map((name) => bounded(clipped[name] * by, name));
  return { fitted, clipped, proposed: scaled(scaleTo(whole, scaled, step)) };
}

/** The sum grows with the scale, from the lower bounds to the upper: halve the interval until it is one number. */
function scaleTo(whole: number, scaled: (by: number) => Weights, step: number): number {
  let [low, high] = [0, (1 + step) / (1 - step)];
  for (let halvings = 0; halvings < 100; halvings++) {
    const middle = (low + high) / 2;
    if (total(scaled(middle)) < whole) low = middle;
    else high = middle;
  }
  return high;
}

function map(value: (name: FactorName) => number): Weights {
  return Object.fromEntries(factorNames.map((name) => [name, value(name)])) as Record<FactorName, number>;
}
