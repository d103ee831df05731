import type { Ascending } from './ascending.js';

/** The percentile with linear interpolation between order statistics; Hyndman and Fan (1996), definition 7. */
export function percentile(sample: Ascending, per100: number): number {
  const place = ((sample.length - 1) * per100) / 100;
  const below = sample[Math.floor(place)]!;
  const above = sample[Math.ceil(place)]!;
  return below + (place % 1) * (above - below);
}
