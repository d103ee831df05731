import { sigmoid } from './logOdds.js';

/** An observation: known log-odds, two features, and the outcome or a smoothed stand-in for it. */
export interface Row {
  readonly offset: number;
  readonly features: readonly [number, number];
  readonly target: number;
}

/** Where the coefficients are drawn to, how strongly (the precision of that prior), and between what they are kept. */
export interface Ridge {
  readonly towards: readonly [number, number];
  readonly strength: number;
  readonly least: readonly [number, number];
  readonly most: readonly [number, number];
}

const MOST_SWEEPS = 5_000;
const CLOSE_ENOUGH = 1e-12;

/**
 * Two coefficients of a ridge logistic regression with offset, each kept within its bounds; formulas 4.5.2. Each is
 * improved in turn by a Newton step with the upper bound on curvature of Böhning and Lindsay (1988), "Monotonicity of
 * quadratic-approximation algorithms": no step can overshoot, so it ends for separable data too. `strength` must be
 * positive, which makes the optimum unique.
 */
export function fitLogistic(
  rows: readonly Row[],
  { towards, strength, least, most }: Ridge,
): [number, number] {
  const fit: [number, number] = [towards[0], towards[1]];
  const curvature = ([0, 1] as const).map(
    (i) => strength + rows.reduce((sum, { features }) => sum + features[i] ** 2, 0) / 4,
  );
  for (let sweep = 0, moved = Infinity; sweep < MOST_SWEEPS && moved > CLOSE_ENOUGH; sweep++) {
    moved = 0;
    for (const i of [0, 1] as const) {
      const slope = strength * (fit[i] - towards[i]) + gradient(rows, fit, i);
      const next = Math.min(most[i], Math.max(least[i], fit[i] - slope / curvature[i]!));
      moved = Math.max(moved, Math.abs(next - fit[i]));
      fit[i] = next;
    }
  }
  return fit;
}

function gradient(rows: readonly Row[], fit: readonly [number, number], i: 0 | 1): number {
  let sum = 0;
  for (const { offset, features, target } of rows)
    sum += (sigmoid(offset + fit[0] * features[0] + fit[1] * features[1]) - target) * features[i];
  return sum;
}
