import { z } from 'zod';
import { defineEvent } from '../event.js';

const Id = z.string().min(1).max(2_000);
const of = { source: Id, sourceEventId: Id };

/** A fact that another system stated, kept as it came. `backfill`: too old to act on, good enough to count. */
export const ExternalFactAccepted = defineEvent(
  'ExternalFactAccepted',
  z.object({ ...of, factType: z.string(), backfill: z.boolean(), cdevent: z.looseObject({}) }),
);

/** A fact that was kept but not believed: its id came with another body, or it claims a time to come. */
export const ExternalFactQuarantined = defineEvent(
  'ExternalFactQuarantined',
  z.object({ ...of, code: z.string(), reason: z.string(), digest: z.string(), cdevent: z.looseObject({}) }),
);

/** What comes from outside. */
export const externalEvents = [ExternalFactAccepted, ExternalFactQuarantined] as const;
