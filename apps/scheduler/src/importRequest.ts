import { z } from 'zod';
import { Application } from '#time/argocd/applies';
import { SyncWindow } from '#time/argocd/syncWindow';
import { FreezePeriod } from '#time/gitlab/freezePeriod';

const Instant = z.iso.datetime();
const asked = {
  at: Instant.optional().describe('Whether it is open at this instant, past or to come'),
  range: z
    .strictObject({ start: Instant, end: Instant })
    .optional()
    .describe('When it is open between these instants, two years apart at most'),
};

export const ICalendarImport = z
  .strictObject({
    format: z.literal('icalendar'),
    text: z.string().max(1_048_576).describe('An iCalendar file (RFC 5545)'),
    zone: z.string().max(64).optional().describe('The zone of dates and times that name none'),
    ...asked,
  })
  .meta({ id: 'ICalendarImport' });

export const ArgoImport = z
  .strictObject({
    format: z.literal('argocd'),
    windows: z.array(SyncWindow).min(1).max(100).describe('spec.syncWindows of an AppProject'),
    application: Application.optional().describe('Only windows that concern it count; all do if absent'),
    sync: z.enum(['automatic', 'manual']).optional().describe('Automatic if absent'),
    runningSince: Instant.optional().describe('Whether an automatic sync that began then may go on'),
    ...asked,
  })
  .refine(({ sync, runningSince }) => !(sync === 'manual' && runningSince), {
    path: ['runningSince'],
    message: 'is for automatic syncs',
  })
  .meta({ id: 'ArgoImport' });

export const GitLabImport = z
  .strictObject({
    format: z.literal('gitlab'),
    periods: z.array(FreezePeriod).min(1).max(50).describe('As /projects/:id/freeze_periods lists them'),
    ...asked,
  })
  .meta({ id: 'GitLabImport' });

/** What others keep their windows and freezes in. */
export const ImportRequest = z
  .discriminatedUnion('format', [ICalendarImport, ArgoImport, GitLabImport])
  .meta({ id: 'ImportRequest' });
export type ImportRequest = z.infer<typeof ImportRequest>;
