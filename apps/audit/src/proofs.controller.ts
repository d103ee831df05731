import { Body, Controller, Post } from '@nestjs/common';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { ProofAnswer } from './proofAnswer.js';
import { ProofQuestion, verdictOf } from './proofQuestion.js';

/** Proofs and signatures, checked as the offline verifier checks them: for anyone's log, not only ours. */
@Controller('v1/ledger/proofs')
export class ProofsController {
  /** Whether a proof, a signed note or a proof file holds, and why not (AUD-02, RFC 6962, C2SP). */
  @Post('verify')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(ProofAnswer, 'Whether it holds, and what it shows or why not.')
  verify(@Body({ schema: ProofQuestion }) question: ProofQuestion) {
    return verdictOf(question);
  }
}
