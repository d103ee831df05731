import { z } from 'zod';
import { defineEvent } from '../event.js';
import { DeploymentKind, EnvironmentClass } from './plan.js';

const Id = z.string().min(1).max(200);
const Instant = z.iso.datetime();

/** What a freeze covers: a deployment must match every list that is given; no list at all covers everything. */
export const FreezeScope = z
  .object({
    services: z.array(Id).min(1).max(1000).optional(),
    environments: z.array(Id).min(1).max(1000).optional(),
    environmentClasses: z.array(EnvironmentClass).min(1).optional(),
  })
  .meta({ id: 'FreezeScope' });

export const FreezeDeclared = defineEvent(
  'FreezeDeclared',
  z.object({
    freezeId: Id,
    name: z.string().min(1).max(200),
    reason: z.enum(['peak', 'audit', 'fiscal', 'incident', 'vendor']),
    mode: z.enum(['soft', 'hard', 'hard-stop']),
    start: Instant,
    end: Instant,
    scope: FreezeScope,
    allowedKinds: z.array(DeploymentKind),
    declaredBy: Id,
  }),
);

export const FreezeLifted = defineEvent(
  'FreezeLifted',
  z.object({ freezeId: Id, reason: z.string().min(1).max(2_000), liftedBy: Id }),
);

/** A place in the calendar of one service in one environment, taken for one deployment. */
export const WindowReserved = defineEvent(
  'WindowReserved',
  z.object({ deploymentId: Id, service: Id, environment: Id, start: Instant, end: Instant }),
);

export const ReservationReleased = defineEvent(
  'ReservationReleased',
  z.object({ deploymentId: Id, service: Id, environment: Id, reason: z.string() }),
);

/** Freezes and reservations: what the calendar consists of. */
export const freezeEvents = [FreezeDeclared, FreezeLifted] as const;
export const reservationEvents = [WindowReserved, ReservationReleased] as const;
