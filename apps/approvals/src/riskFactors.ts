import { type CompleteInputs, type RiskInputs, type ServiceInputs, servicesOf } from './riskInputs.js';
import type { FactorName, RiskModel } from './riskModel.js';

type Shape = RiskModel['shape'];

/** The nine factors of 4.1.1: each maps the inputs to [0, 1], where 1 is the worst. */
export const factors: Readonly<Record<FactorName, (inputs: CompleteInputs, shape: Shape) => number>> = {
  criticality: ({ tiers }, shape) => Math.max(...tiers.map((tier) => shape.tiers[tier])),
  blast: ({ dependents, sharedInfrastructure }, { blast }) => {
    const reach = Math.min(1, Math.log2(1 + dependents) / blast.doublings);
    return sharedInfrastructure ? Math.max(blast.sharedAtLeast, reach) : reach;
  },
  scope: ({ components, lines, resources }, { scope }) =>
    scope.components.share * Math.min(1, (components - 1) / (scope.components.full - 1)) +
    scope.lines.share * Math.min(1, lines / scope.lines.full) +
    scope.resources.share * Math.min(1, resources / scope.resources.full),
  history: ({ failureRate }, { history }) => Math.min(1, failureRate / history.full),
  novelty: ({ daysSinceLastSuccess }, { novelty }) =>
    clamp((daysSinceLastSuccess - novelty.routineDays) / (novelty.fullDays - novelty.routineDays)),
  reversibility: ({ rollback }, { reversibility }) => {
    if (rollback === 'tested') return 0;
    return rollback === 'untested' ? reversibility.untested : reversibility.none;
  },
  evidence: ({ waivedGates }, { evidence }) => Math.min(1, evidence.perWaiver * waivedGates),
  timing: ({ slotMultiplier }, { timing }) =>
    clamp((slotMultiplier - timing.harmless) / (timing.full - timing.harmless)),
  exposure: ({ strategy }, { exposure }) => exposure[strategy],
};

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** One thing somebody could do about a factor, as the change it makes to the inputs. */
export interface Remedy {
  readonly action: (inputs: RiskInputs) => string;
  readonly apply: (inputs: RiskInputs, model: RiskModel) => RiskInputs;
}

const everyService = (inputs: RiskInputs, change: (service: ServiceInputs) => ServiceInputs): RiskInputs => ({
  ...inputs,
  services: servicesOf(inputs).map(change),
});

/**
 * What can be done about each factor; the explanation names the one that takes most points away (APR-02.3). Tier and
 * dependents are facts: only stating a missing one changes anything.
 */
export const remedies: Readonly<Record<FactorName, readonly Remedy[]>> = {
  criticality: [
    {
      action: () => 'State the tier of every service',
      apply: (inputs) => everyService(inputs, (service) => ({ ...service, tier: service.tier ?? 4 })),
    },
  ],
  blast: [
    {
      action: () => 'State the hard dependents',
      apply: (inputs) => ({ ...inputs, dependents: inputs.dependents ?? 0 }),
    },
  ],
  scope: [
    { action: () => 'Deploy one component at a time', apply: (inputs) => ({ ...inputs, components: 1 }) },
    { action: () => 'Split the code change into smaller ones', apply: (inputs) => ({ ...inputs, lines: 0 }) },
    { action: () => 'Change the resources separately', apply: (inputs) => ({ ...inputs, resources: 0 }) },
  ],
  history: [
    {
      action: (inputs) =>
        servicesOf(inputs).every(
          ({ failures, deployments }) => failures !== undefined && deployments !== undefined,
        )
          ? 'Let one more deployment succeed first'
          : 'State failures and deployments of every service',
      apply: (inputs, { shape }) =>
        everyService(inputs, (service) => afterOneMoreSuccess(service, shape.history.lastDeployments)),
    },
  ],
  novelty: [
    {
      action: () => 'Deploy a small change successfully first',
      apply: (inputs, { shape }) =>
        everyService(inputs, (service) => ({ ...service, daysSinceLastSuccess: shape.novelty.routineDays })),
    },
  ],
  reversibility: [
    {
      action: ({ rollback }) => rollbackAction[rollback ?? 'none'],
      apply: (inputs) => ({ ...inputs, rollback: 'tested', rollbackTestedDaysAgo: 0 }),
    },
  ],
  evidence: [{ action: () => 'Pass the waived gates', apply: (inputs) => ({ ...inputs, waivedGates: 0 }) }],
  timing: [
    {
      action: () => 'Choose a quieter hour of the week',
      apply: (inputs, { shape }) => ({ ...inputs, slotMultiplier: shape.timing.harmless }),
    },
  ],
  exposure: [
    { action: () => 'Roll out as a canary', apply: (inputs) => ({ ...inputs, strategy: 'canary' }) },
    { action: () => 'Roll out blue-green', apply: (inputs) => ({ ...inputs, strategy: 'blue-green' }) },
    { action: () => 'Roll out gradually', apply: (inputs) => ({ ...inputs, strategy: 'rolling' }) },
  ],
};

const rollbackAction = {
  tested: 'Rehearse the rollback again',
  untested: 'Rehearse the rollback',
  irreversible: 'Make every step reversible and rehearse the rollback',
  none: 'Write a rollback plan and rehearse it',
};

/** The record after a success; in a full record the success pushes out the oldest, at best a failure. */
function afterOneMoreSuccess(service: ServiceInputs, most: number): ServiceInputs {
  const { failures = 0, deployments = most } = service;
  const full = deployments >= most;
  return {
    ...service,
    failures: full ? Math.max(0, failures - 1) : failures,
    deployments: full ? most : deployments + 1,
  };
}
