import { Rejected } from '#events';
import { grouped } from '../conflict/dated.js';
import type { PlanRequest, Step } from './request.js';

/** One step comes before another, and why. */
export interface Edge {
  readonly before: string;
  readonly after: string;
  readonly because: 'dependency' | 'contract' | 'explicit';
}

/** A pair of services whose order is not proven by contract tests; unknown is not compatible (REL-05.2). */
export interface Untested {
  readonly provider: string;
  readonly consumer: string;
}

/** The order that a plan asks for, and what is not proven about it. */
export interface Order {
  readonly edges: readonly Edge[];
  readonly untested: readonly Untested[];
}

type Contract = NonNullable<PlanRequest['contracts']>[number];

/**
 * The edges between the steps of a plan: providers before consumers along hard dependencies, the order that
 * contract tests demand where they fail one way (both ways if they fail both), and those set by hand. SCH-07.1,
 * REL-05.4. Dependencies on services that the plan does not deploy order nothing.
 */
export function orderOf(plan: PlanRequest): Order {
  const deploying = deployers(plan.steps);
  const pairs = pairsOf(plan);
  checkSize(pairs, deploying);
  const implied = pairs.flatMap((pair) => between(pair, deploying));
  const explicit = (plan.edges ?? []).map(({ before, after }) => ({
    before,
    after,
    because: 'explicit' as const,
  }));
  const untested = pairs.filter((pair) => isUntested(pair) && between(pair, deploying).length > 0);
  return {
    edges: distinct([...implied, ...explicit]),
    untested: untested.map(({ provider, consumer }) => ({ provider, consumer })).sort(byNames),
  };
}

/** More edges than this are refused, not computed. */
const MOST_EDGES = 100_000;

function checkSize(pairs: readonly Pair[], deploying: ReadonlyMap<string, string[]>): void {
  const count = (service: string) => deploying.get(service)?.length ?? 0;
  const edges = pairs.reduce((sum, { provider, consumer }) => sum + count(provider) * count(consumer), 0);
  if (edges <= MOST_EDGES) return;
  throw new Rejected(
    'PLAN_TOO_LARGE',
    `dependencies and contracts order ${edges} pairs of steps; at most ${MOST_EDGES} are.`,
    'SCH-07.1',
  );
}

/** Two services that depend on each other in one direction, and what is known of their versions. */
interface Pair extends Untested {
  readonly hard: boolean;
  readonly contract: Contract | undefined;
}

function pairsOf({ dependencies, contracts }: PlanRequest): Pair[] {
  const hard = new Map(
    (dependencies ?? []).filter(({ kind }) => kind === 'hard').map((one) => [key(one), one]),
  );
  const tested = contractsOf(contracts);
  const known = new Map<string, Untested>([
    ...hard,
    ...(contracts ?? []).map((one) => [key(one), one] as const),
  ]);
  return [...known].map(([name, { provider, consumer }]) => {
    return { provider, consumer, hard: hard.has(name), contract: worst(tested.get(name)) };
  });
}

/** Contract results by the pair that they are about. */
export function contractsOf(contracts: PlanRequest['contracts']): ReadonlyMap<string, readonly Contract[]> {
  return grouped(contracts, key);
}

/** A pair as a name of its own. */
export function key({ provider, consumer }: Untested): string {
  return JSON.stringify([provider, consumer]);
}

/** Several results on one pair count as the worst of each direction. */
function worst(results: readonly Contract[] | undefined): Contract | undefined {
  return results?.reduce((one, other) => ({
    ...one,
    newProviderOldConsumer: graver(one.newProviderOldConsumer, other.newProviderOldConsumer),
    oldProviderNewConsumer: graver(one.oldProviderNewConsumer, other.oldProviderNewConsumer),
  }));
}

function graver(a: Contract['newProviderOldConsumer'], b: Contract['newProviderOldConsumer']) {
  return a === 'FAIL' || b === 'FAIL' ? 'FAIL' : a === 'UNKNOWN' || b === 'UNKNOWN' ? 'UNKNOWN' : 'PASS';
}

/** Provider first makes new providers meet old consumers; consumer first, old providers new consumers. */
function between(
  { provider, consumer, hard, contract }: Pair,
  deploying: ReadonlyMap<string, string[]>,
): Edge[] {
  const providerFirstFails = contract?.newProviderOldConsumer === 'FAIL';
  const consumerFirstFails = contract?.oldProviderNewConsumer === 'FAIL';
  const edges: Edge[] = [];
  for (const first of deploying.get(provider) ?? []) {
    for (const second of deploying.get(consumer) ?? []) {
      if (first === second) continue;
      const because = consumerFirstFails || providerFirstFails ? 'contract' : 'dependency';
      if (consumerFirstFails || (hard && !providerFirstFails))
        edges.push({ before: first, after: second, because });
      if (providerFirstFails) edges.push({ before: second, after: first, because });
    }
  }
  return edges;
}

function isUntested({ hard, contract }: Pair): boolean {
  if (!contract) return hard;
  const used =
    contract.newProviderOldConsumer === 'FAIL'
      ? contract.oldProviderNewConsumer
      : contract.newProviderOldConsumer;
  return used === 'UNKNOWN';
}

function deployers(steps: readonly Step[]): ReadonlyMap<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { id, services } of steps) {
    for (const service of new Set(services ?? [id])) {
      const known = all.get(service);
      if (known) known.push(id);
      else all.set(service, [id]);
    }
  }
  return all;
}

function distinct(edges: readonly Edge[]): Edge[] {
  const known = new Map(edges.map((one) => [JSON.stringify([one.before, one.after, one.because]), one]));
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

function byNames(a: Untested, b: Untested): number {
  return a.provider === b.provider ? (a.consumer < b.consumer ? -1 : 1) : a.provider < b.provider ? -1 : 1;
}
