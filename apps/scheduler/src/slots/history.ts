import { z } from 'zod';
import { Instant, Name, names, Span } from '../conflict/candidate.js';

/** Most outcomes, load samples or incidents in one history; more are refused before they are looked at. */
export const MOST = 100_000;

/** A counted deployment of the past and what became of it (MET-04). */
export const Outcome = z
  .strictObject({
    id: Name,
    service: Name,
    team: Name.optional(),
    tier: z.int().min(1).max(4).optional(),
    ...Span,
    score: z.number().min(0).max(100).describe('Risk score with timing neutral, as assessed then'),
    failed: z.boolean(),
  })
  .meta({ id: 'SlotOutcome' });
export type Outcome = z.infer<typeof Outcome>;

const LoadSample = z.strictObject({
  at: Instant,
  value: z.number().min(0).max(1e15).describe('Any unit, the same in all samples'),
});

const Incidents = z.strictObject({
  since: Instant.describe('From when on every incident is listed; before it nothing is known'),
  starts: z
    .array(
      z.strictObject({
        id: Name,
        at: Instant,
        severity: z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4']),
        services: names.min(1),
      }),
    )
    .max(MOST),
});

/** What a model is trained on. A list that is left out is not known; an empty list says that there was nothing. */
export const History = z
  .strictObject({
    zone: z.string().min(1).max(64).describe('IANA zone of the service'),
    outcomes: z.array(Outcome).max(MOST).describe('Of the whole organisation, as far as they are known'),
    load: z.array(LoadSample).max(MOST).optional().describe('Of the service, about one an hour'),
    incidents: Incidents.optional(),
  })
  .meta({ id: 'SlotHistory' });
export type History = z.infer<typeof History>;
