import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { components, path, reversed, type Successors } from './components.js';

const nodes = Array.from({ length: 8 }, (_, i) => `n${i}`);
const node = fc.constantFrom(...nodes);
const anyGraph = fc
  .array(fc.tuple(node, node), { maxLength: 20 })
  .map(
    (pairs): Successors =>
      new Map(nodes.map((one) => [one, pairs.filter(([from]) => from === one).map(([, to]) => to)])),
  );

/** The slow truth: what is reached by walking every edge again and again. */
const reaches = (graph: Successors, from: string) => {
  const seen = new Set([from]);
  for (const one of seen) for (const next of graph.get(one) ?? []) seen.add(next);
  return seen;
};

describe('the components of a graph', () => {
  test('hold exactly the nodes that reach each other', () =>
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const found = components(nodes, graph);
        expect(found.flat().sort()).toEqual(nodes);
        for (const a of nodes)
          for (const b of nodes) {
            const together = found.some((one) => one.includes(a) && one.includes(b));
            expect(together).toBe(reaches(graph, a).has(b) && reaches(graph, b).has(a));
          }
      }),
    ));

  test('come in topological order', () =>
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const found = components(nodes, graph);
        const place = (one: string) => found.findIndex((all) => all.includes(one));
        for (const [from, all] of graph)
          for (const to of all) expect(place(from)).toBeLessThanOrEqual(place(to));
      }),
    ));

  test('of a chain and of a ring of a hundred thousand are found without a deep stack', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `s${i}`);
    const chain = new Map(many.map((one, i) => [one, i + 1 < many.length ? [many[i + 1]!] : []]));
    expect(components(many, chain)).toHaveLength(100_000);
    chain.set('s99999', ['s0']);
    expect(components(many, chain)).toHaveLength(1);
  });
});

describe('a path', () => {
  test('is one of the shortest', () =>
    fc.assert(
      fc.property(anyGraph, node, node, (graph, from, to) => {
        const way = path(from, to, graph);
        expect(way !== undefined).toBe(reaches(graph, from).has(to));
        if (!way) return;
        expect([way[0], way.at(-1)]).toEqual([from, to]);
        way.slice(1).forEach((next, i) => expect(graph.get(way[i]!)).toContain(next));
        expect(new Set(way).size).toBe(way.length);
        const shorter = way.length - 2;
        let reached = new Set([from]);
        for (let i = 0; i < shorter; i++)
          reached = new Set([...reached].flatMap((one) => [one, ...(graph.get(one) ?? [])]));
        if (shorter >= 0) expect(reached.has(to)).toBe(shorter === 0 && from === to);
      }),
    ));

  test('to itself is the node alone, and to an unknown one there is none', () => {
    expect(path('a', 'a', new Map())).toEqual(['a']);
    expect(path('a', 'b', new Map())).toBeUndefined();
  });
});

test('a graph turned round twice has the same edges', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['c', ['b']],
  ]);
  expect(reversed(graph)).toEqual(
    new Map([
      ['b', ['a', 'c']],
      ['c', ['a']],
    ]),
  );
  expect(reversed(reversed(graph))).toEqual(graph);
});
