import type { z } from 'zod';
import type { Look } from './look.js';

export type Input = z.input<typeof Look>;
export type Metric = Input['configuration']['metrics'][number];
export type Minutes = readonly (number | null)[];

export const enough = { control: 20_000, canary: 20_000 };

export const series = (metric: string, control: Minutes, canary: Minutes) => ({
  metric,
  control: [...control],
  canary: [...canary],
});

/** A look at one metric, latency, without a warm-up. */
export function look(control: Minutes, canary: Minutes, metric: Partial<Metric> = {}): Input {
  return looks([[metric, control, canary]]);
}

/** A look at several metrics without a warm-up; the first is called latency, the others m1, m2, … */
export function looks(
  metrics: readonly (readonly [Partial<Metric>, Minutes, Minutes])[],
  configuration: Partial<Input['configuration']> = {},
): Input {
  const named = metrics.map(([metric, control, canary], index) => {
    const name = metric.name ?? (index === 0 ? 'latency' : `m${index}`);
    return { metric: { bad: 'increase' as const, ...metric, name }, samples: series(name, control, canary) };
  });
  return {
    mode: 'slipway',
    configuration: {
      baseline: 'concurrent',
      policy: { warmUpMinutes: 0 },
      ...configuration,
      metrics: named.map(({ metric }) => metric),
    },
    samples: named.map(({ samples }) => samples),
    requests: enough,
  };
}
