import { Rejected } from '#events';
import type { Summary } from '../dora.js';
import { mean } from '../dora/quantile.js';

/** Measured figures: hours, deployments per day, hours, shares from 0 to 1. `null` is unanswered. */
export interface QuickCheckFigures {
  readonly leadTimeHours: number | null;
  readonly deploymentsPerDay: number | null;
  readonly recoveryHours: number | null;
  readonly failRate: number | null;
  readonly reworkRate: number | null;
}

/** Scores from 0 (worst) to 10 (best); `null` for what was not answered. */
export interface QuickCheck {
  readonly edition: 2024 | 2025;
  readonly leadTime: number | null;
  readonly frequency: number | null;
  readonly recovery: number | null;
  readonly fail: number | null;
  /** Not asked in the 2024 edition. */
  readonly rework: number | null;
  readonly throughput: number | null;
  readonly stability: number | null;
  readonly performance: number | null;
}

/** Upper ends in hours of levels 6 down to 2 for lead time and recovery. */
const HOURS = [1, 24, 168, 730, 4380];
/** Lower ends in deployments per day of levels 6 down to 2. */
const PER_DAY = [24, 1, 1 / 7, 24 / 730, 24 / 4380];

/** Level 1 (over six months) to 6 (under an hour) of a time in hours. Source: DORA Quick Check, editions 2024 and 2025. */
export function levelOfHours(hours: number): number {
  const at = HOURS.findIndex((end) => checked(hours, 'hours') < end);
  return at === -1 ? 1 : 6 - at;
}

/** Level 1 (less than twice a year) to 6 (more than once an hour, on demand) of a number of deployments per day. */
export function levelOfFrequency(perDay: number): number {
  const at = PER_DAY.findIndex((end) => checked(perDay, 'deploymentsPerDay') >= end);
  return at === -1 ? 1 : 6 - at;
}

/** Level 1 to 6 as a score from 0 to 10, linearly; half levels are means of answers. */
export function scoreOfLevel(level: number): number {
  if (!(level >= 1 && level <= 6))
    throw new Rejected('INVALID_FIGURE', 'level must be a number from 1 to 6.');
  return (level - 1) * 2;
}

/** A share from 0 to 1 of failed or unplanned deployments as a score from 10 to 0. */
export function scoreOfShare(share: number): number {
  if (!(share >= 0 && share <= 1))
    throw new Rejected('INVALID_FIGURE', 'A share must be a number from 0 to 1.');
  return 10 - share * 10;
}

/**
 * The Quick Check of DORA from measured figures: throughput is the mean of lead time, frequency and recovery,
 * stability that of failure and rework, performance that of all; the 2024 edition has no rework.
 * @throws Rejected `INVALID_FIGURE`, naming the field.
 */
export function quickCheck(figures: QuickCheckFigures, edition: 2024 | 2025 = 2025): QuickCheck {
  const { leadTimeHours, deploymentsPerDay, recoveryHours, failRate, reworkRate } = figures;
  return fromScores(
    {
      leadTime: answered(leadTimeHours, (hours) => scoreOfLevel(levelOfHours(hours))),
      frequency: answered(deploymentsPerDay, (perDay) => scoreOfLevel(levelOfFrequency(perDay))),
      recovery: answered(recoveryHours, (hours) => scoreOfLevel(levelOfHours(hours))),
      fail: answered(failRate, scoreOfShare),
      rework: edition === 2024 ? null : answered(reworkRate, scoreOfShare),
    },
    edition,
  );
}

/** The means over scores that are already known; an unanswered one is left out of each. */
export function fromScores(
  scores: Pick<QuickCheck, 'leadTime' | 'frequency' | 'recovery' | 'fail' | 'rework'>,
  edition: 2024 | 2025 = 2025,
): QuickCheck {
  const { leadTime, frequency, recovery, fail, rework } = scores;
  const over = (...all: (number | null)[]) => mean(all.filter((score) => score !== null));
  return {
    edition,
    ...scores,
    throughput: over(leadTime, frequency, recovery),
    stability: over(fail, rework),
    performance: over(leadTime, frequency, recovery, fail, rework),
  };
}

/** The Quick Check of a summary of measured metrics. */
export function quickCheckOf(summary: Summary, edition: 2024 | 2025 = 2025): QuickCheck {
  return quickCheck(
    {
      leadTimeHours: summary.changeLeadTime.value,
      deploymentsPerDay: summary.deploymentFrequency.value,
      recoveryHours: answered(summary.failedDeploymentRecoveryTime.value, (minutes) => minutes / 60),
      failRate: summary.changeFailRate.value,
      reworkRate: summary.deploymentReworkRate.value,
    },
    edition,
  );
}

function answered<T>(value: number | null, then: (value: number) => T): T | null {
  return value === null ? null : then(value);
}

function checked(value: number, field: string): number {
  if (value >= 0 && value < Infinity) return value;
  throw new Rejected('INVALID_FIGURE', `${field} must be a number of at least 0.`);
}
