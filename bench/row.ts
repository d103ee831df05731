/** The smallest, middle and largest of what the rounds gave. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What must hold: of the figure itself, or of its ratio to what was measured beside it. */
export interface Limit {
  readonly of: 'value' | 'ratio';
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table: a figure, what was measured beside it in the same rounds, and the goal. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly value: Spread;
  readonly beside?: { readonly what: string; readonly value: Spread };
  /** The figure divided by the one beside it, round by round. */
  readonly ratio?: Spread;
  readonly limit?: Limit;
  /** Whether the median keeps the limit; undefined where there is none. */
  readonly met?: boolean;
}

/** A line that could not be measured here, and why. */
export interface LeftOut {
  readonly what: string;
  readonly leftOut: string;
}

/** @throws RangeError for no values: there is no middle of nothing. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('A spread needs a value.');
  return { min: Math.min(...values), median: percentile(values, 50), max: Math.max(...values) };
}

/** The value that `p` per cent of all are at or below (nearest rank, formulas 4.2); the middle of two for a median. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = (p / 100) * sorted.length;
  const upper = sorted[Math.min(sorted.length - 1, Math.floor(rank))]!;
  if (p === 50 && sorted.length % 2 === 0) return (sorted[rank - 1]! + upper) / 2;
  return sorted[Math.max(0, Math.ceil(rank) - 1)]!;
}

/** A figure on its own, one value a round. */
export function alone(what: string, unit: string, values: readonly number[], limit?: Omit<Limit, 'of'>): Row {
  const value = spread(values);
  return { what, unit, value, ...(limit && judged(value, { of: 'value', ...limit })) };
}

/** A figure beside another one of the same rounds; the limit is that of their ratio. */
export function beside(
  what: string,
  unit: string,
  values: readonly number[],
  other: { readonly what: string; readonly values: readonly number[] },
  limit?: Omit<Limit, 'of'>,
): Row {
  const ratio = spread(values.map((value, round) => value / other.values[round]!));
  return {
    what,
    unit,
    value: spread(values),
    beside: { what: other.what, value: spread(other.values) },
    ratio,
    ...(limit && judged(ratio, { of: 'ratio', ...limit })),
  };
}

function judged({ median }: Spread, limit: Limit): { limit: Limit; met: boolean } {
  const { atLeast = -Infinity, atMost = Infinity } = limit;
  return { limit, met: median >= atLeast && median <= atMost };
}
