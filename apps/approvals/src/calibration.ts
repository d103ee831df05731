import { accept } from '#events';
import { z } from 'zod';
import { type Band, bandNames } from './riskModel.js';

/** A prediction and what became of it. */
export const Prediction = z.strictObject({
  probability: z.number().min(0).max(1),
  failed: z.boolean(),
  band: z.enum(bandNames),
});
export type Prediction = z.infer<typeof Prediction>;

export const Predictions = z.array(Prediction).min(1).max(1_000_000);

export interface Bin {
  readonly n: number;
  /** Mean predicted probability and share that failed. */
  readonly expected: number;
  readonly observed: number;
}

export interface BandCalibration extends Bin {
  readonly band: Band;
  /** 95 % interval of the share that would fail if the predictions were right. */
  readonly interval: readonly [number, number];
  readonly drifted: boolean;
}

export interface Calibration {
  readonly n: number;
  readonly brier: number;
  /** Null unless there are failures and successes. */
  readonly auc: number | null;
  readonly ece: number;
  readonly bins: readonly Bin[];
  /** Bands that occur; a band without outcomes says nothing. */
  readonly bands: readonly BandCalibration[];
}

const BINS = 10;
/** Two-sided 95 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;

/**
 * How well probabilities foretold failures (APR-03.4): Brier score, AUC, expected calibration error over ten bins of
 * about equal count, and by band whether the observed rate lies outside the 95 % interval of its prediction.
 * @throws Rejected `INVALID_INPUT` naming the field, also for an empty sample.
 */
export function calibrationOf(given: readonly Prediction[]): Calibration {
  const checked = accept(Predictions, given, { ref: 'APR-03.4' });
  // One order for every sum, so that the last digit does not depend on the order of the input.
  const predictions = checked.toSorted(
    (a, b) => a.probability - b.probability || Number(a.failed) - Number(b.failed),
  );
  const bins = equalCountBins(predictions);
  return {
    n: predictions.length,
    brier: brier(predictions),
    auc: auc(predictions),
    ece: bins.reduce(
      (sum, bin) => sum + (bin.n / predictions.length) * Math.abs(bin.observed - bin.expected),
      0,
    ),
    bins,
    bands: bandNames.flatMap((band) => {
      const ofBand = predictions.filter((prediction) => prediction.band === band);
      return ofBand.length === 0 ? [] : [bandCalibration(band, ofBand)];
    }),
  };
}

type Foretold = Pick<Prediction, 'probability' | 'failed'>;

/** Mean squared difference between probability and outcome: 0 is perfect, 0.25 is a coin. */
export function brier(predictions: readonly Foretold[]): number {
  return mean(predictions.map(({ probability, failed }) => (probability - Number(failed)) ** 2));
}

/** Probability that a failure was given more than a success, ties half (by mid-ranks). Null without both. */
export function auc(predictions: readonly Foretold[]): number | null {
  const failures = predictions.filter(({ failed }) => failed).length;
  const successes = predictions.length - failures;
  if (failures === 0 || successes === 0) return null;
  const sorted = predictions.toSorted((a, b) => a.probability - b.probability);
  let rankSum = 0;
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to]!.probability === sorted[from]!.probability) to++;
    const midRank = (from + 1 + to) / 2;
    rankSum += midRank * sorted.slice(from, to).filter(({ failed }) => failed).length;
  }
  return (rankSum - (failures * (failures + 1)) / 2) / (failures * successes);
}

/** Of at least one prediction, the least probable first. Equal ones share a bin, so bins may differ in size. */
function equalCountBins(sorted: readonly Foretold[]): readonly Bin[] {
  const edges = Array.from({ length: BINS + 1 }, (_, i) => {
    let edge = Math.round((i * sorted.length) / BINS);
    while (sorted[edge - 1]?.probability === sorted[edge]?.probability) edge++;
    return edge;
  });
  return edges
    .slice(1)
    .map((to, i) => sorted.slice(edges[i], to))
    .filter(({ length }) => length > 0)
    .map(binOf);
}

function binOf(predictions: readonly Foretold[]): Bin {
  return {
    n: predictions.length,
    expected: mean(predictions.map(({ probability }) => probability)),
    observed: mean(predictions.map(({ failed }) => Number(failed))),
  };
}

/** The failures are a sum of unequal coins: normal approximation with its continuity correction of half a failure. */
function bandCalibration(band: Band, predictions: readonly Foretold[]): BandCalibration {
  const bin = binOf(predictions);
  const variance = predictions.reduce((sum, { probability: p }) => sum + p * (1 - p), 0);
  const margin = (Z95 * Math.sqrt(variance) + 0.5) / bin.n;
  const interval = [Math.max(0, bin.expected - margin), Math.min(1, bin.expected + margin)] as const;
  const drifted = bin.observed < interval[0] || bin.observed > interval[1];
  return { ...bin, band, interval, drifted };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
