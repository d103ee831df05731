import type { Classification } from './classify.js';
import { PRECISION } from './locationShift.js';
import type { Analysis } from './schema.js';
import { type Score, scoreClass, passesStandalone, type Thresholds } from './score.js';

/** A hole of the method that this answer may have fallen into. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Below this many samples a side the own judge says NODATA. */
const FEW = 10;

/** What a reader should know before trusting the class of a metric (peers 1.5, what is known of its defects). */
export function metricWarnings(
  { control, experiment }: { readonly control: readonly number[]; readonly experiment: readonly number[] },
  analysis: Analysis,
  found: Classification,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const silent = control.length === 0 || experiment.length === 0;
  if (silent && found.class === 'Pass')
    warn('SILENCE_PASSES', 'A side has no samples, and passes because nanStrategy is replace.');
  if (!silent && Math.min(control.length, experiment.length) < FEW)
    warn('FEW_SAMPLES', `Fewer than ${FEW} samples a side are compared; there is no minimum in this mode.`);
  if (found.shift !== null && found.effectSize === null)
    warn('EFFECT_SIZE_SKIPPED', 'A mean is 0, so that the thresholds on the mean ratio were left aside.');
  if (!silent && found.class === 'Pass' && isSparse(control, experiment, analysis))
    warn(
      'SPARSE_PASSES',
      'At least half of all values are 0 and the means differ: the rank test hardly sees rare events.',
    );
  if (found.shift !== null && Math.abs(found.shift.estimate) <= PRECISION)
    warn(
      'PRECISION',
      'The estimate is within the 0.0001 to which limits are found; the class may be an accident.',
    );
  return warnings;
}

function isSparse(
  control: readonly number[],
  experiment: readonly number[],
  { direction }: Analysis,
): boolean {
  const all = [...control, ...experiment];
  const zeros = all.filter((value) => value === 0).length;
  const difference = average(experiment) - average(control);
  return (
    zeros * 2 >= all.length &&
    (direction === 'decrease' ? difference < 0 : direction === 'increase' ? difference > 0 : difference !== 0)
  );
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What a reader should know before trusting the score. */
export function scoreWarnings(
  { score, groups }: Score,
  weights: ReadonlyMap<string, number>,
  thresholds: Thresholds,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  for (const { name, hasData } of groups)
    if (!hasData) warn('GROUP_WITHOUT_DATA', `Group ${name} has no data and counts as 100.`);
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  if (Math.abs(total - 100) > 1e-9)
    warn('WEIGHTS', `The weights of the groups that have metrics sum to ${total}, not to 100.`);
  for (const name of weights.keys())
    if (!groups.some((group) => group.name === name))
      warn('GROUP_WITHOUT_METRICS', `Group ${name} has a weight but no metrics.`);
  if (thresholds.pass === undefined && thresholds.marginal === undefined)
    warn('NO_THRESHOLDS', 'Without thresholds every score passes.');
  if (
    scoreClass(score, thresholds) === 'Marginal' &&
    score === thresholds.marginal &&
    !passesStandalone(score, thresholds)
  )
    warn('MARGINAL_BOUNDARY', 'A score at the marginal threshold is Marginal, and fails in standalone mode.');
  return warnings;
}
