import type { Bin, SlotModel } from './model.js';

/** The worked example of formulas 4.5.5 as a model, for the specs of this folder and of the endpoint. */
export const RISK = { score: 47.516, a: -3.6, b: 0.045 };

export const bin = (changes: Partial<Bin> = {}): Bin => ({
  deployments: 0,
  failures: 0,
  load: 0,
  loadPercentile: 0.5,
  incidents: 0,
  incidentsPerHour: 0,
  ...changes,
});

export const TUESDAY_3 = 24 + 3;
export const WEDNESDAY_10 = 2 * 24 + 10;
export const FRIDAY_16 = 4 * 24 + 16;

const worked: Record<number, Partial<Bin>> = {
  [TUESDAY_3]: { deployments: 18, failures: 1, load: -1.1, loadPercentile: 0.1, incidents: -0.5 },
  [WEDNESDAY_10]: { deployments: 14, failures: 2, load: 0.2, loadPercentile: 0.55, incidents: 0 },
  [FRIDAY_16]: { deployments: 25, failures: 7, load: 1.6, loadPercentile: 0.95, incidents: 0.9 },
};

export const model = (changes: Partial<SlotModel> = {}): SlotModel => ({
  trainedAt: '2027-03-01T00:00:00Z',
  zone: 'UTC',
  pool: 'service',
  outcomes: 120,
  rate: 0.12,
  weights: { load: 0.3, incidents: 0.2 },
  bins: Array.from({ length: 168 }, (_, hour) => bin(worked[hour])),
  calibration: { method: 'none' },
  quality: null,
  verdict: 'PROMOTED',
  ...changes,
});
