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
  const sorted = items
    .map((item) => ({ item, when: when(item) }))
    .sort((a, b) => a.when.start - b.when.start || a.when.end - b.when.end);
  const starts = Float64Array.from(sorted, (one) => one.when.start);
  const ends = Float64Array.from(sorted, (one) => one.when.end);
  const latest = new Float64Array(sorted.length);
  spread(0, sorted.length);

  function spread(from: number, to: number): number {
    if (from >= to) return Number.NEGATIVE_INFINITY;
    const middle = (from + to) >> 1;
    latest[middle] = Math.max(ends[middle]!, spread(from, middle), spread(middle + 1, to));
    return latest[middle];
  }

  function collect(from: number, to: number, wanted: Interval, found: Item[]): void {
    if (from >= to) return;
    const middle = (from + to) >> 1;
    if (latest[middle]! <= wanted.start) return;
    collect(from, middle, wanted, found);
    if (starts[middle]! >= wanted.end) return;
    if (ends[middle]! > wanted.start) found.push(sorted[middle]!.item);
    collect(middle + 1, to, wanted, found);
  }

  return {
    overlapping(wanted) {
      const found: Item[] = [];
      collect(0, sorted.length, wanted, found);
      return found;
    },
  };
}
