import { z } from 'zod';

const Share = z.number().min(0).max(100);
const Inconclusive = z.enum(['hold', 'fail']);

/**
 * The figures of the judge that a company may change. Source of the defaults: formulas 4.3.2 to 4.3.6, EXE-05.4,
 * EXE-05.7, state machine 3.12 and the defaults table, all of 2027. DEV and TEST follow STAGING there.
 */
export const JudgePolicy = z
  .strictObject({
    alpha: z.number().gt(0).max(0.5).default(0.05).describe('Chance of a false alarm in a whole analysis'),
    earlyAlpha: z.number().gt(0).max(0.5).default(0.001).describe('The same for one early check'),
    extensions: z.int().min(0).max(20).default(2).describe('How often a soak may be extended'),
    passScore: Share.default(95),
    marginalScore: Share.default(75),
    mostInconclusive: Share.default(30).describe('Per cent of the weight that may be without a conclusion'),
    warmUpMinutes: z.int().min(0).max(1_440).default(2).describe('Dropped from the start of each step'),
    limitMinutes: z.int().min(1).max(10_080).default(240).describe('How long an analysis may take'),
    inconclusive: z
      .strictObject({
        PROD: Inconclusive.default('hold'),
        STAGING: Inconclusive.default('fail'),
        TEST: Inconclusive.default('fail'),
        DEV: Inconclusive.default('fail'),
      })
      .prefault({})
      .describe('What happens when extensions or time are used up'),
  })
  .meta({ id: 'CanaryPolicy' });
export type JudgePolicy = z.output<typeof JudgePolicy>;
