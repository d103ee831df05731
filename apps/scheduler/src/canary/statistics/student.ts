import { bisect } from './normal.js';

/** Far more than any sample needs: 20,000 degrees of freedom take about a hundred. */
const MOST_TERMS = 10_000;

/**
 * The t that a share `tail` of Student's distribution lies above; 0 < tail < 0.5, degrees of freedom ν ≥ 1, whole or not.
 * Source: the tail is I(ν / (ν + t²); ν/2, 1/2) / 2 (Abramowitz and Stegun 26.7.1), inverted by bisection.
 */
export function studentQuantile(tail: number, freedom: number): number {
  const before = (t: number) => studentTail(t, freedom) > tail;
  let high = 2;
  while (before(high)) high *= 2;
  return bisect(before, 0, high);
}

/** P(T > t) for t ≥ 0. */
export function studentTail(t: number, freedom: number): number {
  const square = t * t;
  return incompleteBeta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5) / 2;
}

/** I(x; a, b) for x + y = 1, by its continued fraction on the side where that converges fast (DLMF 8.17.22). */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x === 0 || y === 0) return x;
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta(a, b));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(y, b, a)) / b;
}

/** 1/(1 + c₁/(1 + c₂/(1 + …))) by Lentz's method (Thompson and Barnett 1986). */
function betaFraction(x: number, a: number, b: number): number {
  let [value, up, down, factor] = [1, 1, 0, 0];
  for (let k = 1; Math.abs(factor - 1) > 2e-16 && k < MOST_TERMS; k++) {
    const term = coefficient(x, a, b, k);
    down = 1 / (1 + term * down);
    up = 1 + term / up;
    factor = up * down;
    value *= factor;
  }
  return 1 / value;
}

function coefficient(x: number, a: number, b: number, k: number): number {
  const m = Math.floor(k / 2);
  return k % 2 === 0
    ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

/** ln B(a, b). */
function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0: Stirling's series from 12 on (DLMF 5.11.1), reached by Γ(x + 1) = x Γ(x). */
export function logGamma(x: number): number {
  let [shifted, product] = [x, 1];
  for (; shifted < 12; shifted++) product *= shifted;
  const square = 1 / (shifted * shifted);
  const correction =
    (1 / 12 - square * (1 / 360 - square * (1 / 1_260 - square * (1 / 1_680 - square / 1_188)))) / shifted;
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + correction - Math.log(product)
  );
}
