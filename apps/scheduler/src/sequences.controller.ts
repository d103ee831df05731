import { Body, Controller, Inject, Post } from '@nestjs/common';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { answer, SequenceQuestion } from './sequenceQuestion.js';
import { RegionsAnswer, SequenceAnswer } from './sequence/answer.js';
import { regionalWaves } from './sequence/regions.js';
import { RegionalRequest } from './sequence/request.js';

/** In which order a plan goes, in any world. */
@Controller('v1/sequences')
export class SequencesController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Waves, units, rollback order, earliest starts and critical path of a plan (SCH-07). */
  @Post('evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(SequenceAnswer, 'The order, and the earliest starts.')
  evaluate(@Body({ schema: SequenceQuestion }) question: SequenceQuestion) {
    return answer(question, question.now === undefined ? this.clock() : new Date(question.now));
  }

  /** One wave a region, following the sun (SCH-07.5). */
  @Post('regions')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(RegionsAnswer, 'The waves.')
  regions(@Body({ schema: RegionalRequest }) request: RegionalRequest) {
    return { waves: regionalWaves(request) };
  }
}
