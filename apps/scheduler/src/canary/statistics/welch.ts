import { type Ascending, mean } from './ascending.js';
import type { Shift } from './hodgesLehmann.js';
import { studentQuantile } from './student.js';

/**
 * The difference of the means canary − control with its 90 % interval, variances not assumed equal. Two samples without
 * any spread give an interval of one point. Needs two values a side.
 * Source: formulas 4.3.3; Welch (1947), degrees of freedom after Satterthwaite (1946).
 */
export function welch(control: Ascending, canary: Ascending): Shift {
  const shift = mean(canary) - mean(control);
  const [a, b] = [variance(control) / control.length, variance(canary) / canary.length];
  if (a + b === 0) return { shift, lower: shift, upper: shift };
  const [share, other] = [a / (a + b), b / (a + b)];
  const freedom = 1 / (share ** 2 / (control.length - 1) + other ** 2 / (canary.length - 1));
  const width = studentQuantile(0.05, freedom) * Math.sqrt(a + b);
  return { shift, lower: shift - width, upper: shift + width };
}

/** The unbiased variance, by the deviations from the mean; exactly 0 for equal values. */
function variance(sample: Ascending): number {
  if (sample[0] === sample.at(-1)) return 0;
  const centre = mean(sample);
  return sample.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (sample.length - 1);
}
