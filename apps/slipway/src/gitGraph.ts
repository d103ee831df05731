import { isTime, type Release } from './gitRelease.js';

/** The commits of a repository, numbered in topological order (children before parents). */
export interface CommitGraph {
  readonly hashes: string[];
  /** Epoch seconds of the committer's date. */
  readonly times: number[];
  readonly parents: number[][];
  readonly numberOf: Map<string, number>;
}

/** A release and the numbers of the commits that it delivers first, newest first. */
export interface Delivery {
  readonly release: Release;
  readonly commits: readonly number[];
}

/** Reads `git rev-list --timestamp --parents --topo-order`: a line is the time, the commit and its parents. */
export async function readGraph(lines: AsyncIterable<string>): Promise<CommitGraph> {
  const graph: CommitGraph = { hashes: [], times: [], parents: [], numberOf: new Map() };
  const parentHashes: string[][] = [];
  for await (const line of lines) {
    const [time, hash, ...parents] = line.split(' ');
    graph.numberOf.set(hash as string, graph.hashes.length);
    graph.hashes.push(hash as string);
    graph.times.push(Number(time));
    parentHashes.push(parents);
  }
  for (const parents of parentHashes)
    graph.parents.push(parents.flatMap((hash) => graph.numberOf.get(hash) ?? []));
  return graph;
}

/** Oldest first. Tags of the same second follow history, so that none takes what another built on. */
export function inOrder(releases: readonly Release[], { numberOf }: CommitGraph): Release[] {
  const depth = ({ commit }: Release) => numberOf.get(commit) ?? 0;
  return [...releases].sort((a, b) => a.time - b.time || depth(b) - depth(a) || (a.tag < b.tag ? -1 : 1));
}

/**
 * For each release, in the given order, the commits that no earlier one contains. Every commit is
 * looked at once, whatever the number of releases: what a release contains is closed under parents, so the walk
 * stops where an earlier release has been.
 */
export function deliveries(releases: readonly Release[], graph: CommitGraph): Delivery[] {
  const taken = new Uint8Array(graph.hashes.length);
  const order = byTime(graph);
  return releases.map((release) => {
    const first = graph.numberOf.get(release.commit);
    const found = first === undefined ? [] : walk(first, graph, taken);
    const commits = found.filter((number) => isTime(graph.times[number] as number));
    return { release, commits: commits.sort((a, b) => order(b, a)) };
  });
}

function walk(first: number, { parents }: CommitGraph, taken: Uint8Array): number[] {
  const found: number[] = [];
  const ahead = [first];
  for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
    if (taken[number] === 1) continue;
    taken[number] = 1;
    found.push(number);
    ahead.push(...(parents[number] as number[]));
  }
  return found;
}

/** Orders commits by time, oldest first; by hash within a second, so that the order never depends on other commits. */
export function byTime({ times, hashes }: CommitGraph): (a: number, b: number) => number {
  return (a, b) =>
    (times[a] as number) - (times[b] as number) || ((hashes[a] as string) < (hashes[b] as string) ? -1 : 1);
}
