const EPSILON = 2 ** -52;
const MOST_STEPS = 1_000;

/** A place and the value of the function there. */
interface Point {
  readonly at: number;
  readonly value: number;
}

/**
 * A place where the function changes its sign between two ends that differ in sign, to within the tolerance. Source: Brent,
 * Algorithms for Minimization without Derivatives (1973), chapter 4, with the stopping rule of R's `uniroot`. On a
 * function with steps the answer is a place near a step, and which one depends on every choice on the way: compatible
 * answers need the same choices, so this is neither bisection nor another variant of the method.
 */
export function brentRoot(f: (at: number) => number, low: Point, high: Point, tolerance: number): number {
  if (low.value === 0) return low.at;
  if (high.value === 0) return high.at;
  // `best` is the closest so far, `last` the one before, `other` the nearest on the other side of the root.
  let [last, best, other] = [low, high, low];
  for (let step = 0; step <= MOST_STEPS; step++) {
    const moved = best.at - last.at;
    if (Math.abs(other.value) < Math.abs(best.value)) [last, best, other] = [best, other, best];
    const least = 2 * EPSILON * Math.abs(best.at) + tolerance / 2;
    const half = (other.at - best.at) / 2;
    if (Math.abs(half) <= least || best.value === 0) return best.at;
    const worthwhile = Math.abs(moved) >= least && Math.abs(last.value) > Math.abs(best.value);
    const wanted = (worthwhile ? interpolated(last, best, other, { moved, least }) : undefined) ?? half;
    const length = Math.abs(wanted) < least ? (wanted > 0 ? least : -least) : wanted;
    const at = best.at + length;
    [last, best] = [best, { at, value: f(at) }];
    if (best.value > 0 === other.value > 0 && best.value !== 0) other = last;
  }
  return best.at;
}

/** A step by the secant, or by the inverse parabola through three points; undefined if it leads out or barely shrinks. */
function interpolated(
  last: Point,
  best: Point,
  other: Point,
  { moved, least }: { readonly moved: number; readonly least: number },
): number | undefined {
  const span = other.at - best.at;
  const [up, down] =
    last.at === other.at
      ? secant(last, best, span)
      : parabola(last, best, other, { span, moved: best.at - last.at });
  const p = Math.abs(up);
  const q = up > 0 ? -down : down;
  const inside = p < 0.75 * span * q - Math.abs(least * q) / 2;
  return inside && p < Math.abs((moved * q) / 2) ? p / q : undefined;
}

function secant(last: Point, best: Point, span: number): [number, number] {
  const ratio = best.value / last.value;
  return [span * ratio, 1 - ratio];
}

function parabola(
  last: Point,
  best: Point,
  other: Point,
  { span, moved }: { readonly span: number; readonly moved: number },
): [number, number] {
  const q = last.value / other.value;
  const [r, s] = [best.value / other.value, best.value / last.value];
  return [s * (span * q * (q - r) - moved * (r - 1)), (q - 1) * (r - 1) * (s - 1)];
}
