import { z } from 'zod';

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

/** What runs of a service, by immutable digest. */
export const Running = Artifact.omit({ commits: true }).meta({ id: 'Running' });
export type Running = z.infer<typeof Running>;

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
