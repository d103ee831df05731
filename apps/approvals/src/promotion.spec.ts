import { Rejected } from '#events';
import { describe, expect, test } from 'vitest';
import { type Promotable, promote, promotionReasons } from './promotion.js';
import { initialRiskModel as model } from './riskModel.js';

const quality = (brier: number, auc: number | null = 0.7) => ({ brier, auc });

describe('a model is worth promoting', () => {
  test('from the least gain on, and down to the largest drop', () => {
    const rules = { minBrierGain: 0.5, maxAucDrop: 0.25 };
    const reasons = (brier: number, auc: number) =>
      promotionReasons(quality(1, 0.75), quality(brier, auc), rules);
    expect(reasons(0.5, 0.5)).toEqual([]);
    expect(reasons(0.501, 0.5)).toEqual(['BRIER_NOT_IMPROVED']);
    expect(reasons(0.5, 0.499)).toEqual(['AUC_DROPPED']);
    expect(reasons(0.25, 1)).toEqual([]);
    expect(reasons(1.5, 0)).toEqual(['BRIER_NOT_IMPROVED', 'AUC_DROPPED']);
  });

  test('never where one of the two has no AUC', () => {
    expect(promotionReasons(quality(0.2, null), quality(0.1))).toEqual(['AUC_UNDEFINED']);
    expect(promotionReasons(quality(0.2), quality(0.1, null))).toEqual(['AUC_UNDEFINED']);
    expect(promotionReasons(quality(0.2), quality(0.2, null))).toEqual([
      'BRIER_NOT_IMPROVED',
      'AUC_UNDEFINED',
    ]);
  });
});

describe('promotion', () => {
  const proposal: Promotable = { state: 'PROPOSED', reasons: [], model };
  const by = { trigger: 'ana', approver: 'ben', roles: ['viewer', 'risk_owner'] };
  const refusals = (run: Promotable, more: Partial<Parameters<typeof promote>[1]> = {}) => {
    try {
      promote(run, { ...by, ...more });
    } catch (error) {
      if (error instanceof Rejected) return error.violations;
      throw error;
    }
    return [];
  };
  const violation = (code: string, message: string) => ({ code, message, ref: 'APR-03.3' });
  const notRiskOwner = violation('NOT_RISK_OWNER', 'A person with the role risk_owner promotes a model.');
  const started = violation(
    'SOD_TRIGGER_APPROVER',
    'ben started the run; another risk_owner may promote it.',
  );

  test('gives the model of the proposal', () => {
    expect(promote(proposal, by)).toBe(model);
  });

  test('is refused with every reason at once', () => {
    expect(refusals(proposal, { roles: [] })).toEqual([notRiskOwner]);
    expect(refusals(proposal, { trigger: 'ben' })).toEqual([started]);
    const rejected: Promotable = { state: 'REJECTED', reasons: ['BRIER_NOT_IMPROVED', 'AUC_DROPPED'], model };
    const said = 'The run says BRIER_NOT_IMPROVED, AUC_DROPPED: it has no model to be promoted.';
    expect(refusals(rejected)).toEqual([violation('NOT_PROPOSED', said)]);
    expect(refusals(rejected, { trigger: 'ben', roles: ['viewer'] })).toEqual([
      violation('NOT_PROPOSED', said),
      notRiskOwner,
      started,
    ]);
  });

  test('is refused by name where a proposal came without its model', () => {
    expect(refusals({ state: 'PROPOSED', reasons: [] })).toEqual([
      violation('NOT_PROPOSED', 'The run says nothing: it has no model to be promoted.'),
    ]);
  });

  test('is refused where the directory is none, or knows the approver as a machine', () => {
    expect(refusals(proposal, { directory: { accounts: [{ id: 'ben', kind: 'service' }] } })).toEqual([
      notRiskOwner,
    ]);
    const [first] = refusals(proposal, { directory: { merged: 'ana' } as never });
    expect(first).toMatchObject({ code: 'INVALID_INPUT', ref: 'APR-03.3' });
    expect(first?.message).toMatch(/^merged: /);
  });
});
