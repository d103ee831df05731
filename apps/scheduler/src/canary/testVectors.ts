/** Samples with the figures that another implementation (SciPy 1.17) gives for them. */
export interface ReferenceSample {
  readonly name: string;
  readonly control: readonly number[];
  readonly canary: readonly number[];
  readonly U: number;
  readonly A: number;
  readonly p: number;
  /** Lower end, shift, upper end. */
  readonly hodgesLehmann: readonly number[];
  readonly welch: readonly number[];
}

export const sequence = (length: number, at: (i: number) => number) =>
  Array.from({ length }, (_, i) => at(i));
export const plus = (values: readonly number[], shift: number) => values.map((value) => value + shift);
export const copies = (length: number, value: number) => sequence(length, () => value);

/** The samples of formulas 4.3.7. */
export const X3 = sequence(40, (i) => 200 + (i % 10));
export const X4 = [...copies(38, 0), 1, 1];
export const Y4 = [...copies(28, 0), ...copies(12, 1)];
export const X5 = sequence(30, (i) => 100 + 10 * i);
export const X6 = sequence(35, (i) => 1_000 + (i % 7));

// prettier-ignore
const skewed = [
  26.482, 38.756, 26.163, 7.081, 41.442, 28.706, 13.072, 31.973, 26.887, 25.414, 20.547, 31.105, 11.143, 17.631, 13.658,
  32.43, 20.734, 15.895, 10.745, 16.35, 20.217, 16.111, 56.557,
];
// prettier-ignore
const skewedMore = [
  60.707, 2.138, 4.481, 20.962, 16.777, 29.734, 29.832, 165.018, 9.018, 17.464, 154.238, 43.905, 44.556, 15.447, 5.566,
  28.523, 27.062, 8.129, 13.265, 22.992, 10.483, 22.456, 26.734, 25.331, 15.554, 41.862, 54.71, 32.745, 11.747, 47.394,
  15.622,
];

export const referenceSamples: readonly ReferenceSample[] = [
  {
    name: 'V1',
    control: [1, 2, 3],
    canary: [10, 11, 12],
    U: 9,
    A: 1,
    p: 0.08085559837005224,
    hodgesLehmann: [7, 9, 11],
    welch: [7.259354387902529, 9, 10.74064561209747],
  },
  {
    name: 'V2',
    control: [1, 2, 2, 3],
    canary: [2, 3, 4, 4],
    U: 13.5,
    A: 0.84375,
    p: 0.13416918012812584,
    hodgesLehmann: [0, 1, 3],
    welch: [0.02196229248171666, 1.25, 2.478037707518283],
  },
  ...[12, 30, 60].map((shift) => ({
    name: `V3 + ${shift}`,
    control: X3,
    canary: plus(X3, shift),
    U: 1_600,
    A: 1,
    p: 1.3371707362125322e-14,
    hodgesLehmann: plus([-1, 0, 1], shift),
    welch: plus([-1.08274450566225, 0, 1.08274450566225], shift),
  })),
  {
    name: 'V4',
    control: X4,
    canary: Y4,
    U: 1_000,
    A: 0.625,
    p: 0.003537657241488259,
    hodgesLehmann: [0, 0, 0],
    welch: [0.11408840824840036, 0.25, 0.3859115917515996],
  },
  {
    name: 'V5',
    control: X5,
    canary: plus(X5, 15),
    U: 494,
    A: 0.5488888888888889,
    p: 0.5201446121616038,
    hodgesLehmann: [-25, 15, 55],
    welch: [-22.994900484096682, 15, 52.99490048409666],
  },
  {
    name: 'V5b',
    control: X5,
    canary: plus(X5, 30),
    U: 535.5,
    A: 0.595,
    p: 0.20870011734931715,
    hodgesLehmann: [-10, 30, 70],
    welch: [-7.994900484096682, 30, 67.99490048409666],
  },
  {
    name: 'V6',
    control: X6,
    canary: plus(X6, -200),
    U: 0,
    A: 0,
    p: 5.7500379609872e-13,
    hodgesLehmann: [-201, -200, -199],
    welch: [-200.80889137083258, -200, -199.19110862916742],
  },
  {
    name: 'log-normal samples of unequal size',
    control: skewed,
    canary: skewedMore,
    U: 369,
    A: 0.517531556802244,
    p: 0.8337331523055447,
    hodgesLehmann: [-5.178999999999999, 0.745000000000001, 7.975999999999999],
    welch: [-2.7259731537896634, 9.17296914446003, 21.07191144270972],
  },
  {
    name: 'counts of few events',
    control: [0, 4, 0, 3, 0, 3, 2, 1, 4, 0, 1, 1, 1, 1, 1, 1, 0],
    canary: [1, 3, 4, 1, 2, 0, 3, 2, 4, 2, 1, 1, 7, 1, 1, 1, 3, 2, 2],
    U: 215.5,
    A: 0.6671826625386996,
    p: 0.07853019710821921,
    hodgesLehmann: [0, 1, 1],
    welch: [-0.03360648453315174, 0.804953560371517, 1.6435136052761856],
  },
];
