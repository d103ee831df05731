/** Terms of the continued fraction: enough for 15 digits from `CENTRE` on. */
const TERMS = 80;
/** Below, the series is exact to the last digits; above, its cancellation would cost digits of a small tail. */
const CENTRE = 2.5;
const ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);

/**
 * P(Z > z) of the standard normal distribution, with 12 or more digits that count however far out.
 * Source: up to 2.5 the power series of G. Marsaglia, Evaluating the Normal Distribution (2004); beyond, the continued
 * fraction of Laplace for the ratio of tail and density (Abramowitz and Stegun 26.2.14).
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  return z < CENTRE ? 0.5 - density(z) * series(z) : density(z) / fraction(z);
}

/**
 * The z that a share `tail` of the standard normal distribution lies above; 0 < tail ≤ 0.5. By bisection of
 * `normalTail`, to the last digits.
 */
export function normalQuantile(tail: number): number {
  return bisect((z) => normalTail(z) > tail, 0, 40);
}

/** Where `before` turns from true to false between two ends; the middle of the last two doubles. */
export function bisect(before: (at: number) => boolean, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (before(middle)) low = middle;
    else high = middle;
  }
}

function density(z: number): number {
  return Math.exp(-(z * z) / 2) / ROOT_OF_TWO_PI;
}

/** z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + … */
function series(z: number): number {
  let [sum, term, next] = [0, z, 3];
  while (sum !== sum + term) {
    sum += term;
    term *= (z * z) / next;
    next += 2;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + …))) */
function fraction(z: number): number {
  let value = z;
  for (let k = TERMS; k > 0; k--) value = z + k / value;
  return value;
}
