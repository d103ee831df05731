import { z } from 'zod';

const Instant = z.iso.datetime();
const Local = z.string().describe('What clocks in the zone show');

export const tzdata = z.string().describe('Edition of the IANA time zone database, such as 2025c');
/** From an instant up to another. */
export const Span = z.object({ start: Instant, end: Instant.describe('Exclusive') });

/** What is told of an instant: whether it is open then, and when that changes. */
export const outlook = {
  open: z.boolean(),
  closesAt: Instant.nullable().optional().describe('Where it is open; null: not before `lookedUntil`'),
  opensAt: Instant.nullable().optional().describe('Where it is not open; null: not before `lookedUntil`'),
  lookedUntil: Instant.describe('How far was looked ahead'),
};

const Occurrence = Span.extend({
  named: Local.describe('The start that the schedule names'),
  local: z.object({ start: Local, end: Local }),
}).meta({ id: 'Occurrence' });

/** What is answered to schedules that are to be expanded. */
export const ExpandAnswer = z
  .object({
    tzdata,
    intervals: z.array(Span).describe('What any of the schedules covers'),
    schedules: z.array(
      z.object({ id: z.string().optional(), zone: z.string(), occurrences: z.array(Occurrence) }),
    ),
  })
  .meta({ id: 'ExpandAnswer' });

/** What is answered to the question whether schedules are open. */
export const EvaluateAnswer = z
  .object({
    tzdata,
    ...outlook,
    because: z
      .array(
        z.object({
          schedule: z.int().min(0).describe('Its place among those asked about'),
          id: z.string().optional(),
          occurrence: Occurrence,
        }),
      )
      .describe('Occurrences that hold the instant or, where none does, that open next'),
  })
  .meta({ id: 'EvaluateAnswer' });

/** What is answered to the question for business time. */
export const BusinessAnswer = z
  .object({
    calendar: z.string().describe('Region and version'),
    open: z.boolean(),
    nextOpen: Instant.describe('The instant itself if it is open then'),
    afterHours: Instant.optional().describe('With `hours`'),
    afterDays: Instant.optional().describe('With `days`'),
    hoursUntil: z.number().optional().describe('With `until`; negative if that is earlier'),
    daysUntil: z.number().optional().describe('With `until`; negative if that is earlier'),
  })
  .meta({ id: 'BusinessTimeAnswer' });
