/** A right to vote in a step and the persons who could use it: its holder, or whom it is lent to. */
export interface Right {
  readonly holder: string;
  readonly casters: readonly string[];
}

/** A step that needs `quorum` different persons, each using a different right. */
export interface Demand {
  readonly step: string;
  readonly quorum: number;
  /** Persons counted here are counted in no other distinct demand. */
  readonly distinct: boolean;
  readonly rights: readonly Right[];
}

export interface Served {
  readonly complete: boolean;
  /** The persons who serve each step, as many as can be. */
  readonly persons: ReadonlyMap<string, readonly string[]>;
  /** Edges that were looked at: what it cost, in steps of some 100 ns. */
  readonly looks: number;
}

/** Counts up while paths are looked for. */
interface Work {
  looks: number;
}

type Residual = Map<string, Map<string, number>>;

/** A node on a way from the source, and the one before it. */
interface Reached {
  readonly node: string;
  readonly before?: Reached;
}

const SOURCE = 'source';
const SINK = 'sink';

/**
 * Seats as many persons as possible: a maximum flow from steps over rights to persons, by augmenting paths.
 * So a person of several groups serves wherever that completes the most, and two rules never block each other while
 * some assignment satisfies both. What cannot all be served is served in the order given: seating a later step may
 * move the persons of an earlier one, but never takes a seat from it.
 */
export function serve(demands: readonly Demand[]): Served {
  const residual: Residual = new Map();
  const work: Work = { looks: 0 };
  let seated = 0;
  for (const demand of demands) {
    addDemand(residual, demand);
    for (let path = augmentingPath(residual, work); path; path = augmentingPath(residual, work)) {
      push(residual, path);
      seated++;
    }
  }
  const needed = demands.reduce((sum, { quorum }) => sum + quorum, 0);
  return {
    complete: seated === needed,
    persons: new Map(demands.map((demand) => [demand.step, seatedIn(residual, demand)])),
    looks: work.looks,
  };
}

function addDemand(residual: Residual, demand: Demand): void {
  const step = JSON.stringify(['step', demand.step]);
  connect(residual, SOURCE, step, demand.quorum);
  for (const right of demand.rights) {
    connect(residual, step, rightNode(demand, right), 1);
    for (const caster of right.casters) {
      connect(residual, rightNode(demand, right), casterNode(demand, caster), 1);
      connect(residual, casterNode(demand, caster), SINK, 1);
    }
  }
}

function rightNode({ step }: Demand, { holder }: Right): string {
  return JSON.stringify(['right', step, holder]);
}

/** A person is one node for all distinct steps, and a node of each other step. */
function casterNode({ distinct, step }: Demand, caster: string): string {
  return JSON.stringify(distinct ? ['person', caster] : ['person', caster, step]);
}

/** Leaves an edge as it is that is there already: a person on the way to the sink may be seated. */
function connect(residual: Residual, from: string, to: string, capacity: number): void {
  const edges = edgesOf(residual, from);
  if (edges.has(to)) return;
  edges.set(to, capacity);
  edgesOf(residual, to).set(from, 0);
}

function edgesOf(residual: Residual, node: string): Map<string, number> {
  const edges = residual.get(node) ?? new Map<string, number>();
  residual.set(node, edges);
  return edges;
}

function augmentingPath(residual: Residual, work: Work): readonly string[] | undefined {
  const seen = new Set([SOURCE]);
  const stack: Reached[] = [{ node: SOURCE }];
  for (let last = stack.pop(); last; last = stack.pop()) {
    for (const [node, capacity] of edgesOf(residual, last.node)) {
      work.looks++;
      if (capacity === 0 || seen.has(node)) continue;
      if (node === SINK) return pathTo({ node, before: last });
      seen.add(node);
      stack.push({ node, before: last });
    }
  }
  return undefined;
}

function pathTo(end: Reached): readonly string[] {
  const path: string[] = [];
  for (let at: Reached | undefined = end; at; at = at.before) path.push(at.node);
  return path.reverse();
}

function push(residual: Residual, path: readonly string[]): void {
  for (let i = 1; i < path.length; i++) {
    const [from, to] = [path[i - 1]!, path[i]!];
    const there = residual.get(from)!;
    const back = residual.get(to)!;
    there.set(to, there.get(to)! - 1);
    back.set(from, back.get(from)! + 1);
  }
}

function seatedIn(residual: Residual, demand: Demand): readonly string[] {
  return demand.rights.flatMap((right) => {
    const edges = edgesOf(residual, rightNode(demand, right));
    return right.casters.filter((caster) => edges.get(casterNode(demand, caster)) === 0);
  });
}
