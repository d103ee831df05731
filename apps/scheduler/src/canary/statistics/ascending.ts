import { Rejected } from '#events';

declare const ordered: unique symbol;

/** At least one number, all finite, in ascending order. Only `ascending` makes one. */
export type Ascending = Float64Array & { readonly [ordered]: true };

/** A week of minutes; what a look may hold at most, a side and metric. */
export const MOST_SAMPLES = 10_080;
/** Beyond these sizes squares and cubes leave the range of a double. */
const LARGEST = 1e100;
const SMALLEST = 1e-100;

/**
 * The order statistics of a sample.
 * @param field where the sample stands in the input, for the refusal
 * @throws Rejected SAMPLES_MISSING, SAMPLES_TOO_MANY or SAMPLE_INVALID, naming the field
 */
export function ascending(values: readonly number[], field: string): Ascending {
  checkSamples(values, field);
  if (values.length === 0)
    throw new Rejected('SAMPLES_MISSING', `${field} must hold at least one number.`, '4.3.2');
  return Float64Array.from(values).sort() as Ascending;
}

/**
 * Refuses what is not a list of up to 10,080 plain numbers; null stands for a minute without a number.
 * @throws Rejected SAMPLES_TOO_MANY or SAMPLE_INVALID, naming the field
 */
export function checkSamples(values: readonly (number | null)[], field: string): void {
  if (values.length > MOST_SAMPLES)
    throw new Rejected(
      'SAMPLES_TOO_MANY',
      `${field} holds ${values.length} samples; at most ${MOST_SAMPLES} (a week of minutes) are judged at once.`,
      '4.3.2',
    );
  const at = values.findIndex((value) => value !== null && !isSample(value));
  if (at === -1) return;
  throw new Rejected(
    'SAMPLE_INVALID',
    `${field}[${at}] must be 0 or a finite number between 1e-100 and 1e100 in size.`,
    '4.3.2',
  );
}

function isSample(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= SMALLEST && size <= LARGEST);
}

/** The middle value, or the mean of the two middle ones. */
export function median(sample: Ascending): number {
  const half = sample.length >> 1;
  const upper = sample[half]!;
  return sample.length % 2 === 1 ? upper : (sample[half - 1]! + upper) / 2;
}

/** The arithmetic mean. */
export function mean(sample: Ascending): number {
  return sample.reduce((sum, value) => sum + value, 0) / sample.length;
}
