import fc from 'fast-check';
import { expect, test } from 'vitest';
import { betaQuantile, incompleteBeta } from './beta.js';

/** Quantiles at 5, 50 and 95 % and I at 0.1 as scipy 1.17 gives them (special.betaincinv, special.betainc). */
const vectors = [
  [3.4, 34.6, 0.0283464768332433, 0.08230581930733757, 0.17515491155554194, 0.6457602861214693],
  [9.4, 35.6, 0.11811512861762728, 0.20455084709583993, 0.3145062315434353, 0.018998665997118632],
  [0.5, 0.5, 0.0061558297024311365, 0.5, 0.9938441702975689, 0.20483276469913345],
  [1, 1, 0.05, 0.5, 0.95, 0.1],
  [2, 5, 0.06284989170835438, 0.26444998329566005, 0.5818034092520259, 0.114265],
  [0.05, 20, 2.8544266891624845e-28, 2.8544281635185085e-8, 0.013525923722643584, 0.9975609210745215],
  [2.4, 17.6, 0.028395328184053225, 0.1073489855111941, 0.2550417847764848, 0.4569413211655952],
  [150, 850, 0.13184150745896123, 0.14976662676443558, 0.1689546759814495, 4.2321925656819246e-7],
  [10_000, 30_000, 0.2464459460700188, 0.24999583329989825, 0.2535682669583957, 0],
  [0.4, 19.6, 2.1482399358530226e-5, 0.0074880468687811485, 0.08249232914927512, 0.9684831978652015],
  [500_000, 500_000, 0.49917757353719555, 0.5, 0.5008224264628045, 0],
  [3, 1, 0.3684031498640387, 0.7937005259840998, 0.9830475724915585, 0.001],
] as const;

test.each(vectors)('the quantiles of Beta(%s, %s) are those of scipy to ten digits', (a, b, ...expected) => {
  const [low, middle, high, below] = expected;
  const found = [0.05, 0.5, 0.95].map((probability) => betaQuantile(probability, a, b));
  [low, middle, high].forEach((one, i) => expect(found[i]! / one - 1).toBeCloseTo(0, 9));
  expect(incompleteBeta(0.1, 0.9, a, b)).toBeCloseTo(below, 11);
});

test('a quantile is where the distribution reaches its probability, and grows with it', () => {
  const shape = fc.double({ min: 0.05, max: 5_000, noNaN: true });
  const probability = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(shape, shape, probability, (a, b, p) => {
      const x = betaQuantile(p, a, b);
      if (x > 1e-300 && x < 0.999) expect(incompleteBeta(x, 1 - x, a, b)).toBeCloseTo(p, 8);
      expect(betaQuantile(p / 2, a, b)).toBeLessThanOrEqual(x);
    }),
  );
});

test('all of a distribution lies between 0 and 1', () => {
  expect(incompleteBeta(0, 1, 2, 3)).toBe(0);
  expect(incompleteBeta(1, 0, 2, 3)).toBe(1);
});

test.each([
  [0, 1, 1],
  [1, 1, 1],
  [NaN, 1, 1],
  [0.5, 0, 1],
  [0.5, Infinity, 1],
  [0.5, NaN, 1],
  [0.5, 1, -1],
  [0.5, 1, 0],
  [0.5, 1, Infinity],
])('a quantile at %s of Beta(%s, %s) is refused', (probability, a, b) => {
  expect(() => betaQuantile(probability, a, b)).toThrow('A Beta quantile needs a > 0, b > 0');
});
