import { z } from 'zod';
import { KayentaAnswer } from './kayenta/answer.js';

const Result = z.enum(['PASS', 'FAIL', 'CRITICAL_FAIL', 'INCONCLUSIVE', 'NODATA']);
const Count = z.int().min(0);
const Sides = z.object({ control: Count, canary: Count });
const Side = z.object({ samples: Count, median: z.number().nullable().describe('Null for no samples') });
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const Statistics = z
  .object({
    U: z.number().describe('Of Mann and Whitney'),
    A: z
      .number()
      .min(0)
      .max(1)
      .describe('Share of pairs in which the canary is the higher one; ties by half'),
    p: z.number().min(0).max(1),
    pAdjusted: z.number().min(0).max(1).describe('After Holm, among the metrics that are not only reported'),
    shift: z
      .number()
      .describe('A share of the control median, or in the unit of the metric if its tolerances are'),
    interval: z.tuple([z.number(), z.number()]).describe('90 %, in the unit of the shift'),
    zeroInflated: z.boolean().describe('Shift and interval are those of the means'),
  })
  .meta({ id: 'CanaryStatistics' });

const Needed = z
  .object({
    samplesPerSide: Count.nullable().describe('Null where none below a million would'),
    expected: Result.nullable().describe('How it would end if the canary stays as it is'),
  })
  .meta({ id: 'CanaryNeeded' });

const Missing = z.object({ samples: Sides, requests: Sides }).meta({ id: 'CanaryMissing' });

const MetricVerdict = z
  .object({
    name: z.string(),
    result: Result,
    side: z.enum(['HIGH', 'LOW']).nullable().describe('Where the canary is, for a failure'),
    critical: z.boolean(),
    reportOnly: z.boolean(),
    weight: z.number().min(0).describe('Its part of 100'),
    control: Side,
    canary: Side,
    statistics: Statistics.nullable().describe('Null for NODATA'),
    needed: Needed.nullable().describe('For INCONCLUSIVE: what would decide it'),
    missing: Missing.nullable().describe('For NODATA: what a side has too little of'),
    reason: z.string().describe('One sentence'),
  })
  .meta({ id: 'CanaryMetricVerdict' });

const LookAnswer = z
  .object({
    judge: z.literal('slipway-canary-1'),
    verdict: z.enum(['PASS', 'MARGINAL', 'FAIL', 'INCONCLUSIVE']),
    score: z.number().min(0).nullable().describe('0 to 100; null if no metric is conclusive'),
    action: z.enum(['ADVANCE', 'COMPLETE', 'EXTEND', 'HOLD', 'ROLL_BACK', 'WAIT']),
    timedOut: z.boolean().describe('The time of the whole analysis is used up'),
    alpha: z.number().describe('What an adjusted p must be below in this look'),
    labels: z.array(z.literal('weak-control')),
    metrics: z.array(MetricVerdict).describe('As they were configured'),
    digests: z
      .object({ configuration: Sha256, samples: Sha256, look: Sha256 })
      .describe('Of canonical JSON; `look` covers the other two'),
  })
  .meta({ id: 'CanaryVerdict' });

/** What is answered to a look at a canary, in either mode. */
export const CanaryAnswer = z
  .discriminatedUnion('judge', [LookAnswer, KayentaAnswer])
  .meta({ id: 'CanaryAnswer' });
