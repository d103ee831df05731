import { Body, Controller, Inject, Post } from '@nestjs/common';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { SlotAnswer, TrainingAnswer } from './slots/answer.js';
import { SlotQuestion } from './slots/question.js';
import { recommend } from './slots/recommend.js';
import { TrainingQuestion, trainAndTest } from './slots/training.js';

/** When a deployment is best made. */
@Controller('v1/slots')
export class SlotsController {
  constructor(@Inject(CLOCK) private readonly now: Clock) {}

  /** The best slots for a draft deployment, none of them blocked, each with why it stands where it does (SCH-08). */
  @Post('recommend')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(SlotAnswer, 'The best slots, and what they rest on.')
  recommend(@Body({ schema: SlotQuestion }) question: SlotQuestion) {
    return recommend(question, this.now());
  }

  /** Trains a model, and says how it would have foretold the past beside its baselines (formulas 4.5.6). */
  @Post('backtest')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(TrainingAnswer, 'The model, its back-test, and its comparison with the one in use.')
  backtest(@Body({ schema: TrainingQuestion }) question: TrainingQuestion) {
    return trainAndTest(question, this.now());
  }
}
