import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#events';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { DATABASE } from '#service/database';
import { Following } from '#service/following';
import { MinPosition } from '#service/minPosition';
import { Answers } from '#service/openapiAnswer';
import { Computes, Permit } from '#service/permit';
import { anyRole } from '#service/roles';
import { factsAbout, servicesKnown } from './deliveries.js';
import { compare } from './dora/comparison.js';
import { ComparisonAnswer } from './dora/comparisonAnswer.js';
import { evidenceOf, METRICS } from './dora/evidence.js';
import { EvidenceAnswer } from './dora/evidenceAnswer.js';
import { scopeOf } from './dora/scope.js';
import { windowOf } from './dora/window.js';
import { DoraAnswer, SuspectsAnswer } from './doraAnswer.js';
import { loadOf } from './factLoad.js';
import { FactSchema } from './factSchema.js';
import { suspectsOf } from './incidentCorrelation.js';
import { CorrelationQuestion } from './correlationQuestion.js';
import { defaults, MetricsPolicy } from './policy.js';
import { answer, answerFrom, Views } from './question.js';
import { Records } from './records.js';
import { Timelines } from './timelines.js';

const When = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .describe('An instant, or a date, which begins at midnight in the zone');
const Stretch = z.object({
  from: When,
  to: When.describe('Exclusive'),
  zone: z.string().min(1).max(64).default('UTC').describe('IANA time zone'),
});
const Question = Stretch.extend({
  service: z.string().min(1).max(200),
  asOf: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Answer with what was known then; now unless given'),
});
const Summary = Question.extend(Views);

/** Some two seconds of work. */
const MOST_LOAD = 500_000;

const Evidence = Question.extend({ metric: z.enum(METRICS) });
const Evaluation = Question.extend({
  ...Views,
  service: Question.shape.service.optional().describe('All of them, blended, if not given'),
  live: z
    .enum(['first', 'last'])
    .optional()
    .describe('Which region makes a rollout live; the last if not given'),
  policy: MetricsPolicy.optional().describe('Figures that differ from those of the spec'),
  facts: z
    .array(FactSchema)
    .max(20_000)
    .refine((facts) => loadOf(facts) <= MOST_LOAD, {
      message: `Too big: the facts speak of services of deployments more than ${MOST_LOAD} times between them; ask about fewer at once`,
    })
    .describe('In any order; repeated and late ones too'),
}).meta({ id: 'DoraQuestion' });

/** How long an answer waits for services that have to be read, in milliseconds, and how many it lists. */
const PATIENCE = 5_000;
const MOST_SERVICES = 10_000;

/** The five DORA metrics (the metrics, not the EU regulation), with the events behind every number. */
@Controller('v1')
export class DoraController {
  constructor(
    private readonly following: Following,
    private readonly records: Records,
    private readonly timelines: Timelines,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** All five metrics of one service. A figure for which there is nothing to compute from is null, never 0. */
  @Get('dora/summary')
  @Permit(...anyRole)
  @Answers(DoraAnswer, 'The metrics.')
  async summary(
    @Query({ schema: Summary }) question: z.infer<typeof Summary>,
    @MinPosition() position: number | undefined,
  ) {
    await this.following.reachOrRefuse('delivery', position);
    const query = this.#query(question);
    if (question.definition === undefined)
      return answer(await this.records.of(query.service, query.asOf), query, question);
    return answerFrom((await factsAbout(this.db, query.service)).facts, query, question);
  }

  /** The ids behind one of the numbers: what was counted, and what was left out and why. */
  @Get('dora/summary/evidence')
  @Permit(...anyRole)
  @Answers(EvidenceAnswer, 'What the number is made of.')
  async evidence(
    @Query({ schema: Evidence }) { metric, ...question }: z.infer<typeof Evidence>,
    @MinPosition() position: number | undefined,
  ) {
    await this.following.reachOrRefuse('delivery', position);
    const query = this.#query(question);
    return evidenceOf(scopeOf(await this.records.of(query.service, query.asOf), query), metric);
  }

  /** The services of which anything is known. */
  @Get('dora/services')
  @Permit(...anyRole)
  async services(@MinPosition() position: number | undefined) {
    await this.following.reachOrRefuse('delivery', position);
    return { items: (await servicesKnown(this.db)).services.slice(0, MOST_SERVICES) };
  }

  /** The five metrics of all services side by side, as known now; those that are not read in time are `pending`. */
  @Get('dora/services/summary')
  @Permit(...anyRole)
  @Answers(ComparisonAnswer, 'The headlines of each service, and of all of them.')
  async comparison(
    @Query({ schema: Stretch }) { from, to, zone }: z.infer<typeof Stretch>,
    @MinPosition() position: number | undefined,
  ) {
    const window = windowOf(from, to, zone);
    await this.following.reachOrRefuse('delivery', position);
    const known = await this.timelines.all(PATIENCE);
    return compare(known, { window, delivery: { asOf: +this.now(), policy: defaults } });
  }

  /** The five metrics of facts that are handed in, as known at `asOf` (4.2, MET-01 to MET-06). */
  @Post('dora/evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(DoraAnswer, 'The metrics.')
  evaluate(@Body({ schema: Evaluation }) { facts, ...question }: z.infer<typeof Evaluation>) {
    return answerFrom(facts, this.#query(question), question);
  }

  /** The likely causes of incidents among deployments, each with the parts of its score (MET-06). */
  @Post('dora/suspects')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(SuspectsAnswer, 'The likely causes of each incident.')
  suspects(
    @Body({ schema: CorrelationQuestion }) { incidents, deployments, policy, ...rest }: CorrelationQuestion,
  ) {
    return { suspects: suspectsOf(incidents, deployments, rest, policy) };
  }

  #query<Asked extends { readonly asOf?: string }>(question: Asked) {
    return { ...question, asOf: question.asOf ?? this.now().toISOString() };
  }
}
