import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { Computes } from '#service/permit';
import { judge } from './canary/judge.js';
import { Look } from './canary/look.js';

/** Verdicts on canaries, for those who want to try the judge before they trust it. */
@Controller('v1/canary')
export class CanaryController {
  /** Judges one look at a canary from the samples in the body. */
  @Post('evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  evaluate(@Body({ schema: Look }) look: z.infer<typeof Look>) {
    return judge(look);
  }
}
