/** Numbers between 0 (included) and 1 that look random and are the same for the same seed. */
export type Chance = () => number;

/** Marsaglia's xorshift with 128 bits of state (2003), warmed up. */
export function chance(seed: number): Chance {
  let [x, y, z, w] = [seed | 1, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  const next = () => {
    const mixed = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ mixed ^ (mixed >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 64; i++) next();
  return next;
}

/** A standard normal number; Box and Muller (1958). */
export function normal(random: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A count of events of which `mean` are expected; by multiplying uniform numbers (Knuth), for means up to a few hundred. */
export function poisson(random: Chance, mean: number): number {
  let [count, product] = [0, random()];
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random();
  return count;
}
