import { accept } from '#events';
import { z } from 'zod';
import { Instant, Name, names } from '../conflict/candidate.js';
import { instant, moment } from '../instant.js';
import { type Comparison, compare } from './holdOut.js';
import { History } from './history.js';
import { acceptModel, SlotModel } from './model.js';
import { pastOf, refuseLong } from './past.js';
import { policyOf, SlotPolicy } from './policy.js';
import type { Subject } from './pool.js';
import { initialScale, RiskScale } from './question.js';
import type { Lens } from './rolling.js';
import { type Training, train } from './train.js';

/** What a model is to be trained and tested on. */
export const TrainingQuestion = z
  .strictObject({
    services: names.min(1).describe('The services whose slots are to be predicted'),
    team: Name.optional(),
    tier: z.int().min(1).max(4).optional(),
    dependencies: names.optional().describe('What they depend on directly: incidents there count too'),
    history: History,
    risk: RiskScale.optional(),
    policy: SlotPolicy.optional(),
    current: SlotModel.optional().describe('The model in use, to be compared with'),
    now: Instant.optional().describe('The present, if not given; nothing later is looked at'),
  })
  .meta({ id: 'SlotTrainingQuestion' });
export type TrainingQuestion = z.infer<typeof TrainingQuestion>;

/**
 * Trains a model and tests it against its baselines, and against the model in use if there is one; formulas 4.5.6,
 * SCH-08.5. The model that is answered is a plain value: keep it, and ask for slots with it.
 * @throws Rejected `INVALID_INPUT` naming the field, and what `pastOf` and `acceptModel` refuse
 */
export function trainAndTest(
  given: TrainingQuestion,
  present: Date,
): Training & { readonly comparison: Comparison | null } {
  refuseLong((given as Partial<TrainingQuestion> | undefined)?.history);
  const question = accept(TrainingQuestion, given, { under: 'question', ref: '4.5' });
  const at = question.now === undefined ? moment(present) : instant(question.now, 'now');
  const { services, team, tier, dependencies = [], history } = question;
  const lens = lensOf({ ...question, subject: { services, team, tier }, dependencies, history }, at);
  const comparison = question.current ? compare(lens, acceptModel(question.current), at) : null;
  return { ...train(lens, at), comparison };
}

/** Reads a history for a subject and those it depends on. */
export function lensOf(
  asked: {
    readonly subject: Subject;
    readonly dependencies: readonly string[];
    readonly history: History;
    readonly risk?: RiskScale | undefined;
    readonly policy?: SlotPolicy | undefined;
  },
  at: number,
): Lens {
  const { subject, dependencies, history, risk = initialScale } = asked;
  const policy = policyOf(asked.policy);
  const related = new Set([...subject.services, ...dependencies]);
  return { past: pastOf(history, related, at, policy.incidentWindowDays), subject, scale: risk, policy };
}
