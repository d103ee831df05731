import { z } from 'zod';
import { defineEvent } from '../event.js';

const Id = z.string().min(1).max(200);

/** A key for a machine; only its hash is known here. */
export const ApiKeyIssued = defineEvent(
  'ApiKeyIssued',
  z.object({
    keyId: Id,
    hash: z.string(),
    subject: Id,
    roles: z.array(z.string()).min(1),
    issuedBy: Id,
    expiresAt: z.iso.datetime(),
  }),
);
export const ApiKeyRevoked = defineEvent(
  'ApiKeyRevoked',
  z.object({ keyId: Id, revokedBy: Id, reason: z.string().min(1).max(2_000) }),
);

/** Someone asked for what they may not do; one event a subject, action and minute, with a count. */
export const AccessDenied = defineEvent(
  'AccessDenied',
  z.object({
    subject: Id,
    action: z.string(),
    code: z.string(),
    minute: z.iso.datetime(),
    count: z.int().min(1),
  }),
);

/** Someone read audit data. */
export const AuditAccessRecorded = defineEvent(
  'AuditAccessRecorded',
  z.object({ subject: Id, query: z.string().max(4_000), rows: z.int().min(0) }),
);

/** A parked key was tried again, or given up, by a person. */
export const QuarantineRedriven = defineEvent(
  'QuarantineRedriven',
  z.object({ follower: Id, key: z.string(), redriven: z.int(), left: z.int(), by: Id }),
);
export const QuarantineDiscarded = defineEvent(
  'QuarantineDiscarded',
  z.object({
    follower: Id,
    key: z.string(),
    discarded: z.int(),
    by: Id,
    reason: z.string().min(1).max(2_000),
  }),
);

/** Who may, who may not, who looked. */
export const keyEvents = [ApiKeyIssued, ApiKeyRevoked] as const;
export const accessEvents = [
  AccessDenied,
  AuditAccessRecorded,
  QuarantineRedriven,
  QuarantineDiscarded,
] as const;
