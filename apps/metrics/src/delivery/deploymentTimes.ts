import { Rejected } from '#events';
import type { DeploymentFact } from '../fact.js';
import { earlier, instant, later } from './instant.js';

export type Outcome = 'SUCCEEDED' | 'FAILED' | 'ROLLED_BACK' | 'CANCELLED' | 'IN_PROGRESS';

/** A multi-region rollout is live with its last region, or by choice with its first (4.2.1). */
export type LiveTime = 'last' | 'first';

/** When a deployment did what, in milliseconds. */
export interface Times {
  /** Of whatever was told first. */
  firstAt: number;
  requestedAt?: number;
  approvedAt?: number;
  startedAt?: number;
  exposedAt?: number;
  liveAt?: number;
  failedAt?: number;
  rolledBackAt?: number;
  cancelledAt?: number;
  detectedAt?: number;
  decidedAt?: number;
}

/** Notes what a fact says about when. Earliest, except for the last approval, the last region and the last end. */
export function record(times: Times, fact: DeploymentFact, live: LiveTime): void {
  const at = instant(fact.at, `${fact.kind}.at`);
  times.firstAt = Math.min(times.firstAt, at);
  switch (fact.kind) {
    case 'deploymentRequested':
      times.requestedAt = earlier(times.requestedAt, at);
      return;
    case 'deploymentApproved':
      times.approvedAt = later(times.approvedAt, at);
      return;
    case 'deploymentStarted':
      times.startedAt = earlier(times.startedAt, at);
      return;
    case 'deploymentExposed':
      times.exposedAt = earlier(times.exposedAt, at);
      return;
    case 'deploymentSucceeded':
      times.liveAt = live === 'last' ? later(times.liveAt, at) : earlier(times.liveAt, at);
      return;
    case 'deploymentFailed':
      times.failedAt = later(times.failedAt, at);
      return;
    case 'deploymentCancelled':
      times.cancelledAt = later(times.cancelledAt, at);
      return;
    case 'failureDetected':
      times.detectedAt = earlier(times.detectedAt, at);
      return;
    case 'deploymentRolledBack':
      times.rolledBackAt = later(times.rolledBackAt, at);
      if (fact.detectedAt)
        times.detectedAt = earlier(times.detectedAt, instant(fact.detectedAt, 'detectedAt'));
      if (fact.decidedAt) times.decidedAt = earlier(times.decidedAt, instant(fact.decidedAt, 'decidedAt'));
      return;
  }
  throw new Rejected(
    'INVALID_FACT',
    `A fact's kind is not known: ${String((fact as { kind: unknown }).kind)}.`,
  );
}

/** A rollback outlives a success; otherwise the later of success and failure stands. */
export function outcomeOf({ liveAt, failedAt, rolledBackAt, cancelledAt }: Times): Outcome {
  if (rolledBackAt !== undefined) return 'ROLLED_BACK';
  if (failedAt !== undefined && (liveAt ?? -Infinity) < failedAt) return 'FAILED';
  if (liveAt !== undefined) return 'SUCCEEDED';
  return cancelledAt === undefined ? 'IN_PROGRESS' : 'CANCELLED';
}

export function terminalAt({ failedAt, rolledBackAt, cancelledAt }: Times): number | undefined {
  return rolledBackAt ?? failedAt ?? cancelledAt;
}
