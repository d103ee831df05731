import { z } from 'zod';
import { Schedule } from '../schedule.js';

export const statuses = ['CONFIRMED', 'TENTATIVE', 'CANCELLED'] as const;
export const transparencies = ['OPAQUE', 'TRANSPARENT'] as const;

/** What every entry of a calendar has, written or read. */
const common = {
  uid: z.string().min(1).max(1_000).describe('The same for ever, whatever becomes of the entry'),
  sequence: z.int().min(0).max(2_147_483_647).describe('One more with each change'),
  summary: z.string().max(10_000),
  description: z.string().max(100_000).optional(),
  status: z.enum(statuses),
  transparency: z.enum(transparencies).describe('TRANSPARENT takes up no time'),
};

/** An entry of a calendar that is written: one schedule under one UID. SCH-06.4. */
export const CalendarEntry = z
  .strictObject({ ...common, changedAt: z.iso.datetime().optional(), schedule: Schedule })
  .meta({ id: 'CalendarEntry' });
export type CalendarEntry = z.infer<typeof CalendarEntry>;

/** A calendar to be written. */
export const CalendarFeed = z
  .strictObject({
    name: z.string().min(1).max(200),
    color: z
      .string()
      .regex(/^[a-z]{3,30}$/)
      .optional()
      .describe('A colour name of CSS, such as teal (RFC 7986 §5.9)'),
    entries: z.array(CalendarEntry).max(10_000),
  })
  .meta({ id: 'CalendarFeed' });
export type CalendarFeed = z.infer<typeof CalendarFeed>;

/** An entry as it was read. One UID may come to several schedules: instances that were moved are schedules of their own. */
export interface ImportedEntry {
  readonly uid: string;
  readonly sequence: number;
  readonly summary: string;
  readonly description?: string;
  readonly status: (typeof statuses)[number];
  readonly transparency: (typeof transparencies)[number];
  /** LAST-MODIFIED as an ISO instant. */
  readonly changedAt?: string;
  readonly schedules: readonly Schedule[];
}
