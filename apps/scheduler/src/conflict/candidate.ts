import { z } from 'zod';
import { MOST_MINUTES } from '../instant.js';

/** A name that people or systems gave: no control characters, no half characters. */
export const Name = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, 'must be 1 to 200 printable characters');
export const Instant = z.iso.datetime().describe('An instant in UTC, such as 2027-01-29T18:00:00Z');
export const Span = { start: Instant, end: Instant.describe('Exclusive') };
export const EnvironmentClass = z.enum(['DEV', 'TEST', 'STAGING', 'PROD']);
export const ChangeType = z.enum(['STANDARD', 'NORMAL', 'EMERGENCY']);
export const Kind = z.enum(['PLANNED', 'HOTFIX', 'ROLLBACK', 'REDEPLOY', 'CONFIG']);
export const Tag = Name;
export const names = z.array(Name).max(1_000);

export type EnvironmentClass = z.infer<typeof EnvironmentClass>;
export type ChangeType = z.infer<typeof ChangeType>;
export type Kind = z.infer<typeof Kind>;

const Minutes = z.int().min(0).max(MOST_MINUTES);
const Version = z.strictObject({ service: Name, version: Name });

const Emergency = z.strictObject({
  path: z.enum(['emergency', 'break-glass']),
  freezes: names.optional().describe('Freezes that the authorisation names; no other is lifted'),
  validUntil: Instant.optional().describe('From here on the authorisation counts for nothing'),
});

const occupancy = {
  id: Name,
  services: names.min(1),
  environment: Name,
  environmentClass: EnvironmentClass.optional().describe('Without it, that of the environment; else PROD'),
  regions: names.optional(),
  resources: names.optional().describe('Infrastructure state, databases, load balancers that are touched'),
  ...Span,
  preBufferMinutes: Minutes.optional(),
  soakMinutes: Minutes.optional(),
  exclusive: z.boolean().optional().describe('Needs the environment to itself'),
  kind: Kind.optional(),
  changeType: ChangeType.optional().describe('NORMAL if not given'),
  emergency: Emergency.optional(),
  tags: names.optional(),
  team: Name.optional(),
  operator: Name.optional(),
  delivers: z.array(Version).max(1_000).optional().describe('Provider versions that are live once it ends'),
  plan: z
    .strictObject({ id: Name, wave: z.int().min(1), unit: Name.optional() })
    .optional()
    .describe('Where a deployment plan put it; a unit is a set of services that depend on each other'),
};

/** A place in the calendar that is held, reserved or being used. */
export const Reservation = z
  .strictObject({
    ...occupancy,
    state: z.enum(['HELD', 'RESERVED', 'IN_PROGRESS', 'VALIDATING', 'ROLLING_BACK']),
  })
  .meta({ id: 'Reservation' });
export type Reservation = z.infer<typeof Reservation>;

/** A deployment that asks for a place, with all that the rules of formulas 4.4 want to know of it. */
export const Candidate = z
  .strictObject({
    ...occupancy,
    kind: Kind,
    rollbackMinutes: Minutes.optional().describe('How long going back would take; 0 if not given'),
    earliest: Instant.optional().describe('Alternatives do not start before it'),
    latest: Instant.optional().describe('Alternatives do not start after it'),
    regionalSplit: z.boolean().optional().describe('Runs as one wave per region, each checked on its own'),
    reliability: z
      .boolean()
      .optional()
      .describe('Reliability work, which an exhausted error budget lets pass'),
    incidents: names.optional().describe('Incidents that it is linked to'),
    approvers: names.optional().describe('Mandatory approvers'),
    requires: z.array(Version).max(1_000).optional().describe('Provider versions that must be live'),
    notice: z
      .strictObject({ earliestStart: Instant, rule: Name.optional() })
      .optional()
      .describe('Submission plus the lead time of its type and risk band, by the business calendar'),
  })
  .meta({ id: 'Candidate' });
export type Candidate = z.infer<typeof Candidate>;
