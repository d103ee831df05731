/** Nodes and what follows each directly. */
export type Successors = ReadonlyMap<string, readonly string[]>;

/**
 * The strongly connected components of a graph, in a topological order: what reaches a component comes before it.
 * Kosaraju and Sharir ("A strong-connectivity algorithm", 1981), without recursion, so that a long chain is no deep
 * stack; O(nodes + edges). A node that no edge touches is a component of its own.
 */
export function components(nodes: readonly string[], successors: Successors): string[][] {
  const predecessors = reversed(successors);
  const seen = new Set<string>();
  return postorder(nodes, successors)
    .reverse()
    .flatMap((root) => (seen.has(root) ? [] : [reach(root, predecessors, seen)]));
}

/** The same edges the other way round. */
export function reversed(successors: Successors): Successors {
  const turned = new Map<string, string[]>();
  for (const [from, all] of successors) {
    for (const to of all) {
      const known = turned.get(to);
      if (known) known.push(from);
      else turned.set(to, [from]);
    }
  }
  return turned;
}

/** The shortest way from one node to another along the edges, both included; undefined if there is none. */
export function path(from: string, to: string, successors: Successors): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const node of cameFrom.keys()) {
    if (node === to) return back(to, cameFrom);
    for (const next of successors.get(node) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, node);
  }
  return undefined;
}

function back(to: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const way: string[] = [];
  for (let node: string | undefined = to; node !== undefined; node = cameFrom.get(node)) way.unshift(node);
  return way;
}

function reach(root: string, successors: Successors, seen: Set<string>): string[] {
  const found = [root];
  seen.add(root);
  for (const node of found) {
    for (const next of successors.get(node) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      found.push(next);
    }
  }
  return found;
}

function postorder(nodes: readonly string[], successors: Successors): string[] {
  const seen = new Set<string>();
  const done: string[] = [];
  for (const root of nodes) {
    const stack = seen.has(root) ? [] : [{ node: root, next: 0 }];
    seen.add(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = successors.get(top.node)?.[top.next++];
      if (next === undefined) done.push(stack.pop()!.node);
      else if (!seen.has(next)) {
        seen.add(next);
        stack.push({ node: next, next: 0 });
      }
    }
  }
  return done;
}
