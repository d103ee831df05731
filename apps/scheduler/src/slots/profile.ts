import { DAY, HOUR } from '../instant.js';
import { HOURS } from './hourOfWeek.js';
import { forecasts } from './load.js';
import type { Bin, SlotModel } from './model.js';
import type { Past, Seen, Watch } from './past.js';
import { rateBounds, type SlotPolicy } from './policy.js';
import { poolOf, type Subject } from './pool.js';
import { standing } from './standard.js';

type Policy = Required<SlotPolicy>;

/** What was known at one instant: the part of a model that is counted, not fitted. */
export type Profile = Pick<SlotModel, 'pool' | 'outcomes' | 'rate' | 'bins' | 'zone'>;

/** A profile, and the failure rate of its pool as it is, which a baseline predicts; 0 without deployments. */
export interface Counted {
  readonly profile: Profile;
  readonly observedRate: number;
}

/**
 * The profile of a service as it could be known at an instant; formulas 4.5.1, MET-10. Only deployments that had ended,
 * hours of load that were over and incidents that had started by then count, whatever else the past contains.
 */
export function profileAt(past: Past, subject: Subject, at: number, policy: Policy): Counted {
  const known = past.outcomes.filter(({ work }) => work.end <= at);
  const { pool, members } = poolOf(known, subject, policy.poolMinimum);
  const weights = weightsOf(members, at, policy);
  const failed = failuresOf(members, weights);
  const observedRate = rateOf(members, weights, policy);
  const profile = {
    zone: past.zone,
    pool,
    outcomes: members.length,
    rate: Math.min(rateBounds.most, Math.max(rateBounds.least, observedRate)),
    bins: binsOf(perHour(members, weights), perHour(members, failed), past, at, policy),
  };
  return { profile, observedRate };
}

/** What each deployment still counts: half as much with every half-life since its end. */
function weightsOf(members: readonly Seen[], at: number, { halfLifeDays }: Policy): number[] {
  return members.map(({ work }) => 0.5 ** ((at - work.end) / DAY / halfLifeDays));
}

function failuresOf(members: readonly Seen[], weights: readonly number[]): number[] {
  return members.map((one, i) => (one.failed ? weights[i]! : 0));
}

/** Weighted share of failures. Deployments so old that no number is small enough are weighed beside the newest. */
function rateOf(members: readonly Seen[], weights: readonly number[], policy: Policy): number {
  const newest = members.at(-1);
  if (newest === undefined) return 0;
  const known = sum(weights) > 0 ? weights : weightsOf(members, newest.work.end, policy);
  return sum(failuresOf(members, known)) / sum(known);
}

function binsOf(
  deployments: readonly number[],
  failures: readonly number[],
  past: Past,
  at: number,
  policy: Policy,
): Bin[] {
  const load = forecasts(past.load, at, policy);
  const loads = standing(
    load.map(({ value }) => value),
    policy.coverage,
  );
  const rates = ratesOf(past.watch, at, policy);
  const incidents = standing(rates, policy.coverage);
  return deployments.map((count, hour) => ({
    deployments: count,
    failures: failures[hour]!,
    load: loads[hour]?.z ?? null,
    loadPercentile: loads[hour]?.percentile ?? null,
    ...(loads[hour] && load[hour]!.thin && { thin: true }),
    incidents: incidents[hour]?.z ?? null,
    incidentsPerHour: incidents[hour] ? rates[hour]! : null,
  }));
}

/** Sums by hour of the week, smoothed over the neighbours with the circular weights ¼, ½, ¼. */
function perHour(members: readonly Seen[], amounts: readonly number[]): number[] {
  const sums = Array.from({ length: HOURS }, () => 0);
  for (const [i, { hour }] of members.entries()) sums[hour]! += amounts[i]!;
  return sums.map(
    (own, hour) => own / 2 + sums[(hour + HOURS - 1) % HOURS]! / 4 + sums[(hour + 1) % HOURS]! / 4,
  );
}

/** Incident starts per watched hour, both weighted by age; null for an hour of the week that was never watched. */
function ratesOf(watch: Watch | undefined, at: number, { halfLifeDays }: Policy): (number | null)[] {
  const [starts, watched] = [0, 1].map(() => Array.from({ length: HOURS }, () => 0)) as [number[], number[]];
  const weight = (when: number) => 0.5 ** ((at - when) / DAY / halfLifeDays);
  const length = watch ? Math.min(watch.hours.length, Math.floor((at - watch.since) / HOUR)) : 0;
  for (let i = 0; i < length; i++) watched[watch!.hours[i]!]! += weight(watch!.since + i * HOUR);
  for (const start of watch?.starts ?? []) if (start.at <= at) starts[start.hour]! += weight(start.at);
  return watched.map((hours, hour) => (hours === 0 ? null : starts[hour]! / hours));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
