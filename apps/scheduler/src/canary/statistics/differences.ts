import type { Ascending } from './ascending.js';

/** The differences canary − control at and around a value. */
export interface Split {
  /** How many of the n₁n₂ differences are at most the value. */
  readonly count: number;
  /** The largest of those, −∞ for none. */
  readonly below: number;
  /** The smallest of the others, ∞ for none. */
  readonly above: number;
}

/** Walks the edge between smaller and larger differences: n₁ + n₂ steps, since rounding keeps their order. */
export function split(control: Ascending, canary: Ascending, value: number): Split {
  let [j, count, below, above] = [0, 0, -Infinity, Infinity];
  for (const x of control) {
    while (j < canary.length && canary[j]! - x <= value) j++;
    count += j;
    if (j > 0) below = Math.max(below, canary[j - 1]! - x);
    if (j < canary.length) above = Math.min(above, canary[j]! - x);
  }
  return { count, below, above };
}

/**
 * D(k): the k-th smallest (1-based) of all n₁n₂ differences canary − control, exactly, without making them. Halves the
 * range of values until one difference is left, each time as far as the next difference that exists, so that ties end
 * it early.
 */
export function difference(control: Ascending, canary: Ascending, k: number): number {
  let low = canary[0]! - control.at(-1)!;
  let high = canary.at(-1)! - control[0]!;
  while (low < high) {
    const middle = low + (high - low) / 2;
    // Between neighbours the middle may round up to `high`, which would not part them.
    const { count, below, above } = split(control, canary, middle < high ? middle : low);
    if (k <= count) high = below;
    else low = above;
  }
  return low;
}
