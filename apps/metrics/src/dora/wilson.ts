import { Rejected } from '#events';

/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/** An interval for a share, both ends from 0 to 1. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly confidence: 0.95;
  readonly method: 'wilson';
}

/**
 * The Wilson score interval at 95 % (Wilson 1927) of `successes` among `trials`; `undefined` without trials.
 * @throws Rejected `INVALID_SHARE` unless both are whole numbers with 0 ≤ successes ≤ trials.
 */
export function wilson(successes: number, trials: number): Interval | undefined {
  if (!Number.isInteger(trials) || !Number.isInteger(successes) || successes < 0 || successes > trials)
    throw new Rejected(
      'INVALID_SHARE',
      'successes and trials must be whole numbers, 0 ≤ successes ≤ trials.',
    );
  if (trials === 0) return undefined;
  const share = successes / trials;
  const square = (Z * Z) / trials;
  const middle = (share + square / 2) / (1 + square);
  const half = (Z / (1 + square)) * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials));
  return {
    lower: successes === 0 ? 0 : Math.max(0, middle - half),
    upper: successes === trials ? 1 : Math.min(1, middle + half),
    confidence: 0.95,
    method: 'wilson',
  };
}
