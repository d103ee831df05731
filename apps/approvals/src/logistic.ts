/** One observation: its features, what happened, and how much it counts. */
export interface Observation {
  readonly features: readonly number[];
  readonly failed: boolean;
  readonly weight: number;
}

/** Where a coefficient is drawn to, and how strongly (the precision of its prior). */
export interface Prior {
  readonly towards: readonly number[];
  readonly strength: number;
}

export interface Fit {
  readonly intercept: number;
  readonly coefficients: readonly number[];
}

const MAX_STEPS = 100;
const CLOSE_ENOUGH = 1e-10;

/**
 * Weighted logistic regression by Newton's method (iteratively reweighted least squares): the intercept is free, each
 * coefficient pays `strength / 2 * (coefficient - towards)²`. A step that does not lower the loss is halved, so it ends
 * for separable data too; `strength` must be positive, which makes the optimum unique and finite.
 */
export function fitLogistic(observations: readonly Observation[], { towards, strength }: Prior): Fit {
  const rows = observations.map(({ features, failed, weight }) => ({
    x: [1, ...features],
    y: failed ? 1 : 0,
    weight,
  }));
  const centre = [0, ...towards];
  // The intercept is drawn to nothing, but so faintly that data of one kind only still end somewhere.
  const pull = [1e-9, ...towards.map(() => strength)];
  let beta: readonly number[] = centre;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const next = descend(rows, { beta, centre, pull });
    const moved = Math.max(...next.map((value, i) => Math.abs(value - beta[i]!)));
    beta = next;
    if (moved < CLOSE_ENOUGH) break;
  }
  const [intercept, ...coefficients] = beta;
  return { intercept: intercept!, coefficients };
}

/** 1 / (1 + e⁻ˣ): from 0 to 1, without overflow, and as exact for rare failures as for likely ones. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

interface Row {
  readonly x: readonly number[];
  readonly y: number;
  readonly weight: number;
}
interface Point {
  readonly beta: readonly number[];
  readonly centre: readonly number[];
  readonly pull: readonly number[];
}

function descend(rows: readonly Row[], point: Point): readonly number[] {
  const { beta } = point;
  const step = newtonStep(rows, point);
  const before = loss(rows, point);
  for (let scale = 1; scale > 1e-6; scale /= 2) {
    const next = beta.map((value, i) => value - scale * step[i]!);
    if (loss(rows, { ...point, beta: next }) <= before) return next;
  }
  return beta;
}

function newtonStep(rows: readonly Row[], { beta, centre, pull }: Point): readonly number[] {
  const gradient = beta.map((value, i) => pull[i]! * (value - centre[i]!));
  const hessian = beta.map((_, i) => beta.map((__, j) => (i === j ? pull[i]! : 0)));
  for (const { x, y, weight } of rows) {
    const p = sigmoid(dot(beta, x));
    const curvature = weight * p * (1 - p);
    for (let i = 0; i < x.length; i++) {
      gradient[i]! += weight * (p - y) * x[i]!;
      for (let j = 0; j < x.length; j++) hessian[i]![j]! += curvature * x[i]! * x[j]!;
    }
  }
  return solve(hessian, gradient);
}

function loss(rows: readonly Row[], { beta, centre, pull }: Point): number {
  const penalty = beta.reduce((sum, value, i) => sum + (pull[i]! / 2) * (value - centre[i]!) ** 2, 0);
  return rows.reduce((sum, { x, y, weight }) => sum + weight * softplus((1 - 2 * y) * dot(beta, x)), penalty);
}

/** ln(1 + eˣ) without overflow. */
function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Gauss-Jordan elimination; the matrix is symmetric and positive definite, so no rows need to be exchanged. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (const [column, pivot] of rows.entries()) {
    for (const row of rows.filter((each) => each !== pivot)) {
      const factor = row[column]! / pivot[column]!;
      pivot.forEach((value, j) => (row[j]! -= factor * value));
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}
