import { expect, test } from 'vitest';
import { brentRoot } from './brent.js';

/** Where the function is looked at on the way to its root, and the root; nine digits are enough to tell ways apart. */
function way(f: (at: number) => number, low: number, high: number, tolerance: number) {
  const seen: number[] = [];
  const watched = (at: number) => {
    seen.push(Number(at.toPrecision(9)));
    return f(at);
  };
  const root = brentRoot(watched, { at: low, value: f(low) }, { at: high, value: f(high) }, tolerance);
  return { seen, root: Number(root.toPrecision(9)) };
}

// SciPy 1.17 (`brentq` with its smallest rtol) looks at the same places.
test.each<[string, (x: number) => number, number, number, number, readonly number[], number]>([
  ['a line', (x) => 3 - 2 * x, 0, 10, 1e-9, [1.5], 1.5],
  [
    'a parabola',
    (x) => x * x - 2,
    0,
    2,
    1e-9,
    [1, 1.33333333, 1.41904762, 1.41407151, 1.41421332, 1.41421356, 1.41421356],
    1.41421356,
  ],
  [
    'a cosine',
    Math.cos,
    0,
    3,
    1e-9,
    [1.50754337, 1.59711711, 1.57078608, 1.57079633, 1.57079633, 1.57079633],
    1.57079633,
  ],
  [
    'a falling cubic',
    (x) => -(x ** 3) + x + 7,
    -5,
    5,
    1e-8,
    [
      0.291666667, 0.57615714, 2.78807857, 1.42385492, 2.10596675, 2.07828722, 2.0866613, 2.08674535,
      2.08674534,
    ],
    2.08674534,
  ],
  [
    'a step',
    (x) => (x < 0.3 ? 5 : -1),
    -1,
    1,
    1e-4,
    [
      0.666666667, -0.166666667, 0.527777778, 0.180555556, 0.469907407, 0.325231481, 0.252893519, 0.313175154,
      0.283034336, 0.308151685, 0.295593011, 0.306058572, 0.300825791, 0.298209401, 0.300389726, 0.299299564,
      0.300208033, 0.299753798, 0.300132327, 0.299943062, 0.300082327, 0.300012695,
    ],
    0.300012695,
  ],
])('the way to the root of %s is that of another implementation', (_, f, low, high, tolerance, seen, root) =>
  expect(way(f, low, high, tolerance)).toEqual({ seen, root }),
);

// Here variants of the method differ; these are the places of this one.
test.each<[string, (x: number) => number, number, number, number, readonly number[], number]>([
  [
    'a flat cube',
    (x) => (x - 1) ** 3,
    -4,
    3,
    1e-4,
    [
      2.57894737, -0.710526316, 1.13074086, 1.1299186, 0.20969614, 1.12584855, 0.667772344, 1.10223353,
      0.885002938, 1.01258909, 1.01242161, 0.948712271, 1.01152919, 0.980120728, 1.00640238, 1.00537724,
      0.992748987, 1.00171898, 1.00159706, 0.997173021, 1.00092125, 1.00076609, 0.998969557, 1.00024285,
      1.00019285, 0.999581204, 1.00013844, 0.999859822, 1.00000174, 0.999951739,
    ],
    1.00000174,
  ],
  [
    'a steep exponential',
    (x) => Math.exp(x) - 1e-3,
    -30,
    5,
    1e-6,
    [
      -29.9997642, -12.4998821, -3.74994104, -12.1291749, -7.93955798, -5.84474951, -7.40846079, -6.62660515,
      -6.97986033, -6.91752231, -6.90769261, -6.90775559, -6.90775509,
    ],
    -6.90775509,
  ],
  [
    'a ninth power',
    (x) => x ** 9 - 0.5,
    -1,
    4,
    1e-7,
    [
      -0.99997139, 1.50001431, -0.904922545, 0.29754588, 0.898780092, 1.08065826, 0.911888307, 0.996273285,
      0.922061496, 0.925960441, 0.92587329, 0.925874712, 0.925874762,
    ],
    0.925874712,
  ],
])('the way to the root of %s is the same every time', (_, f, low, high, tolerance, seen, root) =>
  expect(way(f, low, high, tolerance)).toEqual({ seen, root }),
);

test('an end that is a root is the root without a look at the function', () => {
  expect(way((x) => x, 0, 1, 1e-9)).toEqual({ seen: [], root: 0 });
  expect(way((x) => x - 1, 0, 1, 1e-9)).toEqual({ seen: [], root: 1 });
});

test('ends closer than the tolerance are a root themselves', () =>
  expect(way((x) => x - 0.25, 0, 1, 2)).toEqual({ seen: [], root: 0 }));

test('a root met exactly ends the search', () =>
  expect(way((x) => 2 - x, 0, 8, 1e-300)).toEqual({ seen: [2], root: 2 }));

test('a search ends after 1,001 looks even if it could go on', () => {
  const sign = (x: number) => (x < 0 ? -1 : 1);
  const { seen, root } = way(sign, -1, 1, 0);
  expect(seen).toHaveLength(1_001);
  expect(seen.slice(0, 3)).toEqual([0, -0.5, -0.25]);
  expect(root).toBe(-9.33263619e-302);
});
