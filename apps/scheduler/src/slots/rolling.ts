import { DAY } from '../instant.js';
import { calibrate, type Calibration } from './calibration.js';
import { sigmoid } from './logOdds.js';
import type { SlotModel } from './model.js';
import type { Past, Seen } from './past.js';
import type { SlotPolicy } from './policy.js';
import { membersOf, type Subject } from './pool.js';
import { predictor } from './predict.js';
import { type Profile, profileAt } from './profile.js';
import type { RiskScale } from './question.js';
import { fitLogistic } from './ridge.js';

/** A deployment with the parts of the log-odds that could be known before it, and what became of it. */
export interface Row {
  readonly risk: number;
  readonly timing: number;
  /** Deviations, not yet weighted; 0 where nothing at all was known. */
  readonly load: number;
  readonly incidents: number;
  readonly failed: boolean;
}

/** A stretch that is predicted from the profile at its origin. */
export interface Stretch {
  readonly origin: number;
  readonly profile: Profile;
  readonly observedRate: number;
  readonly rows: readonly Row[];
}

/** What a history is looked at with. */
export interface Lens {
  readonly past: Past;
  readonly subject: Subject;
  readonly scale: RiskScale;
  readonly policy: Required<SlotPolicy>;
}

/** The part of a model that is fitted to predictions made before their outcome. */
export type Fitted = Pick<SlotModel, 'weights' | 'calibration'>;

/**
 * The stretches before `at`, newest first: the outcomes of the pool that started in each, with what the profile at its
 * origin says of them; formulas 4.5.6. What ended after `at`, or was under way at an origin, is in none.
 */
export function stretches(
  { past, subject, scale, policy }: Lens,
  at: number,
  pool: SlotModel['pool'],
): Stretch[] {
  const known = membersOf(past.outcomes, subject, pool).filter(({ work }) => work.end <= at);
  return Array.from({ length: 2 * policy.origins }, (_, i) => {
    const origin = at - (i + 1) * policy.originDays * DAY;
    const { profile, observedRate } = profileAt(past, subject, origin, policy);
    const predict = predictor(unweighted(profile), policy.priorWeight);
    const rows = known
      .filter(({ work }) => work.start >= origin && work.start < origin + policy.originDays * DAY)
      .map(({ score, work, failed }: Seen) => {
        const { risk, timing, load, incidents } = predict(scale.a + scale.b * score, work).contributions;
        return { risk, timing, load: load ?? 0, incidents: incidents ?? 0, failed };
      });
    return { origin, profile, observedRate, rows };
  });
}

/** Whether the profile of a stretch had enough deployments to predict anything. */
export function isFounded(
  { profile }: Stretch,
  { poolMinimum }: Pick<Required<SlotPolicy>, 'poolMinimum'>,
): boolean {
  return profile.outcomes >= poolMinimum;
}

/** Weights and calibration from stretches that were predicted before; formulas 4.5.2 and 4.5.3. */
export function fit(before: readonly Stretch[], policy: Required<SlotPolicy>): Fitted {
  const rows = before
    .filter((stretch) => isFounded(stretch, policy))
    .flatMap((stretch) => stretch.rows)
    .toSorted(byParts);
  const [load, incidents] = fitLogistic(
    rows.map((row) => ({
      offset: row.risk + row.timing,
      features: [row.load, row.incidents],
      target: Number(row.failed),
    })),
    {
      towards: [policy.loadWeight, policy.incidentWeight],
      strength: policy.ridge,
      least: [0, 0],
      most: [1, 1],
    },
  );
  const weights = { load, incidents };
  return { weights, calibration: calibrationOf(rows, weights, policy) };
}

/** The raw probability of a row under given weights. */
export function rawOf({ risk, timing, load, incidents }: Row, weights: SlotModel['weights']): number {
  return sigmoid(risk + timing + weights.load * load + weights.incidents * incidents);
}

function calibrationOf(
  rows: readonly Row[],
  weights: SlotModel['weights'],
  policy: Required<SlotPolicy>,
): Calibration {
  return calibrate(
    rows.map((row) => ({ probability: rawOf(row, weights), failed: row.failed })),
    policy,
  );
}

function unweighted(profile: Profile): SlotModel {
  return {
    ...profile,
    trainedAt: '',
    weights: { load: 1, incidents: 1 },
    calibration: { method: 'none' },
    quality: null,
    verdict: 'TOO_LITTLE_HISTORY',
  };
}

/** One order for every sum, so that the last digit does not depend on the order of the history. */
function byParts(a: Row, b: Row): number {
  return (
    a.risk - b.risk ||
    a.timing - b.timing ||
    a.load - b.load ||
    a.incidents - b.incidents ||
    Number(a.failed) - Number(b.failed)
  );
}
