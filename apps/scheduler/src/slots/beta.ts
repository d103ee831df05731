import { Rejected } from '#events';

const CLOSE_ENOUGH = 1e-15;
const MOST_TERMS = 20_000;
/** Beyond these log-odds a share is 0 or 1 in binary fractions. */
const FURTHEST = 745;

/**
 * The share below which a Beta(a, b) variable lies with the given probability: the inverse of the regularised
 * incomplete beta function, by bisection of its log-odds, so that tiny shares keep their digits.
 * @throws Rejected `BETA_INVALID` unless a and b are positive and the probability lies between 0 and 1, exclusive.
 */
export function betaQuantile(probability: number, a: number, b: number): number {
  if (!(a > 0 && a < Infinity && b > 0 && b < Infinity && probability > 0 && probability < 1))
    throw new Rejected(
      'BETA_INVALID',
      'A Beta quantile needs a > 0, b > 0 and 0 < probability < 1.',
      '4.5.2',
    );
  let [low, high] = [-FURTHEST, FURTHEST];
  for (let middle = 0; low < middle && middle < high; middle = (low + high) / 2) {
    if (incompleteBeta(share(middle), share(-middle), a, b) < probability) low = middle;
    else high = middle;
  }
  return share(high);
}

/**
 * I_x(a, b), the probability that a Beta(a, b) variable is at most x; `y` is 1 - x. Continued fraction of DLMF 8.17.22,
 * evaluated as in Lentz (1976), on the side where it converges fast.
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x === 0 || y === 0) return x === 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta(a, b)) / a;
  return front / continued(x, a, b);
}

function continued(x: number, a: number, b: number): number {
  let [value, c, d] = [1, 1, 0];
  for (let term = 1; term <= MOST_TERMS; term++) {
    const factor = coefficient(term, x, a, b);
    d = 1 / nonzero(1 + factor * d);
    c = nonzero(1 + factor / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < CLOSE_ENOUGH) break;
  }
  return value;
}

/** d₁, d₂, … of DLMF 8.17.23. */
function coefficient(term: number, x: number, a: number, b: number): number {
  const m = term >> 1;
  return term % 2 === 0
    ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

function nonzero(value: number): number {
  return value === 0 ? 1e-300 : value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) from 15 on, and the recurrence below. */
function logGamma(x: number): number {
  let [at, product] = [x, 1];
  while (at < 15) product *= at++;
  const square = at * at;
  const series =
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}

function share(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
