import { z } from 'zod';
import { rules } from '#time/argocd/decide';
import { statuses, transparencies } from '#time/ical/entry';
import { Schedule } from '#time/schedule';
import { outlook, Span, tzdata } from './timeAnswer.js';

const Place = z.int().min(0).describe('Its place among those that were sent');
const ofInstant = z.object(outlook).partial().shape;

/** What is told only where it was asked for; `source` is what each occurrence says of where it is from. */
const asked = <Source extends z.ZodRawShape>(source: Source) => {
  const occurrences = z.array(Span.extend(source)).optional();
  return {
    ...ofInstant,
    because: occurrences.describe('With `at`: what holds the instant or, for iCalendar, opens next'),
    intervals: z.array(Span).optional().describe('With `range`: when it is open'),
    occurrences: occurrences.describe('With `range`'),
  };
};

const Entry = z
  .object({
    uid: z.string(),
    sequence: z.int().min(0),
    summary: z.string(),
    description: z.string().optional(),
    status: z.enum(statuses),
    transparency: z.enum(transparencies),
    changedAt: z.iso.datetime().optional(),
    schedules: z.array(Schedule).describe('Instances that were moved are schedules of their own'),
  })
  .meta({ id: 'ImportedEntry' });

const ICalendarImported = z
  .object({
    format: z.literal('icalendar'),
    tzdata,
    name: z.string().optional(),
    entries: z.array(Entry),
    superseded: z.int().min(0).describe('Events that a newer one of the same UID replaced'),
    ...asked({ uid: z.string() }),
  })
  .meta({ id: 'ICalendarImported' });

const ArgoImported = z
  .object({
    format: z.literal('argocd'),
    tzdata,
    windows: z.array(Place).describe('Those that concern the application'),
    rule: z
      .enum(Object.keys(rules) as [keyof typeof rules])
      .optional()
      .describe('With `at`'),
    why: z.string().optional().describe('The same in a sentence'),
    ...asked({ window: Place, kind: z.enum(['allow', 'deny']) }),
  })
  .meta({ id: 'ArgoImported' });

const GitLabImported = z
  .object({
    format: z.literal('gitlab'),
    tzdata,
    why: z.string().optional().describe('With `at`: one sentence'),
    ...asked({ period: Place }),
  })
  .meta({ id: 'GitLabImported' });

/** What is answered to an import, by its format. */
export const ImportAnswer = z
  .discriminatedUnion('format', [ICalendarImported, ArgoImported, GitLabImported])
  .meta({ id: 'ImportAnswer' });
