import { accept } from '#events';
import { z } from 'zod';
import { logit, sigmoid } from './logOdds.js';
import { isotonic, interpolate } from './isotonic.js';
import { fitLogistic } from './ridge.js';
import { defaults, type SlotPolicy } from './policy.js';

const Probability = z.number().min(0).max(1);
const Count = z.int().min(0).max(10_000_000);

/** How a raw probability becomes one that outcomes agree with. */
export const Calibration = z
  .discriminatedUnion('method', [
    z.strictObject({ method: z.literal('none') }),
    z.strictObject({
      method: z.literal('platt'),
      centre: z.number().min(-1_000).max(1_000),
      slope: z.number().min(0).max(1_000),
      intercept: z.number().min(-1_000).max(1_000),
    }),
    z.strictObject({
      method: z.literal('isotonic'),
      points: z
        .array(z.tuple([Probability, Probability]))
        .min(1)
        .max(100_000)
        .refine(ascending, 'must ascend in both members'),
    }),
  ])
  .meta({ id: 'SlotCalibration' });
export type Calibration = z.infer<typeof Calibration>;

const ReliabilityBin = z.strictObject({ n: Count, expected: Probability, observed: Probability });

/** How well probabilities foretold failures. */
export const Quality = z
  .strictObject({
    label: z.enum(['calibrated', 'uncalibrated', 'none']),
    n: Count,
    brier: Probability,
    ece: Probability,
    bins: z.array(ReliabilityBin).max(100),
  })
  .meta({ id: 'SlotModelQuality' });
export type Quality = z.infer<typeof Quality>;

/** A probability that was given, and what became of it. */
export interface Foretold {
  readonly probability: number;
  readonly failed: boolean;
}

/** Isotonic calibration stays clear of certainty; formulas 4.5.3. */
const CLIP = { least: 0.005, most: 0.95 };
const PLATT_RIDGE = 0.001;
const Sample = z.array(z.strictObject({ probability: Probability, failed: z.boolean() })).max(1_000_000);

/**
 * Learns from out-of-time predictions how to correct raw probabilities; formulas 4.5.3. Isotonic regression with enough
 * outcomes, Platt's with some, none with few. The order of the sample does not matter.
 * @throws Rejected `INVALID_INPUT` naming the field
 */
export function calibrate(
  given: readonly Foretold[],
  { isotonicFrom, plattFrom }: Pick<Required<SlotPolicy>, 'isotonicFrom' | 'plattFrom'> = defaults,
): Calibration {
  const sample = sorted(accept(Sample, given, { under: 'predictions', ref: '4.5' }));
  if (sample.length >= isotonicFrom) return { method: 'isotonic', points: isotonic(sample).map(clip) };
  return sample.length >= plattFrom ? platt(sample) : { method: 'none' };
}

/** The calibrated probability: never falls where the raw one grows. */
export function calibrated(raw: number, calibration: Calibration): number {
  switch (calibration.method) {
    case 'none':
      return raw;
    case 'platt':
      return sigmoid(calibration.slope * (bounded(raw) - calibration.centre) + calibration.intercept);
    case 'isotonic':
      return interpolate(raw, calibration.points);
  }
}

/** Ascending by probability, so that no sum depends on the order of the input. */
export function sorted(sample: readonly Foretold[]): Foretold[] {
  return sample.toSorted((a, b) => a.probability - b.probability || Number(a.failed) - Number(b.failed));
}

/** Log-odds scaled and moved, with the smoothed targets of Platt (1999), "Probabilistic outputs for SVMs", 2.2. */
function platt(sample: readonly Foretold[]): Calibration {
  const failures = sample.filter(({ failed }) => failed).length;
  const targets = { failed: (failures + 1) / (failures + 2), good: 1 / (sample.length - failures + 2) };
  const x = sample.map(({ probability }) => bounded(probability));
  const centre = x.reduce((sum, value) => sum + value, 0) / x.length;
  const rows = sample.map(({ failed }, i) => ({
    offset: 0,
    features: [x[i]! - centre, 1] as const,
    target: failed ? targets.failed : targets.good,
  }));
  const [slope, intercept] = fitLogistic(rows, {
    towards: [1, 0],
    strength: PLATT_RIDGE,
    least: [0, -100],
    most: [100, 100],
  });
  return { method: 'platt', centre, slope, intercept };
}

function bounded(probability: number): number {
  return logit(Math.min(1 - 1e-9, Math.max(1e-9, probability)));
}

function clip([raw, value]: readonly [number, number]): [number, number] {
  return [raw, Math.min(CLIP.most, Math.max(CLIP.least, value))];
}

function ascending(points: readonly (readonly [number, number])[]): boolean {
  return points.every(([x, y], i) => i === 0 || (x > points[i - 1]![0] && y >= points[i - 1]![1]));
}
