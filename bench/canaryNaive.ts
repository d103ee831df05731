import { judge } from '../apps/scheduler/src/canary/judge.js';

type Input = Parameters<typeof judge>[0];

/** What the judge finds of each metric, by making all differences and comparing all pairs; nothing is checked. */
export function judgeNaively({
  samples,
}: Input): { U: number; shift: number; lower: number; upper: number }[] {
  return samples.map(({ control, canary }) => {
    const [x, y] = [control as number[], canary as number[]];
    return { U: wins(x, y), ...shiftOf(x, y) };
  });
}

function wins(control: readonly number[], canary: readonly number[]): number {
  let U = 0;
  for (const x of control) for (const y of canary) U += y > x ? 1 : y === x ? 0.5 : 0;
  return U;
}

function shiftOf(control: readonly number[], canary: readonly number[]) {
  const differences = control.flatMap((x) => canary.map((y) => y - x)).sort((a, b) => a - b);
  const pairs = differences.length;
  const width = 1.645 * Math.sqrt((pairs * (control.length + canary.length + 1)) / 12);
  const rank = Math.max(1, Math.floor(pairs / 2 - width));
  return {
    shift: (differences[Math.ceil(pairs / 2) - 1]! + differences[Math.floor(pairs / 2)]!) / 2,
    lower: differences[rank - 1]!,
    upper: differences[pairs - rank]!,
  };
}
