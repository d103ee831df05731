import { sorted, type Calibration, type Foretold, type Quality } from './calibration.js';

const BINS = 10;

/**
 * How well predictions foretold failures; formulas 4.5.3: Brier score, expected calibration error over ten bins of equal
 * count (sizes differ by one at most), and whether that may be called calibrated. The predictions must have been made
 * before their outcomes. Null without any: no data is no quality.
 */
export function qualityOf(
  given: readonly Foretold[],
  method: Calibration['method'],
  eceLimit: number,
): Quality | null {
  if (given.length === 0) return null;
  const bins = reliability(sorted(given));
  const ece = bins.reduce((sum, { n, expected, observed }) => sum + n * Math.abs(observed - expected), 0);
  const label = method === 'none' ? 'none' : ece / given.length <= eceLimit ? 'calibrated' : 'uncalibrated';
  return { label, n: given.length, brier: brier(given), ece: ece / given.length, bins };
}

/** Mean squared difference between probability and outcome: 0 is perfect, 0.25 is a coin. Not a number of no sample. */
export function brier(given: readonly Foretold[]): number {
  return mean(sorted(given).map(({ probability, failed }) => (probability - Number(failed)) ** 2));
}

function reliability(sample: readonly Foretold[]): Quality['bins'] {
  const edges = Array.from({ length: BINS + 1 }, (_, i) => Math.round((i * sample.length) / BINS));
  return edges
    .slice(1)
    .map((to, i) => sample.slice(edges[i], to))
    .filter(({ length }) => length > 0)
    .map((of) => ({
      n: of.length,
      expected: mean(of.map(({ probability }) => probability)),
      observed: mean(of.map(({ failed }) => Number(failed))),
    }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
