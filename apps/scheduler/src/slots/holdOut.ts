import { iso } from '../instant.js';
import type { Foretold } from './calibration.js';
import type { SlotModel } from './model.js';
import { membersOf } from './pool.js';
import { predictor } from './predict.js';
import { brier } from './quality.js';
import type { Lens } from './rolling.js';
import { train } from './train.js';

/** How a model in use and one trained anew foretold the newest outcomes. */
export interface Comparison {
  /** From when on outcomes were held out: the newcomer saw none of them. */
  readonly from: string;
  readonly n: number;
  /** Held-out outcomes that the model in use had already learned from, which speaks for it. */
  readonly seenByCurrent: number;
  readonly brier: { readonly current: number; readonly candidate: number };
  /** Whether the candidate may take its place: its Brier score does not worsen (SCH-08.5). */
  readonly replaces: boolean;
}

/** Share of the outcomes, the newest, that is held out; as in formulas 4.1.6. */
const SHARE = 0.2;
const NOISE = 1e-12;

/**
 * Compares a model in use with one trained on the oldest 80 % of the outcomes of the same pool, on the newest 20 %;
 * SCH-08.5. Null if there are none to hold out.
 */
export function compare(lens: Lens, current: SlotModel, at: number): Comparison | null {
  const { past, subject } = lens;
  const known = membersOf(past.outcomes, subject, current.pool).filter(({ work }) => work.end <= at);
  const from = known[Math.floor(known.length * (1 - SHARE))]?.work.start;
  if (from === undefined) return null;
  const { model: candidate } = train(lens, from);
  const foretell = (model: SlotModel): Foretold[] => {
    const predict = predictor(model, lens.policy.priorWeight);
    return heldOut.map(({ score, work, failed }) => {
      const risk = lens.scale.a + lens.scale.b * score;
      return { probability: predict(risk, work).probability, failed };
    });
  };
  const heldOut = known.filter(({ work }) => work.start >= from);
  const scores = { current: brier(foretell(current)), candidate: brier(foretell(candidate)) };
  const trainedAt = Date.parse(current.trainedAt);
  return {
    from: iso(from),
    n: heldOut.length,
    seenByCurrent: heldOut.filter(({ work }) => work.end <= trainedAt).length,
    brier: scores,
    replaces: scores.candidate <= scores.current + NOISE,
  };
}
