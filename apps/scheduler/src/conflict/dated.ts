import { Rejected } from '#events';
import type { Interval } from '#time/intervals';
import { instant, span } from '../instant.js';

/** Something of the snapshot, and when it is. */
export interface Dated<Item> extends Interval {
  readonly item: Item;
}

type Spanned = { readonly start: string; readonly end: string };

/** Reads the instants of a section; a wrong one is refused under the name of its field. */
export function dated<Item extends Spanned>(
  items: readonly Item[] | undefined,
  section: string,
): Dated<Item>[] {
  return (items ?? []).map((item, i) => ({ item, ...span(item, `${section}[${i}]`) }));
}

/** Reads when things opened and were resolved: with `Infinity` while they are open, without length if never open. */
export function lasting<Item extends { readonly openedAt: string; readonly resolvedAt?: string | undefined }>(
  items: readonly Item[] | undefined,
  section: string,
): Dated<Item>[] {
  return (items ?? []).map((item, i) => {
    const { openedAt, resolvedAt } = item;
    const start = instant(openedAt, `${section}[${i}].openedAt`);
    const end = resolvedAt === undefined ? Infinity : instant(resolvedAt, `${section}[${i}].resolvedAt`);
    if (start <= end) return { item, start, end };
    throw new Rejected(
      'INTERVAL_INVALID',
      `${section}[${i}].resolvedAt must not lie before its openedAt.`,
      'LIB-05.5',
    );
  });
}

/** Reads a bare list of intervals. */
export function spans(items: readonly Spanned[], section: string): Interval[] {
  return items.map((item, i) => span(item, `${section}[${i}]`));
}

/** Indexes by name. Two statements about one thing would be ambiguous and are refused. */
export function named<Item>(
  items: readonly Item[] | undefined,
  section: string,
  name: (item: Item) => string,
): ReadonlyMap<string, Item> {
  const index = new Map<string, Item>();
  for (const [i, item] of (items ?? []).entries()) {
    if (index.has(name(item)))
      throw new Rejected(
        'SNAPSHOT_AMBIGUOUS',
        `${section}[${i}] names ${name(item)}, which an earlier one does too.`,
      );
    index.set(name(item), item);
  }
  return index;
}

/** Indexes by a name that several may share. */
export function grouped<Item>(
  items: readonly Item[] | undefined,
  name: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items ?? []) {
    const group = groups.get(name(item));
    if (group) group.push(item);
    else groups.set(name(item), [item]);
  }
  return groups;
}
