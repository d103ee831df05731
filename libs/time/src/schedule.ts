import { z } from 'zod';
import { Duration } from './duration.js';
import { LocalDateTime, wallOf } from './wall.js';

const MOST_DATES = 10_000;
const dates = z.array(LocalDateTime).max(MOST_DATES).optional();

const Recurring = {
  id: z.string().min(1).max(200).optional().describe('What answers call it'),
  zone: z.string().min(1).max(64).describe('A zone of the IANA database, such as Europe/London; no offset'),
  start: LocalDateTime.describe('Start of the first occurrence; with a rule, where the rule begins to count'),
  rule: z
    .string()
    .max(2_000)
    .optional()
    .describe('RFC 5545 RRULE; without it the start is the one occurrence'),
  rdates: dates.describe('Further starts'),
  exdates: dates.describe('Starts that are left out, from the rule and from rdates'),
};

/** Occurrences from a local start for an exact time: windows. LIB-05.2. */
const PermitSchedule = z
  .strictObject({ kind: z.literal('permit'), ...Recurring, duration: Duration })
  .meta({ id: 'PermitSchedule' });

/** Occurrences from a local start to a local end: freezes. Each lasts as long on the wall as the first. LIB-05.3. */
const RestrictSchedule = z
  .strictObject({
    kind: z.literal('restrict'),
    ...Recurring,
    end: LocalDateTime.describe(
      'End of the first occurrence; the others end as many days and hours after their start',
    ),
  })
  .refine(({ start, end }) => wallOf(start) < wallOf(end), { path: ['end'], message: 'must lie after start' })
  .meta({ id: 'RestrictSchedule' });

/** How a schedule that is none is refused. */
export const SCHEDULE_INVALID = { code: 'SCHEDULE_INVALID', whole: 'schedule', ref: 'LIB-05.1' };

/**
 * Wall-clock times in a zone: one start, or those of a recurrence rule that begins at it, with dates added and taken
 * away. `kind` says how an occurrence is measured, not what it is used for. Several schedules are a union. LIB-05.1.
 */
export const Schedule = z
  .discriminatedUnion('kind', [PermitSchedule, RestrictSchedule])
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;
