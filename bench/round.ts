/** What one go of a contender gave: rates, latencies, counts, by name. */
export type Figures = Readonly<Record<string, number>>;

/** One go. A warm-up is thrown away, and may be shorter. */
export type Contender = (warm: boolean) => Promise<Figures>;

/** What every round gave, by contender. */
export type Results<Name extends string> = Readonly<Record<Name, readonly Figures[]>>;

/**
 * Lets contenders take turns, so that what slows the machine slows them alike: a warm-up each, then in every second round
 * the other way about.
 */
export async function compete<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
  say: (line: string) => void,
): Promise<Results<Name>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>;
  for (const name of names) await contenders[name](true);
  for (let round = 1; round <= rounds; round++)
    for (const name of round % 2 ? names : names.toReversed()) {
      const figures = await contenders[name](false);
      results[name].push(figures);
      say(`round ${round}, ${name}: ${shown(figures)}`);
    }
  return results;
}

/** One figure of one contender, a value a round. */
export const figure = (results: readonly Figures[], name: string): number[] =>
  results.map((figures) => {
    const value = figures[name];
    if (value === undefined) throw new RangeError(`No round gave ${name}.`);
    return value;
  });

const shown = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');

/** A number as people read it: three digits that count. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
