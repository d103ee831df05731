import { z } from 'zod';
import { defineEvent } from '../event.js';
import { EnvironmentClass, ViolationSchema } from './plan.js';

const Id = z.string().min(1).max(200);
const of = { changeId: Id, deploymentId: Id };
const bound = { ...of, planHash: z.string() };

/** How risky a change is, and why (formulas 4.1). */
export const ChangeRiskAssessed = defineEvent(
  'ChangeRiskAssessed',
  z.object({
    ...bound,
    score: z.number(),
    band: z.enum(['LOW', 'MODERATE', 'HIGH', 'CRITICAL']),
    probability: z.number(),
    lowConfidence: z.boolean(),
    factors: z.array(
      z.object({ name: z.string(), value: z.number(), points: z.number(), imputed: z.boolean() }),
    ),
    model: z.string(),
  }),
);

export const ChangeRequested = defineEvent(
  'ChangeRequested',
  z.object({
    ...of,
    changeType: z.enum(['STANDARD', 'NORMAL', 'EMERGENCY']),
    services: z.array(Id),
    environment: Id,
    reason: z.string(),
    requestedBy: Id,
  }),
);

/** A round of approval, bound to the exact plan. Silence is never consent: it expires. */
export const ApprovalRequested = defineEvent(
  'ApprovalRequested',
  z.object({
    ...bound,
    quorum: z.int().min(1),
    requestedBy: Id,
    authors: z.array(Id),
    environmentClass: EnvironmentClass,
    expiresAt: z.iso.datetime(),
    policy: z.string(),
    score: z.number(),
    band: z.string(),
  }),
);

export const ApprovalVoteCast = defineEvent(
  'ApprovalVoteCast',
  z.object({
    ...bound,
    person: Id,
    vote: z.enum(['approve', 'reject', 'abstain']),
    comment: z.string().max(2_000).optional(),
  }),
);

/** Someone tried to decide on what they made, or to run what they approved. */
export const SodViolationBlocked = defineEvent(
  'SodViolationBlocked',
  z.object({ ...bound, person: Id, action: z.string(), violations: z.array(ViolationSchema) }),
);

export const ApprovalGranted = defineEvent('ApprovalGranted', z.object({ ...bound, approvers: z.array(Id) }));
export const ApprovalRejected = defineEvent('ApprovalRejected', z.object({ ...bound, reason: z.string() }));
export const ApprovalExpired = defineEvent('ApprovalExpired', z.object({ ...bound, lateBySeconds: z.int() }));
export const ApprovalSuperseded = defineEvent('ApprovalSuperseded', z.object({ ...bound, by: z.string() }));

export const ChangeImplemented = defineEvent('ChangeImplemented', z.object({ ...of }));
export const ChangeFailed = defineEvent('ChangeFailed', z.object({ ...of, reason: z.string() }));
export const ChangeBackedOut = defineEvent('ChangeBackedOut', z.object({ ...of }));
export const ChangeCancelled = defineEvent('ChangeCancelled', z.object({ ...of, reason: z.string() }));

/** What a change and its rounds of approval live through. */
export const changeEvents = [
  ChangeRequested,
  ChangeRiskAssessed,
  ApprovalRequested,
  ApprovalVoteCast,
  SodViolationBlocked,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalExpired,
  ApprovalSuperseded,
  ChangeImplemented,
  ChangeFailed,
  ChangeBackedOut,
  ChangeCancelled,
] as const;
