/** A generator of numbers in [0, n) that gives the same sequence each time (Park and Miller). */
export function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
}
