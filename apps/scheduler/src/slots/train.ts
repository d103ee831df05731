import { iso } from '../instant.js';
import { type Backtest, backtest } from './backtest.js';
import { type SlotModel, versionOf } from './model.js';
import { profileAt } from './profile.js';
import { qualityOf } from './quality.js';
import { fit, type Lens, stretches } from './rolling.js';

/** A model, and the back-test that decided whether it is served. */
export interface Training {
  readonly model: SlotModel & { readonly version: string };
  readonly backtest: Backtest;
}

/**
 * Trains a model on what was known at an instant; formulas 4.5.1 to 4.5.3, and tests it as 4.5.6 says. The same lens and
 * instant give the same model and version, whatever order the history came in (SCH-08.7).
 */
export function train(lens: Lens, at: number): Training {
  const { past, subject, policy } = lens;
  const { profile } = profileAt(past, subject, at, policy);
  const all = stretches(lens, at, profile.pool);
  const { foretold, ...test } = backtest(all, policy);
  const fitted = fit(all.slice(0, policy.origins), policy);
  const model: SlotModel = {
    trainedAt: iso(at),
    ...profile,
    ...fitted,
    quality: qualityOf(foretold, fitted.calibration.method, policy.eceLimit),
    verdict: test.verdict,
  };
  return { model: { version: versionOf(model), ...model }, backtest: test };
}
