import { accept, Rejected } from '#events';
import type { Candidate } from '../conflict/candidate.js';
import { evaluate } from '../conflict/conflicts.js';
import type { Code, Conflict } from '../conflict/finding.js';
import { prepare, type Prepared } from '../conflict/prepare.js';
import { notEvaluated } from '../conflict/rules.js';
import { instant, iso, moment } from '../instant.js';
import type { Quality } from './calibration.js';
import { feasible, requested, slotBudget } from './feasible.js';
import type { History } from './history.js';
import { acceptModel, type SlotModel } from './model.js';
import { refuseLong } from './past.js';
import { policyOf } from './policy.js';
import { type Contributions, predictor } from './predict.js';
import { initialScale, SlotQuestion } from './question.js';
import { best, deadlineOf, price, type Priced, type Served } from './rank.js';
import { says, servedBy } from './says.js';
import { train } from './train.js';
import { lensOf } from './training.js';

/** A slot as it is offered. */
export interface Slot {
  readonly environment: string;
  readonly start: string;
  readonly end: string;
  /** J of formulas 4.5.4; null when only the load is ranked. */
  readonly cost: number | null;
  readonly probability: number | null;
  /** 90 % interval of the probability; null unless the model is served. */
  readonly interval: readonly [number, number] | null;
  /** Log-odds that add up to the raw probability; `timing`, `load` and `incidents` only if the model is served. */
  readonly contributions: Contributions | Pick<Contributions, 'risk'> | null;
  readonly multiplier: number | null;
  readonly loadPercentile: number | null;
  readonly incidentsPerHour: number | null;
  readonly delayDays: number;
  readonly notes: readonly ('LOAD_UNKNOWN' | 'LOAD_THIN' | 'INCIDENTS_UNKNOWN' | 'LATE')[];
  /** Conflicts that remain, none of them a blocker. */
  readonly warnings: readonly Conflict[];
}

export interface Recommendation {
  readonly served: Served;
  /** In sentences: what the ranking rests on, and what is not known. */
  readonly says: readonly string[];
  readonly model: Pick<SlotModel, 'trainedAt' | 'zone' | 'pool' | 'outcomes' | 'verdict'> & {
    version: string;
  };
  readonly calibration: {
    readonly method: SlotModel['calibration']['method'];
    readonly quality: Quality | null;
  };
  readonly considered: number;
  readonly excluded: Partial<Record<Code, number>>;
  /** Conflict rules for which the snapshot lacks something: not known is not free. */
  readonly notEvaluated: readonly Code[];
  readonly slots: readonly Slot[];
}

/**
 * The best slots for a draft deployment by the model of formulas 4.5, none with a blocker; SCH-08. The answer depends on
 * nothing but the arguments, and not on the order of any list.
 * @throws Rejected `INVALID_INPUT` naming the field, `WINDOWS_UNKNOWN`, `SLOT_TOO_LONG`, and what the conflict rules and
 * `acceptModel` refuse.
 */
export function recommend(given: SlotQuestion, present: Date): Recommendation {
  refuseLong((given as Partial<SlotQuestion> | undefined)?.history);
  const question = accept(SlotQuestion, given, { under: 'question', ref: '4.5' });
  const now = question.now === undefined ? moment(present) : instant(question.now, 'now');
  if (question.snapshot.windows === undefined)
    throw new Rejected(
      'WINDOWS_UNKNOWN',
      'snapshot.windows must be given: slots are looked for in windows, and an empty list says that there are none.',
      'SCH-08.1',
    );
  const world = prepare(question.snapshot);
  const model = question.history
    ? trained(question, question.history, world, now)
    : acceptModel(question.model!);
  return answer(question, model, world, now);
}

