import type { Ascending } from '../statistics/ascending.js';
import { normalQuantile } from '../statistics/normal.js';
import { rankSum } from '../statistics/ranks.js';
import { brentRoot } from './brent.js';

/** To within how much limits and estimate are found. */
export const PRECISION = 1e-4;

/** How far the experiment lies above the control, with confidence limits; in the unit of the samples. */
export interface LocationShift {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The shift at which the rank test finds no difference any more, and those at which it finds one at the level: the
 * asymptotic interval of R's `wilcox.test(conf.int = TRUE)`, continuity and ties corrected, which Kayenta's judge uses.
 * Found to within 0.0001 whatever the unit, so that limits may even change places for metrics of that size.
 * Source: peers 1.5; the test inverted after Bauer (1972).
 */
export function locationShift(control: Ascending, experiment: Ascending, confidence: number): LocationShift {
  const [low, high] = [experiment[0]! - control.at(-1)!, experiment.at(-1)! - control[0]!];
  // Of two samples without spread the difference is known; Kayenta adds noise to them, which moves it by 0.001 %.
  if (low === high) return { estimate: low, lower: low, upper: low };
  const statistic = standardised(control, experiment);
  const [atLow, atHigh] = [statistic(low), statistic(high)];
  const root = (quantile: number) => {
    const f = (shift: number) => statistic(shift) - quantile;
    return brentRoot(
      f,
      { at: low, value: atLow - quantile },
      { at: high, value: atHigh - quantile },
      PRECISION,
    );
  };
  const limit = (quantile: number) => {
    if (atLow - quantile <= 0) return low;
    return atHigh - quantile >= 0 ? high : root(quantile);
  };
  const quantile = normalQuantile((1 - confidence) / 2);
  return { estimate: root(0), lower: limit(quantile), upper: limit(-quantile) };
}

/** The rank sum of the experiment moved down by a shift, standardised; falls from plus to minus as the shift grows. */
function standardised(control: Ascending, experiment: Ascending): (shift: number) => number {
  const [n1, n2] = [control.length, experiment.length];
  const all = n1 + n2;
  return (shift) => {
    const moved = experiment.map((value) => value - shift) as Ascending;
    const { canaryRanks, ties } = rankSum(control, moved);
    const distance = canaryRanks - (n2 * (n2 + 1)) / 2 - (n1 * n2) / 2;
    const deviation = Math.sqrt(((n1 * n2) / 12) * (all + 1 - ties / (all * (all - 1))));
    return (distance - Math.sign(distance) * 0.5) / deviation;
  };
}
