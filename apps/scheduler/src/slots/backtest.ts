import { iso } from '../instant.js';
import { calibrated, type Foretold } from './calibration.js';
import { sigmoid } from './logOdds.js';
import type { SlotModel } from './model.js';
import type { SlotPolicy } from './policy.js';
import { brier } from './quality.js';
import { fit, isFounded, rawOf, type Stretch } from './rolling.js';

/** Brier scores of the same predictions by the model and by its two baselines. */
export interface Scores {
  readonly model: number;
  readonly constantRate: number;
  readonly riskScore: number;
}

/** What came of predicting one stretch from its origin. */
export interface Origin {
  readonly origin: string;
  readonly pool: SlotModel['pool'];
  /** Deployments that were known at the origin, and that were predicted. */
  readonly trained: number;
  readonly n: number;
  /** Null if there was too little to learn from or nothing to predict. */
  readonly brier: Scores | null;
}

export interface Backtest {
  readonly verdict: SlotModel['verdict'];
  /** Oldest first. */
  readonly origins: readonly Origin[];
  /** Mean over the origins; null unless each of them could be scored. */
  readonly mean: Scores | null;
}

/** Brier scores that differ by less do not differ. */
const NOISE = 1e-12;

/**
 * Rolling-origin back-test, formulas 4.5.6: from each origin the outcomes that follow are predicted by what was known
 * then, weights and calibration included. Promoted only if the mean Brier score is lower than both that of the pool's
 * rate and that of the risk score alone. With an origin that cannot be scored there is too little history to tell.
 */
export function backtest(
  all: readonly Stretch[],
  policy: Required<SlotPolicy>,
): Backtest & { readonly foretold: readonly Foretold[] } {
  const judged = all.slice(0, policy.origins).map((stretch, i) => {
    const before = all.slice(i + 1, i + 1 + policy.origins);
    return { stretch, foretold: isFounded(stretch, policy) ? foretell(stretch, before, policy) : [] };
  });
  const origins = judged.map(({ stretch, foretold }) => originOf(stretch, foretold)).toReversed();
  const scores = origins.flatMap(({ brier }) => brier ?? []);
  const mean = scores.length < origins.length ? null : meanOf(scores);
  return { verdict: verdictOf(mean), origins, mean, foretold: judged.flatMap(({ foretold }) => foretold) };
}

function foretell({ rows }: Stretch, before: readonly Stretch[], policy: Required<SlotPolicy>): Foretold[] {
  const { weights, calibration } = fit(before, policy);
  return rows.map((row) => ({
    probability: calibrated(rawOf(row, weights), calibration),
    failed: row.failed,
  }));
}

function originOf({ origin, profile, observedRate, rows }: Stretch, foretold: readonly Foretold[]): Origin {
  const scored = foretold.length > 0;
  return {
    origin: iso(origin),
    pool: profile.pool,
    trained: profile.outcomes,
    n: rows.length,
    brier: scored
      ? {
          model: brier(foretold),
          constantRate: brier(rows.map(({ failed }) => ({ probability: observedRate, failed }))),
          riskScore: brier(rows.map(({ risk, failed }) => ({ probability: sigmoid(risk), failed }))),
        }
      : null,
  };
}

function verdictOf(mean: Scores | null): SlotModel['verdict'] {
  if (mean === null) return 'TOO_LITTLE_HISTORY';
  return mean.model < Math.min(mean.constantRate, mean.riskScore) - NOISE ? 'PROMOTED' : 'NOT_BETTER';
}

function meanOf(scores: readonly Scores[]): Scores {
  const mean = (of: (one: Scores) => number) => scores.reduce((sum, one) => sum + of(one), 0) / scores.length;
  return {
    model: mean(({ model }) => model),
    constantRate: mean(({ constantRate }) => constantRate),
    riskScore: mean(({ riskScore }) => riskScore),
  };
}
