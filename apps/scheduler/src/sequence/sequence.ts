import { Rejected } from '#events';
import { components, path, type Successors } from './components.js';
import { orderOf, type Edge, type Untested } from './edges.js';
import { checkPlan } from './checks.js';
import type { PlanRequest } from './request.js';

/** Steps that go together: one alone, a cycle of dependencies, or what was declared as one. */
export interface Unit {
  readonly id: string;
  readonly steps: readonly string[];
}

/** A plan in order. */
export interface Sequence {
  /** Each wave starts when the one before it is done; the units of a wave do not wait for each other. */
  readonly waves: readonly (readonly Unit[])[];
  /** Steps to be rolled back, first ones first: the waves from last to first. */
  readonly rollback: readonly (readonly string[])[];
  readonly edges: readonly Edge[];
  readonly untested: readonly Untested[];
}

/**
 * Puts the steps of a plan into waves: each as early as the longest way to it allows, providers before consumers;
 * SCH-07.1. The answer does not depend on the order of the input.
 * @throws Rejected EXPLICIT_CYCLE (naming it; SCH-07.2), STEP_UNKNOWN, STEP_DUPLICATE, PLAN_TOO_LARGE, MINUTES_INVALID,
 * PLACES_INVALID
 */
export function sequence(plan: PlanRequest): Sequence {
  checkPlan(plan);
  const { edges, untested } = orderOf(plan);
  const steps = plan.steps.map(({ id }) => id).sort();
  const declared = (plan.units ?? []).map((unit) => [...new Set(unit)].sort());
  const units = components(steps, successorsOf([...edges, ...rings(declared)]));
  refuseCycles(edges, units, declared);
  const waves = wavesOf(units, edges);
  const rollback = waves.toReversed().map((wave) => wave.flatMap(({ steps: all }) => all).sort());
  return { waves, rollback, edges, untested };
}

type Arrow = Pick<Edge, 'before' | 'after'>;

/** Members of a declared unit in a ring, so that they are one component. */
function rings(units: readonly (readonly string[])[]): Arrow[] {
  return units.flatMap((unit) => unit.map((before, i) => ({ before, after: unit[(i + 1) % unit.length]! })));
}

function successorsOf(edges: readonly Arrow[]): Successors {
  const all = new Map<string, string[]>();
  for (const { before, after } of edges) {
    const known = all.get(before);
    if (known) known.push(after);
    else all.set(before, [after]);
  }
  return all;
}

/** An order set by hand cannot be kept inside a unit, so it may stand there only if someone declared the unit. */
function refuseCycles(
  edges: readonly Edge[],
  units: readonly string[][],
  declared: readonly string[][],
): void {
  const unitOf = new Map(units.flatMap((unit) => unit.map((step) => [step, unit] as const)));
  const wrong = edges.find(({ before, after, because }) => {
    const unit = unitOf.get(before)!;
    return because === 'explicit' && unit === unitOf.get(after) && !declared.some((one) => holds(one, unit));
  });
  if (!wrong) return;
  const way = path(wrong.after, wrong.before, successorsOf([...edges, ...rings(declared)]))!;
  const cycle = [wrong.before, ...way].join(' → ');
  throw new Rejected(
    'EXPLICIT_CYCLE',
    `edges has the cycle ${cycle}: remove an edge, or declare these steps as one of the units.`,
    'SCH-07.2',
  );
}

function holds(declared: readonly string[], unit: readonly string[]): boolean {
  const members = new Set(declared);
  return unit.length > 1 && unit.every((step) => members.has(step));
}

/** Units come in topological order, so each one's predecessors have their wave when it is its turn. */
function wavesOf(units: readonly string[][], edges: readonly Edge[]): Unit[][] {
  const unitOf = new Map(units.flatMap((unit, i) => unit.map((step) => [step, i] as const)));
  const waveOf = units.map(() => 0);
  const next = units.map((): number[] => []);
  for (const { before, after } of edges) next[unitOf.get(before)!]!.push(unitOf.get(after)!);
  units.forEach((_, i) => {
    for (const j of next[i]!) if (j !== i) waveOf[j] = Math.max(waveOf[j]!, waveOf[i]! + 1);
  });
  const waves: Unit[][] = [];
  units.forEach((unit, i) => (waves[waveOf[i]!] ??= []).push(named(unit)));
  return waves.map((wave) => wave.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

function named(members: readonly string[]): Unit {
  const steps = members.toSorted();
  return { id: steps.join('+'), steps };
}
