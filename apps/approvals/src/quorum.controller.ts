import { Body, Controller, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { checkSod, DutyQuestion } from './duties.js';
import {
  checkVote,
  DecideQuestion,
  decide,
  satisfiable,
  SatisfiableQuestion,
  VoteQuestion,
} from './quorum.js';
import { QuorumAnswer, SatisfiableAnswer, SodAnswer, VoteAnswer } from './quorumAnswer.js';

const at = z.iso
  .datetime({ offset: true })
  .optional()
  .describe('The moment of the question; the present if not given');
const Decide = DecideQuestion.extend({ at }).meta({ id: 'QuorumQuestion' });
const Satisfiable = SatisfiableQuestion.extend({ at }).meta({ id: 'SatisfiableQuestion' });
const Sod = DutyQuestion.extend({ at }).meta({ id: 'SodQuestion' });

/** Who may approve what with whom: rules of approval and of the segregation of duties. */
@Controller('v1')
export class QuorumController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** What votes come to under a rule: state, steps, who may still vote, conditions, and why a vote does not count (APR-04). */
  @Post('quorum/evaluate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(QuorumAnswer, 'What the votes come to.')
  evaluate(@Body({ schema: Decide }) { round, votes, at: asked }: z.infer<typeof Decide>) {
    return decide(round, votes, asked === undefined ? this.clock() : new Date(asked));
  }

  /** Every reason why one more vote may not be cast (APR-04.2, APR-07). */
  @Post('quorum/check-vote')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(VoteAnswer, 'Whether it may be cast, and every reason why not.')
  checkVote(@Body({ schema: VoteQuestion }) { round, votes, vote }: z.infer<typeof VoteQuestion>) {
    return verdict(checkVote(round, votes, vote));
  }

  /** Whether a rule can be satisfied at all, by these people, when it is written (APR-04.1). */
  @Post('quorum/satisfiable')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(SatisfiableAnswer, 'Whether it can be satisfied, and what is short.')
  satisfiable(@Body({ schema: Satisfiable }) question: z.infer<typeof Satisfiable>) {
    return satisfiable({ at: this.clock().toISOString(), ...question });
  }

  /** Every duty rule that an account would break by taking a duty on (APR-07). */
  @Post('sod/check')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(SodAnswer, 'Whether it may be taken on, and every rule that says no.')
  checkSod(@Body({ schema: Sod }) question: z.infer<typeof Sod>) {
    return verdict(checkSod({ at: this.clock().toISOString(), ...question }));
  }
}

const verdict = <Violations extends readonly unknown[]>(violations: Violations) => ({
  allowed: violations.length === 0,
  violations,
});
