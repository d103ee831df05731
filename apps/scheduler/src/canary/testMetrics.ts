import { type Chance, normal, poisson } from './testChance.js';
import type { Metric } from './testLook.js';

/** A kind of metric as it is simulated: minute by minute, with an effect on its level. */
export interface Simulated {
  readonly name: string;
  readonly level: number;
  /** What a critical regression adds to the level; a tolerated one adds `tolerance`. */
  readonly critical: number;
  readonly tolerance: number;
  readonly configuration: Partial<Metric>;
  /** So many minutes at this level. */
  series(random: Chance, minutes: number, level: number): number[];
}

const many = (minutes: number, one: () => number) => Array.from({ length: minutes }, one);
const relative = { level: 200, tolerance: 20, critical: 50, configuration: {} };
const absolute = (tolerance: number, criticalTolerance: number) => ({
  tolerance,
  critical: criticalTolerance,
  configuration: { absolute: true, tolerance, criticalTolerance },
});

/** Levels are medians, or means for counts. */
export const simulatedMetrics: readonly Simulated[] = [
  {
    ...relative,
    name: 'normal, deviation 5 %',
    series: (random, minutes, level) => many(minutes, () => level + 10 * normal(random)),
  },
  {
    ...relative,
    name: 'normal, deviation 20 %',
    series: (random, minutes, level) => many(minutes, () => level + 40 * normal(random)),
  },
  {
    ...relative,
    name: 'skewed (log-normal, σ = 0.5)',
    series: (random, minutes, level) => many(minutes, () => level * Math.exp(0.5 * normal(random))),
  },
  {
    ...relative,
    name: 'autocorrelated (0.6), deviation 10 %',
    series: autocorrelated,
  },
  {
    name: 'counts, 20 a minute',
    level: 20,
    tolerance: 2,
    critical: 5,
    configuration: {},
    series: (random, minutes, level) => many(minutes, () => poisson(random, level)),
  },
  {
    name: 'sparse counts, 0.3 a minute',
    level: 0.3,
    ...absolute(0.2, 0.6),
    series: (random, minutes, level) => many(minutes, () => poisson(random, level)),
  },
  {
    name: 'zero-inflated (80 % zeros)',
    level: 1,
    ...absolute(1, 4),
    series: (random, minutes, level) =>
      many(minutes, () => (random() < 0.8 ? 0 : -5 * level * Math.log(1 - random()))),
  },
];

function autocorrelated(random: Chance, minutes: number, level: number): number[] {
  let state = normal(random);
  return many(minutes, () => {
    state = 0.6 * state + 0.8 * normal(random);
    return level + 20 * state;
  });
}
