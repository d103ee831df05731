import { Body, Controller, Post } from '@nestjs/common';
import { Computes } from '#service/permit';
import { canonicalPlan, hashOf, PlanContent } from './planHash.js';

/** Rules about plans, to be tried on any plan. */
@Controller('v1/plans')
export class PlansController {
  /** The hash that approval would bind to, and the canonical form that is hashed (SCH-01.2). */
  @Post('hash')
  @Computes()
  hash(@Body({ schema: PlanContent }) plan: PlanContent) {
    const form = canonicalPlan(plan);
    return { planHash: hashOf(form), canonicalForm: form };
  }
}
