import { z } from 'zod';

const Warnings = z
  .array(z.object({ code: z.string(), message: z.string() }))
  .describe('Holes of the method that this answer may have fallen into');
const Nullable = z.number().nullable();

const Shift = z
  .object({ estimate: z.number(), lower: z.number(), upper: z.number() })
  .meta({ id: 'KayentaShift' });

const Result = z
  .object({
    name: z.string(),
    groups: z.array(z.string()),
    muted: z.boolean(),
    class: z.enum(['Pass', 'High', 'Low', 'Nodata', 'NodataFailMetric']),
    critical: z.boolean().describe('Fails the whole canary'),
    ratio: Nullable.describe('Mean of the experiment ÷ mean of the control; null where a mean is 0'),
    effectSize: Nullable.describe('What thresholds were compared with; null if they were left aside'),
    shift: Shift.nullable().describe('In the unit of the samples; null where nothing was tested'),
    warnings: Warnings,
  })
  .meta({ id: 'KayentaResult' });

/** What is answered to a look that is judged as `NetflixACAJudge-v1.0` does. */
export const KayentaAnswer = z
  .object({
    judge: z.literal('NetflixACAJudge-v1.0'),
    score: z.number().describe('0 to 100 if the weights sum to 100'),
    failedBy: z.enum(['critical', 'nodata']).nullable().describe('What made the score 0, if not the groups'),
    groups: z.array(
      z.object({
        name: z.string(),
        score: z.number().describe('Passed ÷ counted × 100; 0 without data, where the total counts 100'),
        hasData: z.boolean(),
        weight: z.number().describe('Its part of the total, in per cent'),
      }),
    ),
    classification: z
      .enum(['Pass', 'Marginal', 'Fail'])
      .nullable()
      .describe('Null where a threshold is missing'),
    passesStandalone: z.boolean().describe('What standalone mode would say if this were its last interval'),
    results: z.array(Result),
    warnings: Warnings,
  })
  .meta({ id: 'KayentaVerdict' });
