import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#events';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Following } from '#service/following';
import { MinPosition } from '#service/minPosition';
import { Permit } from '#service/permit';
import { anyRole } from '#service/roles';
import { factsAbout, servicesKnown } from './deliveries.js';
import { dora, evidence } from './dora.js';
import { METRICS } from './dora/evidence.js';

const When = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .describe('An instant, or a date, which begins at midnight in the zone');
const Question = z.object({
  service: z.string().min(1).max(200),
  from: When,
  to: When.describe('Exclusive'),
  zone: z.string().min(1).max(64).default('UTC').describe('IANA time zone'),
  asOf: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Answer with what was known then; now unless given'),
});
const Evidence = Question.extend({ metric: z.enum(METRICS) });

/** The five DORA metrics (the metrics, not the EU regulation), with the events behind every number. */
@Controller('v1')
export class DoraController {
  constructor(
    private readonly following: Following,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** All five metrics of one service. A figure for which there is nothing to compute from is null, never 0. */
  @Get('dora/summary')
  @Permit(...anyRole)
  async summary(
    @Query({ schema: Question }) question: z.infer<typeof Question>,
    @MinPosition() position: number | undefined,
  ) {
    await this.following.reachOrRefuse('delivery', position);
    return dora(await factsAbout(this.db, question.service), this.#query(question));
  }

  /** The ids behind one of the numbers: what was counted, and what was left out and why. */
  @Get('dora/summary/evidence')
  @Permit(...anyRole)
  async evidence(
    @Query({ schema: Evidence }) { metric, ...question }: z.infer<typeof Evidence>,
    @MinPosition() position: number | undefined,
  ) {
    await this.following.reachOrRefuse('delivery', position);
    return evidence(await factsAbout(this.db, question.service), this.#query(question), metric);
  }

  /** The services of which anything is known. */
  @Get('dora/services')
  @Permit(...anyRole)
  async services(@MinPosition() position: number | undefined) {
    await this.following.reachOrRefuse('delivery', position);
    return { items: await servicesKnown(this.db) };
  }

  #query(question: z.infer<typeof Question>) {
    return { ...question, asOf: question.asOf ?? this.now().toISOString() };
  }
}
