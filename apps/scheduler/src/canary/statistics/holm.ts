/**
 * Adjusted p values in the order given: the smallest times the number of tests, the next times one less, and so on, none
 * smaller than one before it, none above 1. Keeps the chance of any false alarm among them below the level they are
 * compared with, whatever their dependence. Source: formulas 4.3.4; Holm (1979).
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const adjusted = values.map(() => 0);
  let least = 0;
  order.forEach((index, place) => {
    least = Math.max(least, Math.min(1, values[index]! * (values.length - place)));
    adjusted[index] = least;
  });
  return adjusted;
}
