import { z } from 'zod';
import { accept, Rejected } from '#events';
import { digest } from '#json';
import { checkZone } from '#time/zone';
import { Instant } from '../conflict/candidate.js';
import { Calibration, Quality } from './calibration.js';
import { HOURS } from './hourOfWeek.js';

const Amount = z.number().min(0).max(1_000_000);
const Deviations = z.number().min(-100).max(100).nullable();

/** What is known of one hour of the week. Null is not known; it is never taken for little. */
export const Bin = z
  .strictObject({
    deployments: Amount.describe('Effective number: weighted by age, smoothed over neighbours'),
    failures: Amount.describe('Effective number of those that failed'),
    load: Deviations.describe('Forecast load, in standard deviations over the known hours'),
    loadPercentile: z.number().min(0).max(1).nullable(),
    thin: z.boolean().optional().describe('The load is borrowed from neighbours'),
    incidents: Deviations.describe('Incident starts, in standard deviations over the known hours'),
    incidentsPerHour: Amount.nullable(),
  })
  .refine(({ deployments, failures }) => failures <= deployments, {
    path: ['failures'],
    message: 'must not be more than deployments',
  })
  .refine(({ load, loadPercentile }) => (load === null) === (loadPercentile === null), {
    path: ['loadPercentile'],
    message: 'must be known exactly if load is',
  })
  .meta({ id: 'HourOfWeekBin' });
export type Bin = z.infer<typeof Bin>;

export const pools = ['service', 'team', 'tier', 'organisation'] as const;

/** A trained model, whole and plain, so that an earlier one can be kept and served again (SCH-08.5). */
export const SlotModel = z
  .strictObject({
    version: z.string().max(100).optional().describe('Hash of all the rest; refused if it is another'),
    trainedAt: Instant.describe('Nothing later was looked at'),
    zone: z.string().min(1).max(64).describe('IANA zone whose hours of the week the bins are'),
    pool: z.enum(pools),
    outcomes: z.int().min(0).max(10_000_000).describe('Deployments of the pool that it learned from'),
    rate: z.number().gt(0).lt(1).describe('Failure rate of the pool'),
    weights: z.strictObject({ load: z.number().min(0).max(1), incidents: z.number().min(0).max(1) }),
    bins: z.array(Bin).length(HOURS).describe('From Monday 00:00 to Sunday 23:00 local time'),
    calibration: Calibration,
    quality: Quality.nullable().describe('Of predictions made before their outcome; null without any'),
    verdict: z
      .enum(['PROMOTED', 'NOT_BETTER', 'TOO_LITTLE_HISTORY'])
      .describe('Of the back-test; unless it beat both baselines, the risk score alone is served'),
  })
  .meta({ id: 'SlotModel' });
export type SlotModel = z.infer<typeof SlotModel>;

/** The version of a model: `sha256:` and the hash of everything it says, in canonical JSON. */
export function versionOf(model: SlotModel): string {
  return `sha256:${digest({ ...model, version: undefined })}`;
}

/**
 * A model as given, checked.
 * @throws Rejected `INVALID_INPUT` naming the field, `ZONE_UNKNOWN`, `ZONE_FIXED_OFFSET`, or `MODEL_VERSION_MISMATCH`
 * for a model that was changed after its version was made.
 */
export function acceptModel(given: SlotModel): SlotModel & { version: string } {
  const model = accept(SlotModel, given, { under: 'model', ref: '4.5' });
  checkZone(model.zone, 'model.zone');
  const version = versionOf(model);
  if (model.version !== undefined && model.version !== version)
    throw new Rejected(
      'MODEL_VERSION_MISMATCH',
      `model.version is not the hash of this model, which is ${version}.`,
      'SCH-08.7',
    );
  return { ...model, version };
}
