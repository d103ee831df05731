import { isDeepStrictEqual } from 'node:util';
import {
  DeploymentStarted,
  DeploymentStartMissed,
  DeploymentStartRefused,
  Rejected,
  type Violation,
} from '#events';
import type { Conflict } from './conflict/finding.js';
import type { Decide, Known } from './deployment.js';
import { taking } from './transitions.js';

/** What is known at the moment of a start: who starts what, and the conflicts of that moment. */
export interface StartCheck {
  readonly startedBy: string;
  readonly digests?: readonly string[];
  readonly conflicts: readonly Conflict[];
}

/** Starts, or records why not, with every reason at once: all conditions are judged anew at this moment (SCH-01.3). */
export function start(check: StartCheck, now: Date): Decide {
  return (deployment) => {
    if (deployment.status === 'IN_PROGRESS' && deployment.startedBy === check.startedBy) return [];
    const before = notStarted(deployment.status) ? (deployment as Known) : taking('start', deployment);
    const { deploymentId, planHash, plan } = before;
    const violations = [...notApproved(before), ...notNow(before, now), ...notThis(before, check)];
    if (violations.length > 0) {
      const same = { refusedTo: check.startedBy, violations };
      const { refusedTo, violations: last } = before.refusal ?? {};
      if (isDeepStrictEqual({ refusedTo, violations: last }, same)) throw new Rejected(violations);
      const refused = DeploymentStartRefused({
        deploymentId,
        planHash,
        refusedTo: check.startedBy,
        violations,
      });
      return missed(before, now)
        ? [refused, DeploymentStartMissed({ deploymentId, planHash, graceUntil: before.slot!.graceUntil })]
        : [refused];
    }
    const { services, environment, environmentClass } = plan;
    const { startedBy } = check;
    const startedAt = now.toISOString();
    const started = { deploymentId, planHash, startedBy, services, environment, environmentClass, startedAt };
    return [DeploymentStarted(started)];
  };
}

const notStarted = (status: string) =>
  ['REQUESTED', 'AWAITING_APPROVAL', 'APPROVED', 'SCHEDULED'].includes(status);

function notApproved({ approval, planHash }: Known): Violation[] {
  if (approval?.planHash === planHash) return [];
  const message = 'This very plan has no approval; it must be granted, for this planHash, before the start.';
  return [{ code: 'APPROVAL_MISSING', message, ref: 'state-machines 3.2 (b)' }];
}

function notNow(deployment: Known, now: Date): Violation[] {
  const { slot } = deployment;
  if (!slot) {
    const message = 'There is no slot in the calendar for it; it must be scheduled before the start.';
    return [{ code: 'NOT_SCHEDULED', message, ref: 'SCH-01.3' }];
  }
  if (now < new Date(slot.start))
    return [{ code: 'TOO_EARLY', message: `It may start from ${slot.start} on.`, ref: 'SCH-01.4' }];
  if (missed(deployment, now))
    return [{ code: 'START_MISSED', message: `It could start before ${slot.graceUntil}.`, ref: 'SCH-01.4' }];
  return [];
}

function missed({ slot, status }: Known, now: Date): boolean {
  return status === 'SCHEDULED' && slot !== undefined && now >= new Date(slot.graceUntil);
}

function notThis({ plan, approval }: Known, { startedBy, digests, conflicts }: StartCheck): Violation[] {
  const violations: Violation[] = conflicts
    .filter(({ severity }) => severity === 'BLOCKER')
    .map(({ code, message, rule }) => ({ code, message, ref: rule }));
  if (plan.environmentClass === 'PROD' && approval?.approvers.includes(startedBy))
    violations.push({
      code: 'SOD_APPROVER_OPERATOR',
      message: `${startedBy} approved this change; in production someone else must start it.`,
      ref: 'APR-07.1',
    });
  const planned = new Set(plan.artifacts.map(({ digest }) => digest));
  const foreign = digests?.filter((digest) => !planned.has(digest)) ?? [];
  if (foreign.length > 0)
    violations.push({
      code: 'ARTIFACT_MISMATCH',
      message: `${foreign.join(', ')} is not what was approved; the approved digests are ${[...planned].join(', ')}.`,
      ref: 'REL-03.5',
    });
  return violations;
}

/** The time to start has passed: the slot is given up, and the deployment is approved as before. */
export function missStart(now: Date): Decide {
  return (deployment) => {
    if (deployment.status !== 'SCHEDULED' || !missed(deployment, now)) return [];
    const { deploymentId, planHash, slot } = deployment;
    return [DeploymentStartMissed({ deploymentId, planHash, graceUntil: slot!.graceUntil })];
  };
}
