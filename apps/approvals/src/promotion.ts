import { accept, Rejected } from '#events';
import type { z } from 'zod';
import { initialRecalibration, type RecalibrationRules } from './outcomes.js';
import { Directory, persons } from './persons.js';
import type { RiskModel } from './riskModel.js';

export interface Quality {
  readonly brier: number;
  readonly auc: number | null;
}

export type PromotionReason = 'BRIER_NOT_IMPROVED' | 'AUC_DROPPED' | 'AUC_UNDEFINED';

/** Why a model with this hold-out quality is not worth promoting; empty when it is (4.1.6 step 3). */
export function promotionReasons(
  before: Quality,
  after: Quality,
  {
    minBrierGain,
    maxAucDrop,
  }: Pick<RecalibrationRules, 'minBrierGain' | 'maxAucDrop'> = initialRecalibration,
): readonly PromotionReason[] {
  const noise = 1e-12;
  const gain = (before.brier - after.brier) / before.brier;
  const improved = gain >= minBrierGain - noise;
  if (before.auc === null || after.auc === null) {
    return improved ? ['AUC_UNDEFINED'] : ['BRIER_NOT_IMPROVED', 'AUC_UNDEFINED'];
  }
  const dropped = !(before.auc - after.auc <= maxAucDrop + noise);
  return [
    ...(improved ? [] : (['BRIER_NOT_IMPROVED'] as const)),
    ...(dropped ? (['AUC_DROPPED'] as const) : []),
  ];
}

/** A recalibration run, as far as promoting its model goes. */
export interface Promotable {
  readonly state: 'NONE' | 'PROPOSED' | 'REJECTED';
  readonly reasons: readonly string[];
  readonly model?: RiskModel;
}

/**
 * The proposed model, approved by a risk owner who did not start the run (APR-03.3).
 * @throws Rejected every reason why it may not be promoted.
 */
export function promote(
  run: Promotable,
  by: { trigger: string; approver: string; roles: readonly string[]; directory?: z.input<typeof Directory> },
): RiskModel {
  const { of, kindOf } = persons(accept(Directory, by.directory ?? {}, { ref: 'APR-03.3' }));
  const proposed = run.state === 'PROPOSED' ? run.model : undefined;
  const said = run.reasons.join(', ') || 'nothing';
  const violations = [
    ...(proposed ? [] : [no('NOT_PROPOSED', `The run says ${said}: it has no model to be promoted.`)]),
    ...(by.roles.includes('risk_owner') && kindOf(by.approver) === 'human'
      ? []
      : [no('NOT_RISK_OWNER', 'A person with the role risk_owner promotes a model.')]),
    ...(of(by.trigger) === of(by.approver)
      ? [no('SOD_TRIGGER_APPROVER', `${by.approver} started the run; another risk_owner may promote it.`)]
      : []),
  ];
  if (violations.length > 0 || !proposed) throw new Rejected(violations);
  return proposed;
}

function no(code: string, message: string) {
  return { code, message, ref: 'APR-03.3' };
}
