import { Body, Controller, Header, Inject, Post } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { BusinessCalendar } from '#time/business/calendar';
import { CalendarFeed } from '#time/ical/entry';
import { writeCalendar } from '#time/ical/write';
import { businessTime } from './businessTime.js';
import { ImportAnswer } from './importAnswer.js';
import { imported } from './imported.js';
import { ImportRequest } from './importRequest.js';
import { BusinessAnswer } from './timeAnswer.js';

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
  @Answers(ImportAnswer, 'What was read, and when it is open.')
  import(@Body({ schema: ImportRequest }) request: z.infer<typeof ImportRequest>) {
    return imported(request);
  }

  /** Writes schedules as an iCalendar feed. */
  @Post('export')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Header('content-type', 'text/calendar; charset=utf-8')
  @ApiOkResponse({ content: { 'text/calendar': { schema: { type: 'string' } } }, description: 'The feed.' })
  export(@Body({ schema: CalendarFeed }) feed: z.infer<typeof CalendarFeed>) {
    return writeCalendar(feed, this.now().getTime());
  }

  /** Adds and measures business hours and days on a calendar of a region. */
  @Post('business')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(BusinessAnswer, 'Whether business is done, and where what was asked for ends.')
  business(@Body({ schema: BusinessRequest }) request: z.infer<typeof BusinessRequest>) {
    return businessTime(request);
  }
}
