import { accept, Rejected } from '#events';
import { sigmoid } from './logistic.js';
import { factors, remedies } from './riskFactors.js';
import { complete, type CompleteInputs, RiskInputs } from './riskInputs.js';
import {
  type Band,
  bandNames,
  type FactorName,
  factorNames,
  type Floors,
  initialRiskModel,
  RiskModel,
} from './riskModel.js';

export { RiskInputs } from './riskInputs.js';

export interface ScoredFactor {
  readonly name: FactorName;
  /** f in [0, 1]; 1 is the worst. */
  readonly value: number;
  /** weight * value: what the factor adds to the score. */
  readonly points: number;
  readonly weight: number;
  readonly imputed: boolean;
  /** The single act that takes most points away (`points` is negative), or null where none would. */
  readonly improvement: { readonly action: string; readonly points: number } | null;
}

export interface Floor {
  readonly code: string;
  readonly atLeast: Band;
  readonly reason: string;
}

export interface Assessment {
  /** 0 to 100, rounded half up to one decimal. */
  readonly score: number;
  /** The score that bands are compared with. */
  readonly unrounded: number;
  readonly band: Band;
  /** P(fail), 0 to 1. */
  readonly probability: number;
  readonly lowConfidence: boolean;
  /** Largest contribution first. */
  readonly factors: readonly ScoredFactor[];
  /** Every floor that applies, whether or not it raised the band. */
  readonly floors: readonly Floor[];
  readonly modelVersion: string;
}

/**
 * The change risk score: nine weighted factors, a band with floors, a failure probability and an explanation.
 * Source: formulas 4.1. Missing inputs are imputed pessimistically; more than the tolerated number of imputed
 * factors raises the band by one step, never the score.
 * @throws Rejected `INVALID_INPUT` naming the field, `INVALID_MODEL`, or `IMPACT_ASSESSMENT_REQUIRED`.
 */
export function assess(given: RiskInputs, model: RiskModel = initialRiskModel): Assessment {
  accept(RiskModel, model, { code: 'INVALID_MODEL', whole: 'model', ref: '4.1' });
  const inputs = accept(RiskInputs, given, { ref: '4.1' });
  refuseUnassessed(inputs);
  refuseLongHistory(inputs, model);
  const completed = complete(inputs, model);
  const scored = factorNames.map((name) => scoreFactor(name, inputs, completed, model));
  const unrounded = withoutNoise(scored.reduce((sum, { points }) => sum + points, 0));
  const lowConfidence = completed.imputed.size > model.toleratedImputations;
  const floors = floorsOf(inputs, model.floors);
  return {
    score: roundHalfUp(unrounded),
    unrounded,
    band: raise(bandOf(unrounded, model), lowConfidence, floors),
    probability: failureProbability(unrounded, model),
    lowConfidence,
    factors: scored.toSorted((a, b) => b.points - a.points),
    floors,
    modelVersion: model.version,
  };
}

/** The band of an unrounded score, before imputation and floors (4.1.1). */
export function bandOf(score: number, { bands }: Pick<RiskModel, 'bands'>): Band {
  if (score >= bands.CRITICAL) return 'CRITICAL';
  if (score >= bands.HIGH) return 'HIGH';
  return score >= bands.MODERATE ? 'MODERATE' : 'LOW';
}

/** P(fail) of a score, 0 to 1 (4.1.5). */
export function failureProbability(score: number, { probability }: Pick<RiskModel, 'probability'>): number {
  return sigmoid(probability.a + probability.b * score);
}

function refuseUnassessed({ sharedInfrastructure, impactAssessed }: RiskInputs): void {
  if (!sharedInfrastructure || impactAssessed !== false) return;
  throw new Rejected(
    'IMPACT_ASSESSMENT_REQUIRED',
    'A shared-infrastructure change is scored after its impact assessment is complete.',
    'APR-02.6',
  );
}

function refuseLongHistory({ services }: RiskInputs, { shape }: RiskModel): void {
  const { lastDeployments } = shape.history;
  const i = (services ?? []).findIndex(({ deployments = 0 }) => deployments > lastDeployments);
  if (i < 0) return;
  throw new Rejected(
    'INVALID_INPUT',
    `services.${i}.deployments: Too big: expected number to be <=${lastDeployments}.`,
    '4.1',
  );
}

function scoreFactor(
  name: FactorName,
  inputs: RiskInputs,
  completed: CompleteInputs,
  model: RiskModel,
): ScoredFactor {
  const weight = model.weights[name];
  const value = factors[name](completed, model.shape);
  const points = weight * value;
  const imputed = completed.imputed.has(name);
  const improvement = bestOf(
    remedies[name].map(({ action, apply }) => {
      const after = factors[name](complete(apply(inputs, model), model), model.shape);
      return { action: action(inputs), points: withoutNoise(weight * after - points) };
    }),
  );
  return { name, value, points, weight, imputed, improvement };
}

function bestOf(
  improvements: readonly NonNullable<ScoredFactor['improvement']>[],
): ScoredFactor['improvement'] {
  return improvements.reduce<ScoredFactor['improvement']>(
    (best, each) => (each.points < (best?.points ?? 0) ? each : best),
    null,
  );
}

const floorRules: readonly { readonly flag: keyof Floors; readonly code: string; readonly reason: string }[] =
  [
    { flag: 'breakGlass', code: 'BREAK_GLASS', reason: 'Break-glass is in use.' },
    {
      flag: 'openSevereIncident',
      code: 'OPEN_SEVERE_INCIDENT',
      reason: 'A SEV1 or SEV2 incident is open on the service or a direct hard dependency.',
    },
    {
      flag: 'freezeException',
      code: 'FREEZE_EXCEPTION',
      reason: 'It overlaps an active freeze by exception.',
    },
    { flag: 'regulated', code: 'REGULATED', reason: 'The environment is regulated.' },
    { flag: 'dataHandlingChange', code: 'DATA_HANDLING', reason: 'It changes how data are handled.' },
    { flag: 'errorBudgetWarning', code: 'ERROR_BUDGET_WARNING', reason: 'The error budget is in warning.' },
  ];

function floorsOf(inputs: RiskInputs, floors: Floors): readonly Floor[] {
  return floorRules
    .filter(({ flag }) => inputs[flag] === true)
    .map(({ flag, code, reason }) => ({ code, atLeast: floors[flag], reason }));
}

function raise(band: Band, byOne: boolean, floors: readonly Floor[]): Band {
  const steps = [
    bandNames.indexOf(band) + (byOne ? 1 : 0),
    ...floors.map(({ atLeast }) => bandNames.indexOf(atLeast)),
  ];
  return bandNames[Math.min(Math.max(...steps), bandNames.length - 1)]!;
}

/** Binary fractions leave noise at 1e-14 that must not decide a band: 29.999999999999996 is 30. */
function withoutNoise(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

function roundHalfUp(value: number): number {
  return Math.floor(withoutNoise(value * 10) + 0.5) / 10;
}
