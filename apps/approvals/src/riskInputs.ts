import { z } from 'zod';
import type { FactorName, RiskModel } from './riskModel.js';
import { strategies } from './riskModel.js';

const Count = z.int().min(0).max(1_000_000_000);

const ServiceInputs = z
  .strictObject({
    service: z.string().min(1).max(200).optional(),
    tier: z.literal([1, 2, 3, 4]).optional(),
    failures: Count.optional().describe('Failures among deployments'),
    deployments: Count.optional().describe(
      'The last counted PROD deployments, as many and from as many days as the model looks at',
    ),
    daysSinceLastSuccess: z
      .union([z.number().min(0), z.literal('never')])
      .optional()
      .describe('Elapsed days since the last successful PROD deployment'),
  })
  .refine(({ failures = 0, deployments = failures }) => failures <= deployments, {
    path: ['failures'],
    message: 'Expected at most as many failures as deployments',
  });

/**
 * What is known of a change. Every input may be missing: it then counts as its pessimistic value (4.1.2).
 * Flags are facts: a flag that is not given is not raised.
 */
export const RiskInputs = z
  .strictObject({
    services: z.array(ServiceInputs).max(1000).optional(),
    dependents: Count.optional().describe('Transitive hard dependents, the union over the services'),
    sharedInfrastructure: z.boolean().optional(),
    impactAssessed: z
      .boolean()
      .optional()
      .describe('Whether the impact assessment of a shared-infrastructure change is done (APR-10)'),
    components: Count.min(1).optional(),
    lines: Count.optional(),
    resources: Count.optional(),
    rollback: z.enum(['tested', 'untested', 'irreversible', 'none']).optional(),
    rollbackTestedDaysAgo: z.number().min(0).optional(),
    waivedGates: Count.optional().describe('Mandatory gates that were waived or excepted'),
    slotMultiplier: z
      .union([z.number().min(0), z.literal('none')])
      .optional()
      .describe(
        "Failure multiplier of the slot's hour of the week (4.5), or none where no slot is chosen yet",
      ),
    strategy: z.enum(strategies).optional(),
    openSevereIncident: z.boolean().optional(),
    freezeException: z.boolean().optional(),
    regulated: z.boolean().optional(),
    dataHandlingChange: z.boolean().optional(),
    errorBudgetWarning: z.boolean().optional(),
    breakGlass: z.boolean().optional(),
  })
  .meta({ id: 'RiskInputs' });
export type RiskInputs = z.infer<typeof RiskInputs>;
export type ServiceInputs = z.infer<typeof ServiceInputs>;

/** The inputs with nothing missing, the worst over all services, and which factors had to be imputed. */
export interface CompleteInputs {
  readonly tiers: readonly RiskModel['pessimistic']['tier'][];
  readonly dependents: number;
  readonly sharedInfrastructure: boolean;
  readonly components: number;
  readonly lines: number;
  readonly resources: number;
  readonly failureRate: number;
  readonly daysSinceLastSuccess: number;
  readonly rollback: 'tested' | 'untested' | 'irreversible' | 'none';
  readonly waivedGates: number;
  readonly slotMultiplier: number;
  readonly strategy: RiskModel['pessimistic']['strategy'];
  readonly imputed: ReadonlySet<FactorName>;
}

/** What is known of each service; a list without any is a missing one. */
export function servicesOf({ services }: RiskInputs): readonly ServiceInputs[] {
  return services?.length ? services : [{}];
}

/** Fills what is missing with the model's pessimistic values (4.1.2). */
export function complete(inputs: RiskInputs, model: RiskModel): CompleteInputs {
  const services = servicesOf(inputs);
  const { pessimistic } = model;
  return {
    tiers: services.map(({ tier }) => tier ?? pessimistic.tier),
    dependents: inputs.dependents ?? pessimistic.dependents,
    sharedInfrastructure: inputs.sharedInfrastructure ?? false,
    components: inputs.components ?? pessimistic.components,
    lines: inputs.lines ?? pessimistic.lines,
    resources: inputs.resources ?? pessimistic.resources,
    failureRate: Math.max(...services.map((service) => failureRate(service, model))),
    daysSinceLastSuccess: Math.max(...services.map(daysSinceLastSuccess)),
    rollback: effectiveRollback(inputs, model),
    waivedGates: inputs.waivedGates ?? pessimistic.waivedGates,
    slotMultiplier:
      inputs.slotMultiplier === 'none' ? 1 : (inputs.slotMultiplier ?? pessimistic.slotMultiplier),
    strategy: inputs.strategy ?? pessimistic.strategy,
    imputed: imputedFactors(inputs, services),
  };
}

/** r = (k + 10 p0) / (n + 10): the service's failure rate, drawn towards the organisation's. */
function failureRate({ failures, deployments }: ServiceInputs, model: RiskModel): number {
  if (failures === undefined || deployments === undefined) return model.pessimistic.failureRate;
  const { priorDeployments } = model.shape.history;
  return (failures + priorDeployments * model.organisationRate) / (deployments + priorDeployments);
}

function daysSinceLastSuccess({ daysSinceLastSuccess: days }: ServiceInputs): number {
  return days === undefined || days === 'never' ? Infinity : days;
}

function effectiveRollback({ rollback, rollbackTestedDaysAgo = 0 }: RiskInputs, model: RiskModel) {
  const expired = rollbackTestedDaysAgo > model.shape.reversibility.rehearsalValidDays;
  return rollback === 'tested' && expired ? 'untested' : (rollback ?? model.pessimistic.rollback);
}

function imputedFactors(inputs: RiskInputs, services: readonly ServiceInputs[]): ReadonlySet<FactorName> {
  const missing: Record<FactorName, boolean> = {
    criticality: services.some(({ tier }) => tier === undefined),
    blast: inputs.dependents === undefined,
    scope: [inputs.components, inputs.lines, inputs.resources].includes(undefined),
    history: services.some(
      ({ failures, deployments }) => failures === undefined || deployments === undefined,
    ),
    novelty: services.some((service) => service.daysSinceLastSuccess === undefined),
    reversibility: inputs.rollback === undefined,
    evidence: inputs.waivedGates === undefined,
    timing: inputs.slotMultiplier === undefined,
    exposure: inputs.strategy === undefined,
  };
  return new Set((Object.keys(missing) as FactorName[]).filter((name) => missing[name]));
}
