/** A raw probability and what it is corrected to. */
export type Point = readonly [raw: number, corrected: number];

interface Block {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly failures: number;
}

/**
 * The best non-decreasing fit of outcomes to probabilities, by pooling adjacent violators (Ayer et al. 1955; Barlow et
 * al., "Statistical Inference under Order Restrictions", 1.2), as the ends of its level stretches. The sample must be
 * ascending by probability; equal ones are pooled first.
 */
export function isotonic(sample: readonly { probability: number; failed: boolean }[]): Point[] {
  const blocks: Block[] = [];
  for (let last of levels(sample)) {
    while (blocks.length > 0 && falls(blocks.at(-1)!, last)) last = pooled(blocks.pop()!, last);
    blocks.push(last);
  }
  return blocks.flatMap(({ from, to, n, failures }): Point[] =>
    from === to
      ? [[from, failures / n]]
      : [
          [from, failures / n],
          [to, failures / n],
        ],
  );
}

/** The corrected value at a raw one: linear between points, level beyond them. */
export function interpolate(raw: number, points: readonly Point[]): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] < raw) low = middle + 1;
    else high = middle;
  }
  const [left, right] = [points[low - 1], points[low]];
  if (left === undefined || right === undefined) return (left ?? right)![1];
  const part = (raw - left[0]) / (right[0] - left[0]);
  return Math.min(right[1], left[1] + (right[1] - left[1]) * part);
}

/** One block a distinct probability. */
function levels(sample: readonly { probability: number; failed: boolean }[]): Block[] {
  const found: Block[] = [];
  for (const { probability, failed } of sample) {
    const one = { from: probability, to: probability, n: 1, failures: Number(failed) };
    found.push(found.at(-1)?.to === probability ? pooled(found.pop()!, one) : one);
  }
  return found;
}

function falls(left: Block, right: Block): boolean {
  return left.failures * right.n >= right.failures * left.n;
}

function pooled(left: Block, right: Block): Block {
  return {
    from: left.from,
    to: right.to,
    n: left.n + right.n,
    failures: left.failures + right.failures,
  };
}
