import { Body, Controller, Inject, Post } from '@nestjs/common';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { answer, ConflictAnswer, ConflictQuestion } from './conflictQuestion.js';

/** What stands in the way of a deployment, in any world. */
@Controller('v1/conflicts')
export class ConflictsController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** All conflicts of a candidate with a snapshot, and other times if it is blocked (SCH-04, formulas 4.4). */
  @Post('evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(ConflictAnswer, 'The conflicts.')
  evaluate(@Body({ schema: ConflictQuestion }) question: ConflictQuestion) {
    return answer(question, question.now === undefined ? this.clock() : new Date(question.now));
  }
}
