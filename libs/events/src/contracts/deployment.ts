import { z } from 'zod';
import { defineEvent } from '../event.js';
import { ConflictSchema, EnvironmentClass, Plan, Running, ViolationSchema } from './plan.js';

const Id = z.string().min(1).max(200);
const Instant = z.iso.datetime();
const of = { deploymentId: Id };
const bound = { ...of, planHash: z.string() };

/** Where it went and what it brought, for those who see only how it ended; older events do not say. */
const brought = { environment: Id.optional(), artifacts: z.array(Running).max(100).optional() };

export const DeploymentRequested = defineEvent(
  'DeploymentRequested',
  z.object({
    ...bound,
    plan: Plan,
    requestedBy: Id,
    authors: z.array(Id),
    conflicts: z.array(ConflictSchema),
  }),
);

/** The plan changed after it was asked for: whatever was approved no longer counts. */
export const DeploymentApprovalInvalidated = defineEvent(
  'DeploymentApprovalInvalidated',
  z.object({
    ...bound,
    was: z.string(),
    changed: z.array(z.string()),
    plan: Plan,
    requestedBy: Id,
    authors: z.array(Id),
    conflicts: z.array(ConflictSchema),
  }),
);

export const DeploymentAwaitingApproval = defineEvent(
  'DeploymentAwaitingApproval',
  z.object({ ...bound, changeId: Id, score: z.number(), band: z.string() }),
);

export const DeploymentApproved = defineEvent(
  'DeploymentApproved',
  z.object({ ...bound, changeId: Id, approvers: z.array(Id) }),
);

export const DeploymentRejected = defineEvent(
  'DeploymentRejected',
  z.object({ ...bound, reason: z.string() }),
);
export const DeploymentExpired = defineEvent('DeploymentExpired', z.object({ ...bound }));

export const DeploymentScheduled = defineEvent(
  'DeploymentScheduled',
  z.object({
    ...bound,
    services: z.array(Id),
    environment: Id,
    start: Instant,
    end: Instant,
    graceUntil: Instant,
  }),
);

/** An approved deployment could not take its slot; the blockers say why. */
export const ConflictDetected = defineEvent(
  'ConflictDetected',
  z.object({ ...bound, conflicts: z.array(ConflictSchema) }),
);

export const DeploymentStartRefused = defineEvent(
  'DeploymentStartRefused',
  z.object({ ...bound, refusedTo: Id, violations: z.array(ViolationSchema) }),
);

export const DeploymentStartMissed = defineEvent(
  'DeploymentStartMissed',
  z.object({ ...bound, graceUntil: Instant }),
);

export const DeploymentStarted = defineEvent(
  'DeploymentStarted',
  z.object({
    ...bound,
    startedBy: Id,
    services: z.array(Id),
    environment: Id,
    environmentClass: EnvironmentClass,
    startedAt: Instant,
  }),
);

/** One report of the executor on one target of one phase. */
export const DeploymentProgressed = defineEvent(
  'DeploymentProgressed',
  z.object({
    ...of,
    sequence: z.int().min(1),
    phase: Id,
    target: Id,
    status: z.enum(['started', 'applied', 'verified', 'failed']),
    trafficPercent: z.number().min(0).max(100).optional(),
    detail: z.string().max(2_000).optional(),
  }),
);

export const DeploymentSucceeded = defineEvent(
  'DeploymentSucceeded',
  z.object({ ...bound, ...brought, liveAt: Instant }),
);

export const DeploymentFailed = defineEvent(
  'DeploymentFailed',
  z.object({ ...bound, ...brought, failedAt: Instant, applied: z.boolean(), reason: z.string() }),
);

export const RollbackTriggered = defineEvent(
  'RollbackTriggered',
  z.object({ ...bound, triggeredAt: Instant, triggeredBy: Id, automatic: z.boolean(), reason: z.string() }),
);

export const DeploymentRolledBack = defineEvent(
  'DeploymentRolledBack',
  z.object({
    ...bound,
    ...brought,
    restored: z.array(Running).max(100).optional().describe('What runs again, where the executor said so'),
    restoredAt: Instant,
    automatic: z.boolean(),
    highestTrafficPercent: z.number(),
  }),
);

export const DeploymentCancelled = defineEvent(
  'DeploymentCancelled',
  z.object({ ...bound, reason: z.string(), cancelledBy: Id }),
);

/** What a deployment lives through, in its order. */
export const deploymentEvents = [
  DeploymentRequested,
  DeploymentApprovalInvalidated,
  DeploymentAwaitingApproval,
  DeploymentApproved,
  DeploymentRejected,
  DeploymentExpired,
  DeploymentScheduled,
  ConflictDetected,
  DeploymentStartRefused,
  DeploymentStartMissed,
  DeploymentStarted,
  DeploymentProgressed,
  DeploymentSucceeded,
  DeploymentFailed,
  RollbackTriggered,
  DeploymentRolledBack,
  DeploymentCancelled,
] as const;
