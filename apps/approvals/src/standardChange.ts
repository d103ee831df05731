import { accept } from '#events';
import type { Violation } from '#events';
import { z } from 'zod';
import { bandNames } from './riskModel.js';
import { Name } from './name.js';

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'Expected sha256: and 64 hexadecimal digits');

/** A change that says it follows a pre-approved model, pinned by the digest of the model's template. */
export const StandardClaim = z.strictObject({
  model: Name,
  templateDigest: Digest,
  score: z.number().min(0).max(100),
  band: z.enum(bandNames),
});
export type StandardClaim = z.infer<typeof StandardClaim>;

/** The model as it stands now; the digest is of the template that was approved. */
export const StandardModel = z.strictObject({
  id: Name,
  state: z.enum(['ACTIVE', 'SUSPENDED', 'RETIRED', 'PROPOSED']),
  approvedDigest: Digest,
});
export type StandardModel = z.infer<typeof StandardModel>;

/**
 * Every reason why a change is NORMAL although it claims to be STANDARD; empty when it is (APR-01.2, APR-06.2;
 * reliability 4.2 B14). `null` stands for a model that nobody knows.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function checkStandard(givenClaim: StandardClaim, given: StandardModel | null): readonly Violation[] {
  const claim = accept(StandardClaim, givenClaim, { ref: 'APR-01.2' });
  if (given === null)
    return [because('STANDARD_MODEL_MISSING', `There is no standard model ${claim.model}.`)];
  const model = accept(StandardModel, given, { ref: 'APR-01.2' });
  return [
    model.id === claim.model ? undefined : because('STANDARD_MODEL_MISSING', `This is model ${model.id}.`),
    model.state === 'ACTIVE'
      ? undefined
      : because('STANDARD_MODEL_NOT_ACTIVE', `${model.id} is ${model.state}.`),
    model.approvedDigest === claim.templateDigest
      ? undefined
      : because('STANDARD_MODEL_CHANGED', `The approved template of ${model.id} is ${model.approvedDigest}.`),
    claim.band === 'LOW'
      ? undefined
      : because('RISK_ABOVE_STANDARD', `A risk of ${claim.score} (${claim.band}) is above LOW.`),
  ].filter((reason) => reason !== undefined);
}

function because(code: string, message: string): Violation {
  return { code, message, ref: 'APR-01.2' };
}
