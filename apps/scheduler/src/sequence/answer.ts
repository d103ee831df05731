import { z } from 'zod';
import { Violation } from '#events';
import { Instant } from '../conflict/candidate.js';

const Step = z.string().describe('Id of a step');
const Steps = z.array(Step);
const Wave = z.int().min(1);
const Moment = Instant.nullable();

const Unit = z
  .object({ id: z.string(), steps: Steps })
  .meta({ id: 'PlanUnit', description: 'Steps that go together' });

const Timetable = z
  .object({
    units: z.array(
      z.object({
        unit: z.string(),
        wave: Wave,
        start: Moment.describe('Null if it never can start'),
        end: Moment,
        soaked: Moment.describe('From here on the next wave may start'),
        waitedMinutes: z.number().min(0).nullable().describe('For a window or a place'),
        reason: z.string().optional().describe('Why it never can start'),
      }),
    ),
    criticalPath: z.array(z.string()).describe('The unit of each wave that soaks last'),
    finish: Moment.describe('When the last wave has soaked; null if some step never can start'),
  })
  .meta({ id: 'PlanTimetable' });

const Halt = z
  .object({
    wave: Wave.describe('The one that failed'),
    failed: Steps,
    unstarted: z.array(Wave),
    options: z.array(
      z.object({
        action: z.enum(['RETRY', 'ROLL_BACK_WAVE', 'ROLL_BACK_ALL']),
        order: z.array(Steps),
      }),
    ),
  })
  .meta({ id: 'PlanHalt' });

/** What is answered to a plan that is to be put in order. */
export const SequenceAnswer = z
  .object({
    now: Instant,
    waves: z.array(z.array(Unit)).describe('Each starts when the one before it is done'),
    rollback: z.array(Steps).describe('The waves from last to first'),
    edges: z.array(
      z.object({ before: Step, after: Step, because: z.enum(['dependency', 'contract', 'explicit']) }),
    ),
    untested: z
      .array(z.object({ provider: z.string(), consumer: z.string() }))
      .describe('Pairs of services whose order no contract test proves'),
    timetable: Timetable,
    halt: Halt.optional().describe('If a wave failed: what stays unstarted, and what may be done'),
    refusals: z.array(Violation).optional().describe('Why the `step` asked about may not start now'),
  })
  .meta({ id: 'SequenceAnswer' });

/** What is answered to a rollout that follows the sun. */
export const RegionsAnswer = z
  .object({
    waves: z.array(
      z.object({
        wave: Wave,
        region: z.string(),
        start: Moment.describe('Null if it never can start'),
        end: Moment,
        nextFrom: Moment.describe('The next region may start from here on'),
      }),
    ),
  })
  .meta({ id: 'RegionsAnswer' });
