import { z } from 'zod';
import { Approximate, Count, Exclusions, Figure, Metric, Share } from './metricAnswer.js';
import { STAGES } from './stages.js';

const DeploymentFrequency = Metric.extend({
  deploymentDaysPerWeek: Figure.describe('Median over whole ISO weeks'),
  deploymentsPerWorkingDay: Figure.describe('Median over whole Mondays to Fridays'),
  deploymentsPerMonth: Figure.describe('Median over whole months'),
  cadence: z.enum(['onDemand', 'daily', 'weekly', 'monthly', 'lessThanMonthly']).nullable(),
}).meta({ id: 'DeploymentFrequency' });

const quantiles = { p50: Figure, p75: Figure, p90: Figure, p95: Figure, mean: Figure, n: Count };
const Quantiles = z.object(quantiles).meta({ id: 'LeadTimeQuantiles', description: 'Hours' });

const ChangeLeadTime = Metric.extend({
  ...quantiles,
  coverage: Figure.describe('Share of the deployments for which it is known what they deliver'),
  approximate: Approximate.optional().describe('Changes credited by time, or carried over a rollback'),
  flags: Exclusions,
  stages: z.array(
    z.object({
      stage: z.enum(STAGES),
      n: Count.describe('Changes for which the end of the stage is known'),
      p50: Figure.describe('Hours'),
      hours: z.number().describe('Of all changes together'),
      share: Figure.describe('Of the whole lead time'),
    }),
  ),
  variants: z.object({
    excludingHotfixes: Quantiles,
    perDeployment: Quantiles.describe('Each deployment by the median of its changes'),
    firstExposure: Quantiles.describe('To the first exposure by a flag where there is one, else to live'),
  }),
}).meta({ id: 'ChangeLeadTime' });

const ChangeFailRate = Metric.extend({
  variants: z.object({
    excludingCanaryCaught: Share.describe('Without those only rolled back in a canary, automatically'),
    customerImpacting: Share.describe('Only those with an incident'),
  }),
  grounds: z
    .array(z.object({ ground: z.string(), count: Count }))
    .describe('How many failed by which ground; one deployment may have several'),
}).meta({ id: 'ChangeFailRate' });

const times = {
  mean: Figure.describe('Minutes'),
  p90: Figure.describe('Minutes'),
  open: Count.describe('Cases not over, left out of the figures'),
  oldestOpenMinutes: Figure,
};

const FailedDeploymentRecoveryTime = Metric.extend({
  ...times,
  approximate: Approximate.optional().describe('Cases whose beginning nobody told'),
  parts: z
    .object({ detect: Figure, acknowledge: Figure, decide: Figure, restore: Figure })
    .describe('Median minutes, over the cases that tell them'),
}).meta({ id: 'FailedDeploymentRecoveryTime' });

const TimeToRestore = Metric.extend({
  ...times,
  median: Figure.describe('Minutes'),
  impact: Figure.describe('Median minutes of impact, without the quiet before a reopening'),
}).meta({ id: 'TimeToRestore' });

const DataQuality = z
  .object({
    deploymentsWithoutCommits: Count,
    commitsWithoutTime: Count,
    negativeLeadTimes: Count,
    incidentsWithoutService: Count,
    incidentsWithoutSeverity: Count,
    inconsistentIncidents: Count,
    reusedEventIds: Count.describe('Event ids that came again with another body'),
  })
  .meta({ id: 'DoraDataQuality' });

/** The five metrics, with MTTR and the quality of the data beside them. */
export const Summary = z.object({
  service: z.string().nullable().describe('Null for all of them, blended'),
  deploymentFrequency: DeploymentFrequency,
  changeLeadTime: ChangeLeadTime,
  changeFailRate: ChangeFailRate,
  failedDeploymentRecoveryTime: FailedDeploymentRecoveryTime,
  deploymentReworkRate: Metric.meta({ id: 'DeploymentReworkRate' }),
  timeToRestore: TimeToRestore,
  dataQuality: DataQuality,
});
