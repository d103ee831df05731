/** A value beside the others of its kind: standard deviations from their mean, and the share of them it exceeds. */
export interface Standing {
  readonly z: number;
  readonly percentile: number;
}

const NOISE = 1e-12;

/**
 * The standing of each value among the known ones, ties half; formulas 4.5.1. Null for what is not known, and for all of
 * them if less than the share `coverage` is known. Values that are all equal are zero deviations apart.
 */
export function standing(values: readonly (number | null)[], coverage: number): (Standing | null)[] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < coverage * values.length) return values.map(() => null);
  const mean = sum(known) / known.length;
  const deviation = Math.sqrt(sum(known.map((value) => (value - mean) ** 2)) / known.length);
  const spread = deviation > NOISE * Math.abs(mean) ? deviation : Infinity;
  return values.map((value) => {
    if (value === null) return null;
    const below = known.filter((other) => other < value).length;
    const equal = known.filter((other) => other === value).length;
    return {
      z: value === mean || spread === Infinity ? 0 : (value - mean) / spread,
      percentile: (below + equal / 2) / known.length,
    };
  });
}

/** The middle value, or the mean of the two middle ones. The values must be some. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
