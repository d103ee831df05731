import { type Failure, inScope, startOf } from './attribution.js';
import type { Episode, Incident } from './incident.js';
import { earlier, later } from './instant.js';
import type { Counted } from './population.js';

/** How a failed deployment was recovered from (4.2.5). Times in milliseconds. */
export interface Recovery {
  readonly deployment: Counted;
  readonly failureStart: number;
  /** Absent while it is open. */
  readonly restoredAt?: number;
  /** Nothing told when the failure began; the time of going live (or failing) stands for it. */
  readonly approximate: boolean;
  readonly fault?: 'INCONSISTENT_TIMES';
  /** Parts that are known: start to detection, to acknowledgement, to decision, to restore. */
  readonly parts: RecoveryParts;
}

export interface RecoveryParts {
  readonly detect?: number;
  readonly acknowledge?: number;
  readonly decide?: number;
  readonly restore?: number;
}

/** A stretch of an incident that counts as one case of MTTR; `services` are those it hurt. */
export interface Outage {
  readonly incident: Incident;
  readonly episode: Episode;
  /** 0 for the incident itself, 1 and up for recurrences after more than 24 h. */
  readonly recurrence: number;
}

/**
 * `failureStart` = max(start(d), min(incident starts, detection)); `restoredAt` = the latest of the restores of its
 * incidents and of the rollback or hotfix that restored service. A hotfix begun after every incident was over is
 * follow-up work and prolongs nothing. One open incident leaves the case open.
 */
export function recoveriesOf(failures: readonly Failure[]): Recovery[] {
  return failures.map((failure) => {
    const { deployment, incidents } = failure;
    const known = signs(failure).reduce<number | undefined>(earlier, undefined);
    const failureStart = Math.max(startOf(deployment), known ?? deployment.liveAt ?? deployment.endedAt);
    const restoredAt = restoreOf(failure);
    const inconsistent =
      incidents.some(({ fault }) => fault === 'INCONSISTENT_TIMES') ||
      (restoredAt !== undefined && restoredAt < failureStart);
    return {
      deployment,
      failureStart,
      restoredAt,
      approximate: known === undefined,
      fault: inconsistent ? 'INCONSISTENT_TIMES' : undefined,
      parts: partsOf(failure, failureStart, restoredAt),
    };
  });
}

function signs({ deployment, incidents }: Failure): number[] {
  const starts = incidents.map(({ episodes }) => episodes[0]!.startedAt);
  const failed = deployment.outcome === 'FAILED' ? [deployment.failedAt!] : [];
  return [...starts, ...failed, ...(deployment.detectedAt === undefined ? [] : [deployment.detectedAt])];
}

function restoreOf({ deployment, incidents, hotfixes }: Failure): number | undefined {
  const restores = incidents.map(({ episodes }) => episodes[0]!.restoredAt);
  if (restores.includes(undefined)) return undefined;
  const over = (restores as number[]).reduce<number | undefined>(later, undefined);
  const mended = hotfixes
    .filter((hotfix) => !hotfix.undone && (over === undefined || startOf(hotfix) <= over))
    .map(({ liveAt }) => liveAt!);
  return [...(deployment.undone ? [deployment.undone.at] : []), ...mended].reduce<number | undefined>(
    later,
    over,
  );
}

function partsOf(
  { deployment, incidents }: Failure,
  start: number,
  restoredAt: number | undefined,
): RecoveryParts {
  const { detectedAt, decidedAt } = deployment;
  const acknowledgedAt = incidents
    .flatMap((incident) => incident.acknowledgedAt ?? [])
    .reduce<number | undefined>(earlier, undefined);
  const last = decidedAt ?? acknowledgedAt ?? detectedAt;
  return {
    detect: span(start, detectedAt),
    acknowledge: span(detectedAt ?? start, acknowledgedAt),
    decide: span(acknowledgedAt ?? detectedAt ?? start, decidedAt),
    restore: last === undefined ? undefined : span(last, restoredAt),
  };
}

function span(from: number, to: number | undefined): number | undefined {
  return to === undefined ? undefined : Math.max(0, to - from);
}

/** Every stretch of every incident SEV1 to SEV3, whatever its cause: the cases of MTTR. */
export function outagesOf(incidents: readonly Incident[]): Outage[] {
  return incidents
    .filter(inScope)
    .flatMap((incident) =>
      incident.episodes.map((episode, recurrence) => ({ incident, episode, recurrence })),
    );
}
