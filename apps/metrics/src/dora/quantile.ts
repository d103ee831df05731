import { Rejected } from '#events';

/**
 * Quantile of an ascending sample by linear interpolation at position `(n − 1)·q`: type 7 of Hyndman and Fan (1996),
 * R's default. `null` for an empty sample.
 * @throws Rejected `INVALID_QUANTILE` unless 0 ≤ q ≤ 1, `INVALID_SAMPLE` for a value that is not finite.
 */
export function quantile(ascending: ArrayLike<number>, q: number): number | null {
  if (!(q >= 0 && q <= 1)) throw new Rejected('INVALID_QUANTILE', 'q must be a number from 0 to 1.');
  if (ascending.length === 0) return null;
  const position = (ascending.length - 1) * q;
  const below = Math.floor(position);
  const low = finite(ascending[below]!);
  const high = finite(ascending[Math.min(below + 1, ascending.length - 1)]!);
  return low + (position - below) * (high - low);
}

/** The middle of a sample in any order; `null` for an empty one. */
export function median(values: readonly number[]): number | null {
  return quantile(ascending(values), 0.5);
}

/** The arithmetic mean; `null` for an empty sample. */
export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += finite(values[i]!);
  return sum / values.length;
}

/** The sample from least to greatest. */
export function ascending(values: readonly number[]): Float64Array {
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) sorted[i] = finite(values[i]!);
  return sorted.sort();
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Rejected('INVALID_SAMPLE', 'Every value of a sample must be a finite number.');
}
