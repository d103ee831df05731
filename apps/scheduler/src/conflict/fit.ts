import type { Interval } from '#time/intervals';

/**
 * The first start, not before that of `needed`, at which something as long as `needed` lies in one interval of a
 * merged, ascending set; `Infinity` if none is long enough.
 */
export function nextFit(set: readonly Interval[], { start, end }: Interval): number {
  for (let i = firstEndingAfter(set, start); i < set.length; i++) {
    const from = Math.max(set[i]!.start, start);
    if (from + end - start <= set[i]!.end) return from;
  }
  return Infinity;
}

function firstEndingAfter(set: readonly Interval[], at: number): number {
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle]!.end > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Computes once, when first asked. */
export function once<Value>(compute: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => (known ??= { value: compute() }).value;
}
