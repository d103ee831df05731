import type { Credit } from '../delivery/credit.js';
import { HOUR } from '../delivery/instant.js';
import { ascending, quantile } from './quantile.js';

export const STAGES = [
  'commitToMerge',
  'mergeToBuild',
  'buildToRequest',
  'requestToApproval',
  'approvalToStart',
  'startToLive',
] as const;
export type Stage = (typeof STAGES)[number];

/** One stage over many changes. */
export interface StageSummary {
  readonly stage: Stage;
  /** Changes for which the end of the stage is known. */
  readonly n: number;
  readonly p50: number | null;
  /** Hours of all changes together; over the stages they sum to the lead time of all changes. */
  readonly hours: number;
  /** Of the whole lead time. */
  readonly share: number | null;
}

/**
 * The stages of one change in milliseconds, in the order of `STAGES` (MET-03.3). A milestone that nobody told gives
 * `null`, and its time goes to the next known one; milestones out of order are pulled to the one before. So the
 * stages sum to the lead time exactly.
 */
export function stagesOf({ change, builtAt, deployment, liveAt, leadTime }: Credit): (number | null)[] {
  if (!change || leadTime === undefined) return STAGES.map(() => null);
  const { requestedAt, approvedAt, startedAt } = deployment;
  let last = Math.min(change.committedAt, liveAt);
  return [change.mergedAt, builtAt, requestedAt, approvedAt, startedAt, liveAt].map((milestone) => {
    if (milestone === undefined) return null;
    const at = Math.min(Math.max(milestone, last), liveAt);
    const span = at - last;
    last = at;
    return span;
  });
}

/** Sums up the stages of many changes, in hours. */
export function summariseStages(credits: readonly Credit[]): StageSummary[] {
  const spans: number[][] = STAGES.map(() => []);
  for (const credit of credits)
    stagesOf(credit).forEach((span, i) => {
      if (span !== null) spans[i]!.push(span / HOUR);
    });
  const hours = spans.map((values) => values.reduce((sum, value) => sum + value, 0));
  const whole = hours.reduce((sum, value) => sum + value, 0);
  return STAGES.map((stage, i) => ({
    stage,
    n: spans[i]!.length,
    p50: quantile(ascending(spans[i]!), 0.5),
    hours: hours[i]!,
    share: whole > 0 ? hours[i]! / whole : null,
  }));
}
