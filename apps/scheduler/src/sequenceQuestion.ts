import { z } from 'zod';
import { Instant, Name } from './conflict/candidate.js';
import { halt, startRefusals } from './sequence/progress.js';
import { MOST_STEPS, PlanRequest, StepReport } from './sequence/request.js';
import { sequence } from './sequence/sequence.js';
import { timetable } from './sequence/starts.js';

/** A plan to be put in order, and, if it is under way, how far it is; SCH-07. */
export const SequenceQuestion = z
  .strictObject({
    plan: PlanRequest,
    now: Instant.optional().describe('The moment of the evaluation; the present if not given'),
    reports: z.array(StepReport).max(MOST_STEPS).optional(),
    step: Name.optional().describe('Answer whether this step may start now'),
  })
  .meta({ id: 'SequenceQuestion' });
export type SequenceQuestion = z.infer<typeof SequenceQuestion>;

/**
 * Waves, rollback order and why, earliest starts and critical path; the halt that a failure made, if one did; and why the
 * step asked about may not start, if one is.
 */
export function answer({ plan, reports = [], step }: SequenceQuestion, now: Date) {
  const order = sequence(plan);
  const progress = { plan, order, reports };
  const halted = halt(progress);
  return {
    now: now.toISOString(),
    ...order,
    timetable: timetable(plan, order, now),
    ...(halted && { halt: halted }),
    ...(step !== undefined && { refusals: startRefusals(progress, step, now) }),
  };
}
