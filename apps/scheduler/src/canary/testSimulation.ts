import { judge } from './judge.js';
import { judgeLikeKayenta } from './kayenta/judge.js';
import { chance, type Chance } from './testChance.js';
import { type Input, looks } from './testLook.js';
import type { Simulated } from './testMetrics.js';

/** What a judge says of one metric on one look. */
export type Judge = (metric: Simulated, control: number[], canary: number[]) => string;

/** Of so many looks at one metric, the share that ended so. `effect` is added to the level of the canary. */
export function shares(
  judgeOne: Judge,
  metric: Simulated,
  { runs, minutes, effect, seed }: { runs: number; minutes: number; effect: number; seed: number },
): Readonly<Record<string, number>> {
  const random = chance(seed);
  const found: Record<string, number> = {};
  for (let run = 0; run < runs; run++) {
    const control = metric.series(random, minutes, metric.level);
    const canary = metric.series(random, minutes, metric.level + effect);
    const result = judgeOne(metric, control, canary);
    found[result] = (found[result] ?? 0) + 1 / runs;
  }
  return found;
}

export const slipway: Judge = ({ configuration }, control, canary) =>
  judge(looks([[configuration, control, canary]])).metrics[0]!.result;

/** With the same tolerance, as far as it has one: a ratio of the means. */
export const kayenta: Judge = ({ level, tolerance }, control, experiment) => {
  const effectSize = { allowedIncrease: 1 + tolerance / level };
  const canary = { direction: 'increase' as const, effectSize };
  const { results } = judgeLikeKayenta({
    mode: 'kayenta',
    canaryConfig: { metrics: [{ name: 'm', analysisConfigurations: { canary } }] },
    metricSetPairList: [{ name: 'm', values: { control, experiment } }],
  });
  return results[0]!.class;
};

export type End = 'COMPLETE' | 'ROLL_BACK' | 'HOLD';

/**
 * A whole analysis: four steps of 40 minutes, extended by as much again, on metrics of every kind at once, of which one
 * (or none) has an effect as large as a critical regression.
 */
export function analyse(metrics: readonly Simulated[], random: Chance, affected: number | undefined): End {
  const fresh = () => metrics.map((metric, index) => series(metric, random, index === affected));
  for (let step = 1; ; step++) {
    let soak = fresh();
    for (let extensionsUsed = 0; ; extensionsUsed++) {
      const { action } = judge({ ...lookAt(metrics, soak), step, extensionsUsed });
      if (action === 'ROLL_BACK' || action === 'HOLD' || action === 'COMPLETE') return action;
      if (action === 'ADVANCE') break;
      const more = fresh();
      soak = soak.map(({ control, canary }, i) => ({
        control: [...control, ...more[i]!.control],
        canary: [...canary, ...more[i]!.canary],
      }));
    }
  }
}

interface Soak {
  readonly control: number[];
  readonly canary: number[];
}

function series({ level, critical, series: make }: Simulated, random: Chance, affected: boolean): Soak {
  return { control: make(random, 40, level), canary: make(random, 40, affected ? level + critical : level) };
}

function lookAt(metrics: readonly Simulated[], soak: readonly Soak[]): Input {
  return looks(metrics.map(({ configuration }, i) => [configuration, soak[i]!.control, soak[i]!.canary]));
}
