import type { Candidate } from '../conflict/candidate.js';
import type { Snapshot } from '../conflict/snapshot.js';
import { DAY, instant } from '../instant.js';
import type { Start } from './feasible.js';
import { sigmoid } from './logOdds.js';
import type { SlotPolicy } from './policy.js';
import type { Predict, Prediction } from './predict.js';

/** What an answer rests on: the model, the risk score alone, or no probability at all. */
export type Served = 'MODEL' | 'RISK_SCORE' | 'LOAD_ONLY';

/** A start with all that its rank depends on. */
export interface Priced extends Start {
  readonly prediction: Prediction;
  /** Null when only the load is ranked. */
  readonly probability: number | null;
  /** J of formulas 4.5.4; null when only the load is ranked. */
  readonly cost: number | null;
  readonly delayDays: number;
  /** Does not end before a deadline. */
  readonly late: boolean;
  /** What starts are ordered by, once known and unknown load are apart. */
  readonly order: number;
}

/** What prices a start, the same for all of one question. */
export interface Pricing {
  readonly predict: Predict;
  readonly served: Served;
  readonly risk: number;
  readonly requested: number;
  readonly deadline: number;
  readonly policy: Required<SlotPolicy>;
}

/**
 * J = p·(1 + 0.5·load percentile) + 0.01·days of delay, + 0.20 when late; formulas 4.5.4. A load that is not known counts
 * as the highest. Without probabilities the load percentile, + 0.20 when late, stands for J (SCH-08.3).
 */
export function price(start: Start, { predict, served, risk, requested, deadline, policy }: Pricing): Priced {
  const prediction = predict(risk, start.occupied);
  const load = prediction.loadPercentile ?? 1;
  const delayDays = (start.work.start - requested) / DAY;
  const late = start.work.end > deadline;
  const lateness = late ? policy.lateCost : 0;
  const probability = { MODEL: prediction.probability, RISK_SCORE: sigmoid(risk), LOAD_ONLY: null }[served];
  const cost =
    probability === null
      ? null
      : withoutNoise(probability * (1 + policy.loadCost * load) + policy.dayCost * delayDays + lateness);
  const order = cost ?? withoutNoise(load + lateness);
  return { ...start, prediction, probability, cost, delayDays, late, order };
}

/**
 * The best of them, at most `perInterval` of one contiguous free interval and `results` in all: a known load before an
 * unknown one whatever they cost, then lower cost, then earlier start, then environment id; formulas 4.5.4.
 */
export function best(
  priced: readonly Priced[],
  { perInterval, results }: Pick<Required<SlotPolicy>, 'perInterval' | 'results'>,
): Priced[] {
  const kept = new Map<string, number>();
  const chosen: Priced[] = [];
  for (const one of priced.toSorted(byRank)) {
    const sofar = kept.get(one.run) ?? 0;
    if (chosen.length < results && sofar < perInterval) chosen.push(one);
    kept.set(one.run, sofar + 1);
  }
  return chosen;
}

/** The first deadline that a commitment sets for one of the services; `Infinity` without any. CAT-04.6. */
export function deadlineOf({ services }: Candidate, { commitments = [] }: Snapshot): number {
  const own = new Set(services);
  const ends = commitments.map((one, i) => ({ ...one, end: instant(one.end, `commitments[${i}].end`) }));
  return ends
    .filter(({ effect }) => effect === 'DEADLINE')
    .filter((one) => !one.services?.length || one.services.some((service) => own.has(service)))
    .reduce((first, { end }) => Math.min(first, end), Infinity);
}

function byRank(a: Priced, b: Priced): number {
  return (
    unknown(a) - unknown(b) ||
    a.order - b.order ||
    a.work.start - b.work.start ||
    (a.environment < b.environment ? -1 : 1)
  );
}

function unknown({ prediction }: Priced): number {
  return prediction.loadPercentile === null ? 1 : 0;
}

/** Costs that differ only by how binary fractions were added up are equal. */
function withoutNoise(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}
