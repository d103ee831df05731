import { z } from 'zod';
import type { Fact } from './fact.js';

const Id = z.string().min(1).max(500);
const Instant = z.iso.datetime({ offset: true });
const Severity = z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4']);
const Percent = z.number().min(0).max(100);
const ids = z.array(Id).max(5_000);

const said = {
  id: Id.describe('Of the event that said it; the same event twice is one fact'),
  at: Instant.describe('When it happened'),
  recordedAt: Instant.describe('When we learned it'),
};

const change = { ...said, service: Id, commit: Id };
const Merged = z.strictObject({
  kind: z.literal('changeMerged'),
  ...change,
  committedAt: Instant,
  mergedAt: Instant.optional(),
});
const Exposed = z.strictObject({ kind: z.literal('changeExposed'), ...change });
const Packaged = z.strictObject({
  kind: z.literal('artifactPackaged'),
  ...said,
  service: Id.optional(),
  artifact: Id,
  commits: ids.optional(),
});

const deployment = {
  ...said,
  deploymentId: Id,
  service: Id.optional(),
  environment: Id.optional(),
  production: z.boolean().optional(),
  deploymentKind: z.enum(['PLANNED', 'HOTFIX', 'ROLLBACK', 'REDEPLOY', 'CONFIG']).optional(),
  artifacts: ids.optional(),
  version: Id.optional(),
  configDigest: Id.optional(),
  migrationDigest: Id.optional(),
  planDigest: Id.optional(),
  strategy: Id.optional(),
  band: Id.optional(),
  team: Id.optional(),
  dryRun: z.boolean().optional(),
  remediates: ids.optional().describe('Deployments or incidents that it mends'),
};
const deploymentFacts = [
  z.strictObject({
    kind: z.enum(['deploymentRequested', 'deploymentApproved', 'deploymentStarted', 'deploymentCancelled']),
    ...deployment,
  }),
  z.strictObject({ kind: z.enum(['deploymentSucceeded', 'failureDetected']), ...deployment }),
  z.strictObject({
    kind: z.literal('deploymentExposed'),
    ...deployment,
    trafficPercent: Percent.optional(),
  }),
  z.strictObject({ kind: z.literal('deploymentFailed'), ...deployment, effect: z.boolean() }),
  z.strictObject({
    kind: z.literal('deploymentRolledBack'),
    ...deployment,
    automatic: z.boolean().optional(),
    trafficPercent: Percent.optional(),
    detectedAt: Instant.optional(),
    decidedAt: Instant.optional(),
    effect: z.boolean().optional(),
  }),
] as const;

const Attribution = z.strictObject({
  kind: z.enum(['failureAttributed', 'failureWithdrawn']),
  ...said,
  deploymentId: Id,
  service: Id.optional(),
  ground: z.enum(['ROLLED_BACK', 'HOTFIX', 'INCIDENT', 'FAILED', 'ATTRIBUTED']).optional(),
  reason: z.string().min(1).max(2_000),
});

const incident = { ...said, incidentId: Id, service: Id.optional() };
const incidentFacts = [
  z.strictObject({
    kind: z.literal('incidentOpened'),
    ...incident,
    severity: Severity.optional(),
    startedAt: Instant.optional(),
    production: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('incidentResolved'), ...incident, restoredAt: Instant.optional() }),
  z.strictObject({
    kind: z.enum(['incidentAcknowledged', 'incidentReopened', 'incidentCancelled']),
    ...incident,
  }),
  z.strictObject({ kind: z.literal('incidentMerged'), ...incident, into: Id }),
  z.strictObject({ kind: z.literal('incidentSeverityChanged'), ...incident, severity: Severity }),
  z.strictObject({
    kind: z.enum(['incidentCauseConfirmed', 'incidentCauseRejected']),
    ...incident,
    deploymentId: Id,
    extension: z.string().min(1).max(2_000).optional(),
  }),
] as const;

const Service = z.strictObject({
  kind: z.enum(['serviceRegistered', 'serviceRetired']),
  ...said,
  service: Id,
});

/** A fact as `fact.ts` means it, to be handed in from outside. */
export const FactSchema = z
  .discriminatedUnion('kind', [
    Merged,
    Exposed,
    Packaged,
    ...deploymentFacts,
    Attribution,
    ...incidentFacts,
    Service,
  ])
  .meta({ id: 'DeliveryFact' }) satisfies z.ZodType<Fact>;
