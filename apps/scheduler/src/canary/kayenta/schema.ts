import { z } from 'zod';
import { Name } from '../configuration.js';

const Threshold = z.number().min(0).max(1e6).optional();
const Values = z
  .array(z.union([z.number(), z.null(), z.literal('NaN')]))
  .max(10_080)
  .default([])
  .describe('null or NaN for a value that is not a number');

/** `analysisConfigurations.canary` of a Kayenta metric. */
const Analysis = z.looseObject({
  direction: z.enum(['increase', 'decrease', 'either']).default('either'),
  nanStrategy: z.enum(['remove', 'replace']).default('remove'),
  critical: z.boolean().default(false),
  mustHaveData: z.boolean().default(false),
  muted: z.boolean().default(false),
  outliers: z
    .looseObject({
      strategy: z.enum(['keep', 'remove']).default('keep'),
      outlierFactor: z.number().gt(0).max(1e6).default(3),
    })
    .prefault({}),
  effectSize: z
    .looseObject({
      measure: z.enum(['meanRatio', 'cles']).default('meanRatio'),
      allowedIncrease: Threshold,
      allowedDecrease: Threshold,
      criticalIncrease: Threshold,
      criticalDecrease: Threshold,
    })
    .prefault({}),
});
export type Analysis = z.output<typeof Analysis>;

const Metric = z.looseObject({
  name: Name,
  groups: z.array(Name).max(20).default([]),
  analysisConfigurations: z.looseObject({ canary: Analysis.prefault({}) }).prefault({}),
});
export type KayentaMetric = z.output<typeof Metric>;

const Score = z.number().min(0).max(100).optional();

/** A request in the shapes of Kayenta, whose other fields are let through: a stored canary configuration can be pasted. */
export const KayentaLook = z
  .strictObject({
    mode: z.literal('kayenta'),
    canaryConfig: z.looseObject({
      metrics: z.array(Metric).min(1).max(200),
      classifier: z
        .looseObject({ groupWeights: z.record(Name, z.number().min(0).max(1e6)).default({}) })
        .prefault({}),
    }),
    scoreThresholds: z
      .strictObject({ pass: Score, marginal: Score })
      .prefault({})
      .describe('Commonly 95 and 75; without any, everything passes'),
    metricSetPairList: z
      .array(z.looseObject({ name: Name, values: z.looseObject({ control: Values, experiment: Values }) }))
      .max(200),
  })
  .meta({ id: 'KayentaLook' });
export type KayentaLook = z.output<typeof KayentaLook>;
