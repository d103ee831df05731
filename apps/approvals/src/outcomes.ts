import { z } from 'zod';
import { factorNames } from './riskModel.js';
import type { Weights } from './weightBounds.js';

const Share = z.number().min(0).max(1);
const Positive = z.number().positive().max(1e12);

/** Numbers of 4.1.6 and APR-03 that a company may change. */
export const RecalibrationRules = z.strictObject({
  version: z.string().min(1).max(100),
  year: z.int(),
  source: z.string().min(1),
  windowDays: Positive,
  halfLifeDays: Positive,
  minOutcomes: z.int().min(1),
  minFailures: z.int().min(0),
  trainShare: z.number().gt(0).lt(1),
  /** Precision of the prior around the current weights, in log-odds over a factor's whole range. */
  strength: Positive,
  step: z.number().gt(0).lt(1),
  minBrierGain: Share,
  maxAucDrop: Share,
  rate: z
    .strictObject({ least: Share, most: Share })
    .refine(({ least, most }) => least <= most, 'least must not be above most'),
});
export type RecalibrationRules = z.infer<typeof RecalibrationRules>;

export const initialRecalibration: RecalibrationRules = {
  version: '1',
  year: 2026,
  source: 'formulas 4.1.6, APR-03',
  windowDays: 365,
  halfLifeDays: 90,
  minOutcomes: 100,
  minFailures: 10,
  trainShare: 0.8,
  strength: 1,
  step: 0.2,
  minBrierGain: 0.01,
  maxAucDrop: 0.01,
  rate: { least: 0.02, most: 0.4 },
};

const Factor = z.number().min(0).max(1);

/** What became of one assessed deployment: its factor values as stored then, and whether the change failed (MET-04). */
export const Outcome = z.strictObject({
  id: z.string().min(1).max(200),
  endedAt: z.iso.datetime({ offset: true }),
  failed: z.boolean(),
  factors: z.record(z.enum(factorNames), Factor),
});
export type Outcome = z.infer<typeof Outcome>;

/** An outcome with how much it counts: half as much each half-life. */
export type Weighted = Outcome & { readonly weight: number };

const DAY = 86_400_000;

/** The outcomes of the window before `at`, oldest first; among equal instants by id, whatever order they came in. */
export function inWindow(
  outcomes: readonly Outcome[],
  at: number,
  rules: RecalibrationRules,
): readonly Weighted[] {
  return outcomes
    .map((outcome) => ({ ...outcome, age: (at - Date.parse(outcome.endedAt)) / DAY }))
    .filter(({ age }) => age >= 0 && age < rules.windowDays)
    .sort((a, b) => b.age - a.age || (a.id < b.id ? -1 : 1))
    .map(({ age, ...outcome }) => ({ ...outcome, weight: 0.5 ** (age / rules.halfLifeDays) }));
}

/** The score that these weights give to the factors of an outcome. */
export function scoreOf(factors: Outcome['factors'], weights: Weights): number {
  return factorNames.reduce((score, name) => score + weights[name] * factors[name], 0);
}
