import { HOURS } from './hourOfWeek.js';
import type { SlotModel } from './model.js';
import type { SlotPolicy } from './policy.js';
import type { Served } from './rank.js';

/** What may be served of a model: nothing but load from too few outcomes, the score alone unless it was promoted. */
export function servedBy(
  { outcomes, verdict }: SlotModel,
  { poolMinimum }: Pick<Required<SlotPolicy>, 'poolMinimum'>,
): Served {
  if (outcomes < poolMinimum) return 'LOAD_ONLY';
  return verdict === 'PROMOTED' ? 'MODEL' : 'RISK_SCORE';
}

/** What an answer rests on and what is not known, in sentences for people. */
export function says(model: SlotModel, served: Served, policy: Required<SlotPolicy>): string[] {
  return [basis(model, served, policy), ...calibrationOf(model, served), ...missing(model)];
}

const reasons: Partial<Record<SlotModel['verdict'], string>> = {
  NOT_BETTER: 'The model has not beaten both baselines in a back-test',
  TOO_LITTLE_HISTORY: 'There is too little history to test the model',
};

function basis(
  { outcomes, pool, verdict }: SlotModel,
  served: Served,
  { poolMinimum }: Required<SlotPolicy>,
): string {
  switch (served) {
    case 'MODEL':
      return `Probabilities come from ${outcomes} deployments of the ${pool}.`;
    case 'RISK_SCORE':
      return `${reasons[verdict]}: the probability is that of the risk score alone, and slots differ by load and delay.`;
    case 'LOAD_ONLY':
      return `${outcomes} deployments of the ${pool} are too few for a probability (${poolMinimum} are needed): slots are ranked by load.`;
  }
}

function calibrationOf({ quality }: SlotModel, served: Served): string[] {
  if (served !== 'MODEL' || quality?.label === 'calibrated') return [];
  return quality?.label === 'uncalibrated'
    ? [`The probabilities are uncalibrated: their expected calibration error is ${quality.ece.toFixed(3)}.`]
    : ['The probabilities are not calibrated, for want of outcomes to compare with.'];
}

function missing({ bins }: SlotModel): string[] {
  const load = bins.filter((bin) => bin.load === null).length;
  const incidents = bins.filter((bin) => bin.incidents === null).length;
  return [...lacking(load, LOAD), ...lacking(incidents, INCIDENTS)];
}

interface Lack {
  readonly all: string;
  readonly some: (hours: number) => string;
}

const LOAD: Lack = {
  all: 'Nothing is known of the load: slots do not differ by it, and each counts as the highest.',
  some: (hours) => `The load of ${hours} hours of the week is not known: slots that touch them rank last.`,
};
const INCIDENTS: Lack = {
  all: 'Nothing is known of incidents: slots do not differ by them.',
  some: (hours) =>
    `The incidents of ${hours} hours of the week are not known: they count as the worst hour that is.`,
};

function lacking(hours: number, { all, some }: Lack): string[] {
  if (hours === 0) return [];
  return [hours === HOURS ? all : some(hours)];
}