/** A model of the services of the candidate, which knows their tier and providers from the snapshot. */
function trained(
  { candidate: { services, team }, risk, policy }: SlotQuestion,
  history: History,
  world: Prepared,
  now: number,
): SlotModel & { version: string } {
  const tiers = services
    .map((service) => world.services.get(service)?.tier)
    .filter((tier) => tier !== undefined);
  const tier = tiers.length === 0 ? undefined : Math.min(...tiers);
  const edges = services.flatMap((service) => world.graph.ofConsumer.get(service) ?? []);
  const dependencies = edges.map(({ provider }) => provider);
  return train(lensOf({ subject: { services, team, tier }, dependencies, history, risk, policy }, now), now)
    .model;
}

function answer(
  question: SlotQuestion,
  model: SlotModel & { version: string },
  world: Prepared,
  now: number,
): Recommendation {
  const { candidate, score, risk: { a, b } = initialScale } = question;
  const policy = policyOf(question.policy);
  const served = servedBy(model, policy);
  const drafts = draftsOf(question);
  const grid = { ...policy, spend: slotBudget() };
  const found = drafts.map((draft) => feasible(draft, world, now, grid));
  const pricing = {
    predict: predictor(model, policy.priorWeight),
    served,
    risk: a + b * score,
    requested: requested(candidate),
    deadline: deadlineOf(candidate, question.snapshot),
    policy,
  };
  const priced = found.flatMap(({ free }) => free.map((start) => price(start, pricing)));
  const slots = best(priced, policy).map((one) => slotOf(one, served, warningsOf(one, drafts, world, now)));
  const { version, trainedAt, zone, pool, outcomes, verdict } = model;
  return {
    served,
    says: says(model, served, policy),
    model: { version, trainedAt, zone, pool, outcomes, verdict },
    calibration: { method: model.calibration.method, quality: model.quality },
    considered: found.reduce((sum, { considered }) => sum + considered, 0),
    excluded: total(found.map(({ excluded }) => excluded)),
    notEvaluated: notEvaluated(question.snapshot),
    slots,
  };
}

function draftsOf({ candidate, environments = [candidate.environment] }: SlotQuestion): Candidate[] {
  return [...new Set(environments)].sort().map((environment) => ({ ...candidate, environment }));
}

function warningsOf(one: Priced, drafts: readonly Candidate[], world: Prepared, now: number): Conflict[] {
  const draft = drafts.find(({ environment }) => environment === one.environment)!;
  const free = { earliest: undefined, latest: undefined };
  return evaluate(
    { ...draft, ...free, start: iso(one.work.start), end: iso(one.work.end) },
    world,
    new Date(now),
  );
}

function slotOf(one: Priced, served: Served, warnings: readonly Conflict[]): Slot {
  const { prediction, late } = one;
  const { contributions, loadPercentile, incidentsPerHour } = prediction;
  const ofModel = served === 'MODEL';
  return {
    environment: one.environment,
    start: iso(one.work.start),
    end: iso(one.work.end),
    cost: one.cost,
    probability: one.probability,
    interval: ofModel ? prediction.interval() : null,
    contributions: ofModel ? contributions : served === 'LOAD_ONLY' ? null : { risk: contributions.risk },
    multiplier: ofModel ? prediction.multiplier : null,
    loadPercentile,
    incidentsPerHour,
    delayDays: one.delayDays,
    notes: [
      ...(loadPercentile === null ? (['LOAD_UNKNOWN'] as const) : []),
      ...(prediction.thin ? (['LOAD_THIN'] as const) : []),
      ...(incidentsPerHour === null ? (['INCIDENTS_UNKNOWN'] as const) : []),
      ...(late ? (['LATE'] as const) : []),
    ],
    warnings,
  };
}

function total(counts: readonly Partial<Record<Code, number>>[]): Partial<Record<Code, number>> {
  const sums: Partial<Record<Code, number>> = {};
  for (const [code, count] of counts.flatMap((each) => Object.entries(each) as [Code, number][]))
    sums[code] = (sums[code] ?? 0) + count;
  return sums;
}
