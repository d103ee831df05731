import type { Result, Limits, Worsening } from './outcome.js';
import { reaches } from './outcome.js';
import { normalQuantile } from './statistics/normal.js';

/** Beyond this many minutes a side (two years) nobody waits for a verdict. */
const MOST = 1_000_000;

/** How many samples a side would decide what is inconclusive, and how it would end if the canary stays as it is. */
export interface Needed {
  /** Null where no number of samples (or none below a million) would. */
  readonly samplesPerSide: number | null;
  readonly expected: Result | null;
}

/**
 * Estimates when an inconclusive metric is decided, at the observed shift, spread and effect. Two things may end it, and
 * the sooner one is told:
 * - The interval becomes narrow enough to exclude a critical regression. Its half-width falls with 1/√n (so do the
 *   order-statistic interval of formulas 4.3.3, whose rank is n²/2 − c·n^1.5, and Welch's), so n·((u′ − δ′)/(crit − δ′))².
 * - The difference becomes significant, if it is large enough to fail. The distance of U from its mean grows with √n in
 *   units of its deviation (Noether 1987), so n·(z(α)/z)², with α split among all tests, as Holm does at worst.
 * If the shift is at or beyond the critical tolerance but too few pairs are worse, neither ever happens.
 */
export function needed(
  worsening: Worsening,
  { z, samples, tests }: { readonly z: number; readonly samples: number; readonly tests: number },
  limits: Limits,
): Needed {
  const { shift, upper, effect } = worsening;
  const { criticalTolerance, tolerance, minEffect, alpha } = limits;
  const ends: { readonly at: number; readonly expected: Result }[] = [];
  if (shift < criticalTolerance)
    ends.push({ at: samples * ((upper - shift) / (criticalTolerance - shift)) ** 2, expected: 'PASS' });
  if (reaches(effect, minEffect) && reaches(shift, tolerance))
    ends.push({
      at: samples * (normalQuantile(alpha / (2 * tests)) / z) ** 2,
      expected: reaches(shift, criticalTolerance) ? 'CRITICAL_FAIL' : 'FAIL',
    });
  const [first] = ends.filter(({ at }) => at <= MOST).sort((a, b) => a.at - b.at);
  if (first === undefined) return { samplesPerSide: null, expected: null };
  // A quotient that should be 200 may be 200.00000000000003.
  const enough = Math.ceil(first.at * (1 - 1e-12));
  return { samplesPerSide: Math.max(samples + 1, enough), expected: first.expected };
}
