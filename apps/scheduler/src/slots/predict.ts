import type { Interval } from '#time/intervals';
import { once } from '../conflict/fit.js';
import { betaQuantile } from './beta.js';
import { calibrated } from './calibration.js';
import { stays } from './hourOfWeek.js';
import { logit, sigmoid } from './logOdds.js';
import type { Bin, SlotModel } from './model.js';

/** Ends of the 90 % interval; formulas 4.5.2. */
const ENDS = [0.05, 0.95] as const;

/** Parts of a prediction in log-odds; they add up to the raw log-odds. Null: not known at all, so not added. */
export interface Contributions {
  readonly risk: number;
  readonly timing: number;
  readonly load: number | null;
  readonly incidents: number | null;
}

export interface Prediction {
  /** Calibrated probability of failure. */
  readonly probability: number;
  /** Its 90 % interval, computed when asked for. */
  readonly interval: () => readonly [number, number];
  readonly contributions: Contributions;
  /** Failure rate of the hours beside that of the pool, 1 if like it (m of 4.5.2). */
  readonly multiplier: number;
  /** 0 to 1; null if it is not known in one of the hours, which are then taken for the worst that is known. */
  readonly loadPercentile: number | null;
  readonly incidentsPerHour: number | null;
  /** Whether the load of one of the hours is borrowed from its neighbours. */
  readonly thin: boolean;
}

interface Hour {
  readonly timing: number;
  /** Timing at either end of the 90 % interval. */
  readonly ends: () => readonly [number, number];
  readonly multiplier: number;
  readonly load: number | null;
  readonly incidents: number | null;
  readonly bin: Bin;
}

/**
 * How likely a deployment with the log-odds `risk` (formulas 4.1.5, timing neutral) fails when it occupies an interval;
 * formulas 4.5.2. All terms are means over the hours of the week, weighted by the minutes occupied. An hour whose load
 * or incidents are not known is taken for the worst hour that is known.
 */
export type Predict = (risk: number, occupied: Interval) => Prediction;

/** Prepares a model for any number of predictions; `priorWeight` is the number of deployments the pool rate counts as. */
export function predictor(model: SlotModel, priorWeight: number): Predict {
  const hours = hoursOf(model, priorWeight);
  const within = (x: number) => calibrated(sigmoid(x), model.calibration);
  return (risk, occupied) => {
    const touched = stays(occupied, model.zone);
    const length = touched.reduce((sum, { minutes }) => sum + minutes, 0);
    const mean = (of: (hour: Hour) => number) =>
      touched.reduce((sum, { hour, minutes }) => sum + of(hours[hour]!) * minutes, 0) / length;
    const known = (of: (hour: Hour) => number | null) =>
      touched.some(({ hour }) => of(hours[hour]!) === null) ? null : mean((hour) => of(hour)!);
    const [load, incidents] = [known((hour) => hour.load), known((hour) => hour.incidents)];
    const others = risk + (load ?? 0) + (incidents ?? 0);
    const timing = mean((hour) => hour.timing);
    return {
      probability: within(others + timing),
      interval: () => [
        within(others + mean((hour) => hour.ends()[0])),
        within(others + mean((hour) => hour.ends()[1])),
      ],
      contributions: { risk, timing, load, incidents },
      multiplier: mean((hour) => hour.multiplier),
      loadPercentile: known(({ bin }) => bin.loadPercentile),
      incidentsPerHour: known(({ bin }) => bin.incidentsPerHour),
      thin: touched.some(({ hour }) => hours[hour]!.bin.thin === true),
    };
  };
}

function hoursOf({ bins, rate, weights }: SlotModel, priorWeight: number): Hour[] {
  const [worstLoad, worstIncidents] = [
    worst(bins.map((bin) => bin.load)),
    worst(bins.map((bin) => bin.incidents)),
  ];
  return bins.map((bin) => {
    const failed = bin.failures + priorWeight * rate;
    const good = bin.deployments - bin.failures + priorWeight * (1 - rate);
    const own = failed / (failed + good);
    const timingAt = (end: number) => logit(betaQuantile(end, failed, good)) - logit(rate);
    return {
      timing: logit(own) - logit(rate),
      ends: once(() => [timingAt(ENDS[0]), timingAt(ENDS[1])] as const),
      multiplier: own / rate,
      load: times(weights.load, bin.load ?? worstLoad),
      incidents: times(weights.incidents, bin.incidents ?? worstIncidents),
      bin,
    };
  });
}

function times(weight: number, value: number | null): number | null {
  return value === null ? null : weight * value;
}

function worst(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
