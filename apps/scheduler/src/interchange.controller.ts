import { Body, Controller, Header, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Computes } from '#service/permit';
import { BusinessCalendar } from '#time/business/calendar';
import { CalendarFeed } from '#time/ical/entry';
import { writeCalendar } from '#time/ical/write';
import { businessTime } from './businessTime.js';
import { imported } from './imported.js';
import { ImportRequest } from './importRequest.js';

const Instant = z.iso.datetime();
const Hours = z.number().min(-100_000).max(100_000);

const BusinessRequest = z
  .strictObject({
    calendar: BusinessCalendar,
    at: Instant.describe('The instant asked about'),
    hours: Hours.optional().describe('Business hours to add, or to take away'),
    days: z.int().min(-10_000).max(10_000).optional().describe('Business days to add, or to take away'),
    until: Instant.optional().describe('To where business time is measured'),
  })
  .meta({ id: 'BusinessTimeRequest' });

/** Windows, freezes and calendars as others keep them, and business time: computed, never stored. */
@Controller('v1/time')
export class InterchangeController {
  constructor(@Inject(CLOCK) private readonly now: Clock) {}

  /** Reads iCalendar, Argo CD's sync windows or GitLab's freeze periods, and says when they are open. */
  @Post('import')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  import(@Body({ schema: ImportRequest }) request: z.infer<typeof ImportRequest>) {
    return imported(request);
  }

  /** Writes schedules as an iCalendar feed. */
  @Post('export')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Header('content-type', 'text/calendar; charset=utf-8')
  export(@Body({ schema: CalendarFeed }) feed: z.infer<typeof CalendarFeed>) {
    return writeCalendar(feed, this.now().getTime());
  }

  /** Adds and measures business hours and days on a calendar of a region. */
  @Post('business')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  business(@Body({ schema: BusinessRequest }) request: z.infer<typeof BusinessRequest>) {
    return businessTime(request);
  }
}
