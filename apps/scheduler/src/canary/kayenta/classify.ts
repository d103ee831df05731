import { type Ascending, ascending } from '../statistics/ascending.js';
import { mannWhitney } from '../statistics/mannWhitney.js';
import { locationShift, type LocationShift } from './locationShift.js';
import type { Analysis } from './schema.js';

export type Class = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric';

/** The settings of the test; the second and third are what Kayenta's judge always uses. */
export interface Settings {
  readonly analysis: Analysis;
  /** The neutral band is this share of the estimate to either side of 0. */
  readonly tolerance: number;
  readonly confidence: number;
}

/** What Kayenta's judge says of one metric. */
export interface Classification {
  readonly class: Class;
  /** Fails the whole canary. */
  readonly critical: boolean;
  /** Mean of the experiment ÷ mean of the control; 1 where nothing was tested, null where a mean is 0. */
  readonly ratio: number | null;
  /** What the thresholds were compared with; null where it could not be computed and they were left aside. */
  readonly effectSize: number | null;
  readonly shift: LocationShift | null;
}

/**
 * Classifies experiment against control as `NetflixACAJudge-v1.0` does (peers 1.5). Its class Error, for a test that
 * fails when all observations are tied, is not reached: such samples pass before they are tested.
 */
export function classify(
  control: readonly number[],
  experiment: readonly number[],
  settings: Settings,
): Classification {
  const { analysis } = settings;
  if (control.length === 0 || experiment.length === 0) return untested(silent(analysis));
  const [x, y] = [ascending(control, 'control'), ascending(experiment, 'experiment')];
  if (isSame(x, y)) return untested({ class: 'Pass', critical: false });
  const shift = locationShift(x, y, settings.confidence);
  const ratio = meanRatio(control, experiment);
  const effectSize = analysis.effectSize.measure === 'cles' ? mannWhitney(x, y).A : ratio;
  const found = compared(shift, effectSize, settings);
  return { class: found, critical: isCritical(found, effectSize, analysis), ratio, effectSize, shift };
}

function untested(known: Pick<Classification, 'class' | 'critical'>): Classification {
  return { ...known, ratio: 1, effectSize: null, shift: null };
}

/** Silence passes if values that are no numbers are replaced. */
function silent({
  nanStrategy,
  critical,
  mustHaveData,
}: Analysis): Pick<Classification, 'class' | 'critical'> {
  if (nanStrategy === 'replace') return { class: 'Pass', critical: false };
  if (mustHaveData && !critical) return { class: 'NodataFailMetric', critical: false };
  return { class: 'Nodata', critical };
}

/** The same values on both sides, or one and the same value everywhere. */
function isSame(x: Ascending, y: Ascending): boolean {
  const constant = x[0] === x.at(-1) && y[0] === y.at(-1) && x[0] === y[0];
  return constant || (x.length === y.length && x.every((value, i) => value === y[i]));
}

function compared(shift: LocationShift, effectSize: number | null, { analysis, tolerance }: Settings): Class {
  const { direction, effectSize: thresholds } = analysis;
  const band = tolerance * Math.abs(shift.estimate);
  const neutral = neutralEffect(analysis);
  if (
    direction !== 'decrease' &&
    shift.lower > band &&
    atLeast(effectSize, thresholds.allowedIncrease ?? neutral)
  )
    return 'High';
  if (
    direction !== 'increase' &&
    shift.upper < -band &&
    atMost(effectSize, thresholds.allowedDecrease ?? neutral)
  )
    return 'Low';
  return 'Pass';
}

function isCritical(found: Class, effectSize: number | null, analysis: Analysis): boolean {
  const { criticalIncrease, criticalDecrease } = analysis.effectSize;
  const neutral = neutralEffect(analysis);
  if (!analysis.critical || found === 'Pass') return false;
  return found === 'High'
    ? atLeast(effectSize, criticalIncrease ?? neutral)
    : atMost(effectSize, criticalDecrease ?? neutral);
}

/** The effect of no difference, which is the threshold where none is given. */
function neutralEffect({ effectSize: { measure } }: Analysis): number {
  return measure === 'cles' ? 0.5 : 1;
}

/** An effect that cannot be computed is left aside. */
function atLeast(effectSize: number | null, threshold: number): boolean {
  return effectSize === null || effectSize >= threshold;
}

function atMost(effectSize: number | null, threshold: number): boolean {
  return effectSize === null || effectSize <= threshold;
}

function meanRatio(control: readonly number[], experiment: readonly number[]): number | null {
  const [below, above] = [mean(control), mean(experiment)];
  return below === 0 || above === 0 ? null : above / below;
}

/**
 * The mean with what its first pass lost added in a second one, in the order given: as Commons Math has it, which Kayenta
 * uses. The last digit decides where a ratio is just at its threshold.
 */
function mean(values: readonly number[]): number {
  const first = values.reduce((sum, value) => sum + value, 0) / values.length;
  return first + values.reduce((lost, value) => lost + (value - first), 0) / values.length;
}
