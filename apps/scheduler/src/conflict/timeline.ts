import { overlaps, type Interval } from '#time/intervals';

/** Things on the time line, found by when they are. */
export interface Timeline<Item> {
  /** The items that share an instant with the interval. */
  overlapping(interval: Interval): Item[];
}

/** A way to index items by their interval. */
export type Index = <Item>(items: readonly Item[], when: (item: Item) => Interval) => Timeline<Item>;

/** No index at all: looks at every item each time. The naive way, to compare with. */
export function scan<Item>(items: readonly Item[], when: (item: Item) => Interval): Timeline<Item> {
  return { overlapping: (wanted) => items.filter((item) => overlaps(when(item), wanted)) };
}

/**
 * Indexes items by interval: an implicit balanced tree over the items sorted by start, each node knowing the
 * latest end below it (the augmented tree of Cormen et al., "Introduction to Algorithms", 14.3). Answers come
 * ascending by start, in O(log n + found).
 */
export function timeline<Item>(items: readonly Item[], when: (item: Item) => Interval): Timeline<Item> {
  const from = Float64Array.from(items, (item) => when(item).start);
  const to = Float64Array.from(items, (item) => when(item).end);
  const order = Uint32Array.from(items.keys()).sort((a, b) => from[a]! - from[b]! || to[a]! - to[b]!);
  const starts = Float64Array.from(order, (i) => from[i]!);
  const ends = Float64Array.from(order, (i) => to[i]!);
  const latest = new Float64Array(items.length);
  spread(0, items.length);

  function spread(low: number, high: number): number {
    if (low >= high) return Number.NEGATIVE_INFINITY;
    const middle = (low + high) >> 1;
    latest[middle] = Math.max(ends[middle]!, spread(low, middle), spread(middle + 1, high));
    return latest[middle];
  }

  function collect(low: number, high: number, wanted: Interval, found: Item[]): void {
    if (low >= high) return;
    const middle = (low + high) >> 1;
    if (latest[middle]! <= wanted.start) return;
    collect(low, middle, wanted, found);
    if (starts[middle]! >= wanted.end) return;
    if (ends[middle]! > wanted.start) found.push(items[order[middle]!]!);
    collect(middle + 1, high, wanted, found);
  }

  return {
    overlapping(wanted) {
      const found: Item[] = [];
      collect(0, items.length, wanted, found);
      return found;
    },
  };
}
