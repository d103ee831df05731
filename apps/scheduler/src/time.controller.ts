import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { evaluate } from '#time/evaluate';
import { expandAll, type Occurrence } from '#time/expand';
import type { Interval } from '#time/intervals';
import { Schedule } from '#time/schedule';
import { instant, iso, span } from './instant.js';
import { changing } from './changing.js';
import { EvaluateAnswer, ExpandAnswer } from './timeAnswer.js';

const Schedules = z.array(Schedule).min(1).max(50).describe('Their union is what is asked about');
const Instant = z.iso.datetime();

const ExpandRequest = z
  .strictObject({
    schedules: Schedules,
    range: z
      .strictObject({ start: Instant, end: Instant })
      .optional()
      .describe('Two years at most; may be left out where every rule ends'),
  })
  .meta({ id: 'ExpandRequest' });

const EvaluateRequest = z
  .strictObject({ schedules: Schedules, at: Instant.describe('The instant asked about, past or to come') })
  .meta({ id: 'EvaluateRequest' });

/** Schedules in time zones, for those who want to see what one comes to before they keep it. */
@Controller('v1/time')
export class TimeController {
  /** The occurrences of schedules that overlap a range, and the instants that any of them covers. */
  @Post('expand')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(ExpandAnswer, 'The occurrences, and what they cover together.')
  expand(@Body({ schema: ExpandRequest }) { schedules, range }: z.infer<typeof ExpandRequest>) {
    const { tzdata, expansions, intervals } = expandAll(schedules, range && span(range, 'range'));
    return {
      tzdata,
      intervals: intervals.map(spelled),
      schedules: expansions.map(({ zone, occurrences }, place) => ({
        id: schedules[place]?.id,
        zone,
        occurrences: occurrences.map(told),
      })),
    };
  }

  /** Whether schedules are open at an instant, by which occurrences, and when that changes. */
  @Post('evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(EvaluateAnswer, 'Whether they are open, by what, and when that changes.')
  evaluate(@Body({ schema: EvaluateRequest }) { schedules, at }: z.infer<typeof EvaluateRequest>) {
    const seen = evaluate(schedules, instant(at, 'at'));
    return {
      tzdata: seen.tzdata,
      open: seen.open,
      because: seen.because.map(({ occurrence, ...reason }) => ({ ...reason, occurrence: told(occurrence) })),
      ...changing(seen),
    };
  }
}

function told({ start, end, named, local }: Occurrence) {
  return { ...spelled({ start, end }), named, local };
}

function spelled({ start, end }: Interval) {
  return { start: iso(start), end: iso(end) };
}
