import { z } from 'zod';
import { Instant, Span } from '../conflict/candidate.js';
import { ConflictCode, ConflictFound } from '../conflict/answer.js';
import { Calibration, Quality } from './calibration.js';
import { pools, SlotModel } from './model.js';

const Count = z.int().min(0);
const LogOdds = z.number();
const Known = LogOdds.nullable().describe('Null: not known at all, so not added');
const Probability = z.number().min(0).max(1);
const Model = SlotModel.extend({ version: z.string().describe('Hash of all the rest') });

const Contributions = z
  .object({ risk: LogOdds, timing: LogOdds, load: Known, incidents: Known })
  .meta({ id: 'SlotContributions' });

const Slot = z
  .object({
    environment: z.string(),
    ...Span,
    cost: z.number().nullable().describe('J of formulas 4.5.4; null when only the load is ranked'),
    probability: Probability.nullable().describe('Of failure; null when only the load is ranked'),
    interval: z
      .tuple([Probability, Probability])
      .nullable()
      .describe('90 % interval of the probability; null unless the model is served'),
    contributions: z
      .union([Contributions, z.object({ risk: LogOdds })])
      .nullable()
      .describe('Log-odds that add up to the raw probability; beyond `risk` only if the model is served'),
    multiplier: z.number().nullable().describe('Failure rate of these hours beside that of the pool'),
    loadPercentile: Probability.nullable().describe('Null if the load is not known'),
    incidentsPerHour: z.number().nullable().describe('Null if they are not known'),
    delayDays: z.number().describe('After the requested start'),
    notes: z.array(z.enum(['LOAD_UNKNOWN', 'LOAD_THIN', 'INCIDENTS_UNKNOWN', 'LATE'])),
    warnings: z.array(ConflictFound).describe('Conflicts that remain, none of them a blocker'),
  })
  .meta({ id: 'Slot' });

/** What is answered to the question for slots. */
export const SlotAnswer = z
  .object({
    served: z
      .enum(['MODEL', 'RISK_SCORE', 'LOAD_ONLY'])
      .describe('What the answer rests on: the model, the risk score alone, or no probability at all'),
    says: z.array(z.string()).describe('In sentences: what the ranking rests on, and what is not known'),
    model: Model.pick({
      version: true,
      trainedAt: true,
      zone: true,
      pool: true,
      outcomes: true,
      verdict: true,
    }),
    calibration: z.object({
      method: z.enum(Calibration.options.map(({ shape }) => shape.method.value)),
      quality: Quality.nullable().describe('Null without any prediction to compare with'),
    }),
    considered: Count.describe('Starts that were looked at'),
    excluded: z.partialRecord(ConflictCode, Count).describe('How many of them each rule excluded'),
    notEvaluated: z.array(ConflictCode).describe('Rules that lack a list of the snapshot'),
    slots: z.array(Slot).describe('Best first'),
  })
  .meta({ id: 'SlotAnswer' });

const Brier = z.number().min(0).max(1);
const Scores = z
  .object({ model: Brier, constantRate: Brier, riskScore: Brier })
  .meta({ id: 'SlotBrierScores', description: 'Of the same predictions' });

const Backtest = z.object({
  verdict: SlotModel.shape.verdict,
  origins: z
    .array(
      z.object({
        origin: Instant,
        pool: z.enum(pools),
        trained: Count.describe('Deployments that were known at the origin'),
        n: Count.describe('Deployments that were predicted'),
        brier: Scores.nullable().describe('Null for too little to learn from, or nothing to predict'),
      }),
    )
    .describe('Oldest first'),
  mean: Scores.nullable().describe('Over the origins; null unless each of them could be scored'),
});

const Comparison = z
  .object({
    from: Instant.describe('From when on outcomes were held out: the newcomer saw none of them'),
    n: Count,
    seenByCurrent: Count.describe('Held-out outcomes that the model in use had already learned from'),
    brier: z.object({ current: Brier, candidate: Brier }),
    replaces: z.boolean().describe('Whether its Brier score does not worsen'),
  })
  .meta({ id: 'SlotModelComparison' });

/** What is answered to the request to train and test a model. */
export const TrainingAnswer = z
  .object({
    model: Model.meta({ id: 'TrainedSlotModel' }),
    backtest: Backtest,
    comparison: Comparison.nullable().describe(
      'With the model in use; null without one, or without outcomes to hold out',
    ),
  })
  .meta({ id: 'SlotTrainingAnswer' });
