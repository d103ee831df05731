import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { CanaryAnswer } from './canary/answer.js';
import { judge } from './canary/judge.js';
import { judgeLikeKayenta } from './canary/kayenta/judge.js';
import { KayentaLook } from './canary/kayenta/schema.js';
import { Look } from './canary/look.js';

const Evaluation = z.discriminatedUnion('mode', [Look, KayentaLook]).meta({ id: 'CanaryEvaluation' });

/** Verdicts on canaries, for those who want to try the judge before they trust it. */
@Controller('v1/canary')
export class CanaryController {
  /** Judges one look at a canary from the samples in the body; in mode `kayenta` as NetflixACAJudge-v1.0 does. */
  @Post('evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(CanaryAnswer, 'The verdict, and how it came about.')
  evaluate(@Body({ schema: Evaluation }) look: z.infer<typeof Evaluation>) {
    return look.mode === 'kayenta' ? judgeLikeKayenta(look) : judge(look);
  }
}
