import type { Interval } from '#time/intervals';

/**
 * The first start, not before that of `needed`, at which something as long as `needed` lies in one interval of a
 * merged, ascending set; `Infinity` if none is long enough.
 */
export function nextFit(set: readonly Interval[], { start, end }: Interval): number {
  for (const open of set) {
    const from = Math.max(open.start, start);
    if (from + end - start <= open.end) return from;
  }
  return Infinity;
}

/** Computes once, when first asked. */
export function once<Value>(compute: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => (known ??= { value: compute() }).value;
}
