import { Body, Controller, Post } from '@nestjs/common';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { z } from 'zod';
import { canonicalPlan, hashOf, PlanContent } from './planHash.js';

const HashAnswer = z
  .object({
    planHash: z.string().describe('SHA-256 of the canonical form'),
    canonicalForm: z.string().describe('Canonical JSON (RFC 8785)'),
  })
  .meta({ id: 'PlanHashAnswer' });

/** Rules about plans, to be tried on any plan. */
@Controller('v1/plans')
export class PlansController {
  /** The hash that approval would bind to, and the canonical form that is hashed (SCH-01.2). */
  @Post('hash')
  @Computes()
  @Answers(HashAnswer, 'The hash, and what is hashed.')
  hash(@Body({ schema: PlanContent }) plan: PlanContent) {
    const form = canonicalPlan(plan);
    return { planHash: hashOf(form), canonicalForm: form };
  }
}
