import { z } from 'zod';
import { defineEvent } from '../event.js';

const Id = z.string().min(1).max(200);
const Instant = z.iso.datetime();
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits');

/** A commit that an artifact contains, and who wrote it; authors may not approve. */
const Commit = z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/), author: Id });

/** What is to be deployed, by immutable digest, and the commits it contains. */
const Artifact = z.object({
  service: Id,
  digest: Digest,
  version: Id.optional(),
  commits: z.array(Commit).max(500).optional(),
});

/** Environment classes, kinds and strategies of the product (00-conventions 0.4). */
export const EnvironmentClass = z.enum(['DEV', 'TEST', 'STAGING', 'PROD']);
export const DeploymentKind = z.enum(['PLANNED', 'HOTFIX', 'ROLLBACK', 'REDEPLOY', 'CONFIG']);
export const Strategy = z.enum(['canary', 'blue-green', 'rolling', 'recreate']);

/** A deployment as it is asked for. `planHash` covers it; approval binds to that. */
export const Plan = z
  .object({
    services: z.array(Id).min(1).max(100),
    artifacts: z.array(Artifact).min(1).max(100),
    environment: Id,
    environmentClass: EnvironmentClass,
    kind: DeploymentKind,
    strategy: Strategy,
    start: Instant.describe('When it is to start, UTC'),
    end: Instant.describe('When it is expected to be complete, UTC'),
    rollbackMinutes: z.int().min(0).max(10_080),
    reason: z.string().min(1).max(2_000),
    remediates: Id.optional().describe('The deployment or incident that a hotfix mends'),
    configuration: Digest.optional(),
    migrations: z.array(z.string().min(1).max(200)).max(100).optional(),
    runbook: Id.optional(),
    tier: z.int().min(1).max(4).optional(),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;

/** A rule that was broken, as it is recorded. */
export const ViolationSchema = z.object({
  code: z.string(),
  message: z.string(),
  ref: z.string().optional(),
});

/** A conflict as it is recorded (formulas 4.4). */
export const ConflictSchema = z.object({
  code: z.string(),
  severity: z.enum(['BLOCKER', 'WARNING', 'INFO']),
  counterpart: z.string(),
  message: z.string(),
  fingerprint: z.string(),
});

const of = { deploymentId: Id };
const bound = { ...of, planHash: z.string() };

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
  z.object({ ...bound, liveAt: Instant }),
);

export const DeploymentFailed = defineEvent(
  'DeploymentFailed',
  z.object({ ...bound, failedAt: Instant, applied: z.boolean(), reason: z.string() }),
);

export const RollbackTriggered = defineEvent(
  'RollbackTriggered',
  z.object({ ...bound, triggeredAt: Instant, triggeredBy: Id, automatic: z.boolean(), reason: z.string() }),
);

export const DeploymentRolledBack = defineEvent(
  'DeploymentRolledBack',
  z.object({ ...bound, restoredAt: Instant, automatic: z.boolean(), highestTrafficPercent: z.number() }),
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
