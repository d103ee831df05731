import type { RiskInputs } from '../../apps/approvals/src/risk.js';

/** The worked examples of formulas 4.1.4: payments canary, small internal fix, platform big bang. */
export const exampleA: RiskInputs = {
  services: [{ service: 'payments', tier: 1, failures: 3, deployments: 20, daysSinceLastSuccess: 10 }],
  dependents: 12,
  sharedInfrastructure: false,
  components: 2,
  lines: 640,
  resources: 3,
  rollback: 'untested',
  waivedGates: 0,
  slotMultiplier: 1,
  strategy: 'canary',
};
export const exampleB: RiskInputs = {
  services: [{ tier: 3, failures: 0, deployments: 20, daysSinceLastSuccess: 3 }],
  dependents: 1,
  components: 1,
  lines: 40,
  resources: 0,
  rollback: 'tested',
  waivedGates: 0,
  slotMultiplier: 'none',
  strategy: 'canary',
};
export const exampleC: RiskInputs = {
  services: [{ tier: 1, failures: 6, deployments: 20, daysSinceLastSuccess: 'never' }],
  dependents: 30,
  sharedInfrastructure: true,
  components: 4,
  lines: 2600,
  resources: 70,
  rollback: 'irreversible',
  waivedGates: 1,
  slotMultiplier: 1.741,
  strategy: 'recreate',
};
