import { z } from 'zod';

export const factorNames = [
  'criticality',
  'blast',
  'scope',
  'history',
  'novelty',
  'reversibility',
  'evidence',
  'timing',
  'exposure',
] as const;
export type FactorName = (typeof factorNames)[number];

export const bandNames = ['LOW', 'MODERATE', 'HIGH', 'CRITICAL'] as const;
export type Band = (typeof bandNames)[number];

export const strategies = ['canary', 'blue-green', 'rolling', 'recreate'] as const;

const Fraction = z.number().min(0).max(1);
const Positive = z.number().positive();
const Weights = z
  .record(z.enum(factorNames), z.number().min(0))
  .refine((weights) => Math.abs(total(weights) - 100) < 1e-6, 'The weights must sum to 100');

/** Shares that sum to 1, so that the factor stays within [0, 1]. */
const Scope = z
  .strictObject({
    components: z.strictObject({ share: Fraction, full: z.number().gt(1) }),
    lines: z.strictObject({ share: Fraction, full: Positive }),
    resources: z.strictObject({ share: Fraction, full: Positive }),
  })
  .refine(
    ({ components, lines, resources }) =>
      Math.abs(components.share + lines.share + resources.share - 1) < 1e-9,
    'The shares must sum to 1',
  );

const AtLeast = z.enum(bandNames);
/** The least band that each fact asks for (4.1.3); `LOW` asks for nothing. */
const Floors = z.strictObject({
  breakGlass: AtLeast,
  openSevereIncident: AtLeast,
  freezeException: AtLeast,
  regulated: AtLeast,
  dataHandlingChange: AtLeast,
  errorBudgetWarning: AtLeast,
});
export type Floors = z.infer<typeof Floors>;

/** Weights, bands and the shape of each factor: everything of 4.1 that a company may change, as data. */
export const RiskModel = z
  .strictObject({
    version: z.string().min(1).max(100),
    year: z.int(),
    source: z.string().min(1),
    weights: Weights,
    /** Score at which each band begins; LOW begins at 0. */
    bands: z
      .strictObject({ MODERATE: z.number().min(0), HIGH: z.number(), CRITICAL: z.number().max(100) })
      .refine(({ MODERATE, HIGH, CRITICAL }) => MODERATE < HIGH && HIGH < CRITICAL, 'The bands must ascend'),
    probability: z
      .strictObject({ a: z.number(), b: z.number().min(0) })
      .describe('P(fail) = 1 / (1 + exp(-(a + b * score)))'),
    organisationRate: Fraction.describe("p0: failure rate of the organisation's counted PROD deployments"),
    toleratedImputations: z
      .int()
      .min(0)
      .describe('More imputed factors than this raise the band by one step'),
    floors: Floors,
    shape: z.strictObject({
      tiers: z.strictObject({ 1: Fraction, 2: Fraction, 3: Fraction, 4: Fraction }),
      blast: z.strictObject({ doublings: Positive, sharedAtLeast: Fraction }),
      scope: Scope,
      history: z.strictObject({
        priorDeployments: Positive,
        full: Positive,
        lastDeployments: z.int().min(1).max(1_000).describe('How many deployments count at most'),
        days: Positive.describe('From how many days'),
      }),
      novelty: z
        .strictObject({ routineDays: z.number().min(0), fullDays: Positive })
        .refine(({ routineDays, fullDays }) => routineDays < fullDays, 'routineDays must be below fullDays'),
      reversibility: z.strictObject({ untested: Fraction, none: Fraction, rehearsalValidDays: Positive }),
      evidence: z.strictObject({ perWaiver: Fraction }),
      timing: z
        .strictObject({ harmless: z.number().min(0), full: Positive })
        .refine(({ harmless, full }) => harmless < full, 'harmless must be below full'),
      exposure: z.strictObject({
        canary: Fraction,
        'blue-green': Fraction,
        rolling: Fraction,
        recreate: Fraction,
      }),
    }),
    /** What a missing input counts as (4.1.2). */
    pessimistic: z.strictObject({
      tier: z.literal([1, 2, 3, 4]),
      dependents: z.int().min(0),
      components: z.int().min(1),
      lines: z.int().min(0),
      resources: z.int().min(0),
      failureRate: Fraction,
      rollback: z.literal(['none', 'irreversible', 'untested']),
      waivedGates: z.int().min(0),
      slotMultiplier: z.number().min(0),
      strategy: z.enum(strategies),
    }),
  })
  .meta({ id: 'RiskModel' });
export type RiskModel = z.infer<typeof RiskModel>;

/** The model a new installation starts with: expert weights, no outcomes behind them yet. */
export const initialRiskModel: RiskModel = {
  version: '1',
  year: 2026,
  source: 'formulas 4.1, initial weights',
  weights: {
    criticality: 20,
    blast: 12,
    scope: 12,
    history: 18,
    novelty: 8,
    reversibility: 12,
    evidence: 8,
    timing: 6,
    exposure: 4,
  },
  bands: { MODERATE: 30, HIGH: 55, CRITICAL: 75 },
  probability: { a: -3.6, b: 0.045 },
  organisationRate: 0.15,
  toleratedImputations: 3,
  floors: {
    breakGlass: 'CRITICAL',
    openSevereIncident: 'HIGH',
    freezeException: 'HIGH',
    regulated: 'MODERATE',
    dataHandlingChange: 'MODERATE',
    errorBudgetWarning: 'MODERATE',
  },
  shape: {
    tiers: { 1: 1, 2: 0.6, 3: 0.3, 4: 0.1 },
    blast: { doublings: 5, sharedAtLeast: 0.8 },
    scope: {
      components: { share: 0.5, full: 5 },
      lines: { share: 0.3, full: 2000 },
      resources: { share: 0.2, full: 50 },
    },
    history: { priorDeployments: 10, full: 0.4, lastDeployments: 20, days: 180 },
    novelty: { routineDays: 7, fullDays: 90 },
    reversibility: { untested: 0.5, none: 1, rehearsalValidDays: 90 },
    evidence: { perWaiver: 0.34 },
    timing: { harmless: 0.5, full: 2 },
    exposure: { canary: 0.2, 'blue-green': 0.2, rolling: 0.5, recreate: 1 },
  },
  pessimistic: {
    tier: 1,
    dependents: 31,
    components: 5,
    lines: 2000,
    resources: 50,
    failureRate: 0.4,
    rollback: 'none',
    waivedGates: 3,
    slotMultiplier: 2,
    strategy: 'recreate',
  },
};

export function total(weights: Readonly<Record<FactorName, number>>): number {
  return factorNames.reduce((sum, name) => sum + weights[name], 0);
}
