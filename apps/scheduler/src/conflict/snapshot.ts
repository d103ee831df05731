import { z } from 'zod';
import { ChangeType, EnvironmentClass, Instant, Kind, Name, names, Reservation, Span } from './candidate.js';
import { Policy } from './policy.js';

const MOST = 100_000;
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).max(MOST).optional();
const spans = z.array(z.strictObject(Span)).max(20_000);

/** Every list that is given must match (AND); an empty selector matches everything. */
export const Selector = z
  .strictObject({
    services: names.min(1).optional(),
    tiers: z.array(z.int().min(1).max(4)).min(1).max(4).optional(),
    environments: names.min(1).optional(),
    environmentClasses: z.array(EnvironmentClass).min(1).max(4).optional(),
    regions: names.min(1).optional(),
    changeTypes: z.array(ChangeType).min(1).max(3).optional(),
    tags: names.min(1).optional(),
  })
  .meta({ id: 'Selector' });
export type Selector = z.infer<typeof Selector>;

const selectors = z.array(Selector).min(1).max(1_000).describe('One that matches is enough (OR)');

const Freeze = z.strictObject({
  id: Name,
  state: z
    .enum(['DRAFT', 'DECLARED', 'ACTIVE', 'ENDED', 'LIFTED', 'CANCELLED'])
    .describe('Two of them count'),
  mode: z.enum(['soft', 'hard', 'hard-stop']),
  selectors,
  ...Span,
  allowedTypes: z.array(ChangeType).max(3).optional(),
  allowedKinds: z.array(Kind).max(5).optional(),
});

const Window = z.strictObject({
  id: Name,
  kind: z.enum(['standard', 'maintenance', 'emergency-only']),
  selectors,
  occurrences: spans.describe('The window as expanded by the time kernel'),
  capacity: z.int().min(1).max(100_000).optional(),
  emergencyCapacity: z.int().min(0).max(100_000).optional(),
  releasesEmergencyCapacity: z.boolean().optional(),
});

const Incident = z.strictObject({
  id: Name,
  severity: z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4']),
  services: names.optional(),
  environments: names.optional().describe('With services: those services in these environments only'),
  openedAt: Instant,
  resolvedAt: Instant.optional(),
});

const Commitment = z.strictObject({
  id: Name,
  effect: z.enum(['BLOCK', 'WARN', 'DEADLINE', 'INFO']),
  services: names.optional().describe('Without it, every service'),
  ...Span,
});

const grants = { id: Name, deployment: Name, ...Span };

/**
 * What the scheduler knows at one moment. A list that is left out is not held by the caller, and the rules
 * that need it are not evaluated (`notEvaluated` names them); an empty list says that there is none.
 */
export const Snapshot = z
  .strictObject({
    policy: Policy.optional(),
    reservations: listOf(Reservation),
    environments: listOf(
      z.strictObject({ id: Name, class: EnvironmentClass, maxParallel: z.int().min(1).optional() }),
    ),
    services: listOf(
      z.strictObject({ id: Name, tier: z.int().min(1).max(4).optional(), tags: names.optional() }),
    ),
    dependencies: listOf(z.strictObject({ consumer: Name, provider: Name, kind: z.enum(['hard', 'soft']) })),
    live: listOf(z.strictObject({ service: Name, environment: Name, versions: names })),
    freezes: listOf(Freeze),
    exceptions: listOf(z.strictObject({ ...grants, freeze: Name })),
    incidents: listOf(Incident),
    windows: listOf(Window),
    overrides: listOf(z.strictObject(grants)).describe('Off-hours overrides'),
    regions: listOf(z.strictObject({ id: Name, permitted: spans.describe('Permitted local hours') })),
    bookings: listOf(
      z.strictObject({ id: Name, environment: Name, holder: Name.optional(), ...Span }),
    ).describe('Exclusive environment bookings'),
    resources: listOf(z.strictObject({ id: Name, exclusive: z.boolean() })).describe(
      'A resource that is not listed is taken to be exclusive',
    ),
    teams: listOf(z.strictObject({ id: Name, maxParallel: z.int().min(1) })),
    commitments: listOf(Commitment),
    budgets: listOf(z.strictObject({ service: Name, state: z.enum(['HEALTHY', 'WARNING', 'EXHAUSTED']) })),
    readiness: listOf(
      z.strictObject({ environment: Name, state: z.enum(['READY', 'NOT_READY', 'UNKNOWN']) }),
    ),
    onCall: listOf(z.strictObject({ service: Name, person: Name, ...Span })),
    absences: listOf(z.strictObject({ person: Name, ...Span })),
  })
  .meta({ id: 'Snapshot' });
export type Snapshot = z.infer<typeof Snapshot>;

/** One member of a list of the snapshot. */
export type Member<Section extends keyof Snapshot> =
  NonNullable<Snapshot[Section]> extends (infer Item)[] ? Item : never;
