import { overriding } from '#events';
import { z } from 'zod';

const Share = z.number().min(0).max(1);
const Days = z.number().min(1).max(3_650);
const Count = z.int().min(1).max(100_000);

/** The figures of predictive scheduling that a company may change; each overrides its value in `defaults`. */
export const SlotPolicy = z
  .strictObject({
    halfLifeDays: Days.optional().describe('Age at which an outcome or an incident counts half'),
    loadWeeks: z.int().min(2).max(52).optional().describe('Weeks before now that the load is forecast from'),
    thinWeeks: z.int().min(1).max(52).optional().describe('An hour of the week with fewer weeks is thin'),
    coverage: Share.optional().describe('Known hours of the week below which load or incidents are unknown'),
    incidentWindowDays: Days.optional().describe('Incidents before it do not count'),
    priorWeight: z
      .number()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Deployments that the pool rate counts as'),
    poolMinimum: Count.optional().describe('Deployments below which the next larger pool is asked'),
    loadWeight: Share.optional().describe('Log-odds per standard deviation of load, until refitted'),
    incidentWeight: Share.optional().describe('Log-odds per standard deviation of incidents, until refitted'),
    ridge: z.number().min(0.001).max(1_000_000).optional().describe('How strongly a refit is drawn to those'),
    isotonicFrom: Count.optional().describe('Outcomes from which calibration is isotonic'),
    plattFrom: Count.optional().describe('Outcomes from which calibration is that of Platt'),
    eceLimit: Share.optional().describe('Expected calibration error above which a model is uncalibrated'),
    origins: z.int().min(1).max(24).optional().describe('Origins of the back-test'),
    originDays: z.int().min(1).max(90).optional().describe('Days that are predicted from each origin'),
    stepMinutes: z.int().min(5).max(1_440).optional().describe('Between two starts that are considered'),
    horizonDays: z.int().min(1).max(60).optional().describe('How far slots are looked for'),
    results: z.int().min(1).max(20).optional().describe('How many slots are returned'),
    perInterval: z.int().min(1).max(20).optional().describe('Slots kept of one contiguous free interval'),
    loadCost: z.number().min(0).max(100).optional().describe('Share of p added at the highest load'),
    dayCost: z.number().min(0).max(100).optional().describe('Cost of a day of delay'),
    lateCost: z.number().min(0).max(100).optional().describe('Cost of a start after a deadline'),
  })
  .meta({ id: 'SlotPolicy' });
export type SlotPolicy = z.infer<typeof SlotPolicy>;

/**
 * Source: formulas 4.5, MET-10, SCH-08 and the defaults table, all of 2027. The specification leaves open `coverage`,
 * `incidentWindowDays` (eight half-lives) and `ridge`; those are ours.
 */
export const defaults = {
  halfLifeDays: 90,
  loadWeeks: 8,
  thinWeeks: 4,
  coverage: 0.5,
  incidentWindowDays: 720,
  priorWeight: 20,
  poolMinimum: 30,
  loadWeight: 0.3,
  incidentWeight: 0.2,
  ridge: 10,
  isotonicFrom: 200,
  plattFrom: 50,
  eceLimit: 0.05,
  origins: 6,
  originDays: 30,
  stepMinutes: 15,
  horizonDays: 14,
  results: 5,
  perInterval: 2,
  loadCost: 0.5,
  dayCost: 0.01,
  lateCost: 0.2,
} satisfies Required<SlotPolicy>;

/** Bounds of a pool rate, as of the organisation rate in formulas 4.1.6: neither luck nor misfortune is certain. */
export const rateBounds = { least: 0.02, most: 0.4 };

/** The policy in force: what is given over what is standard. */
export function policyOf(given: SlotPolicy = {}): Required<SlotPolicy> {
  return overriding(defaults, given);
}
