import { Rejected } from '#events';
import { type AssembleOptions, assemble, type Delivery } from './delivery.js';
import { type DataQuality, dataQuality } from './dora/dataQuality.js';
import { type Evidence, evidenceOf, METRICS } from './dora/evidence.js';
import { type DeploymentFrequency, deploymentFrequency } from './dora/frequency.js';
import {
  type ChangeFailRate,
  changeFailRate,
  type DeploymentReworkRate,
  deploymentReworkRate,
} from './dora/instability.js';
import { type ChangeLeadTime, changeLeadTime } from './dora/leadTime.js';
import type { MetricName } from './dora/metric.js';
import {
  type FailedDeploymentRecoveryTime,
  failedDeploymentRecoveryTime,
  type TimeToRestore,
  timeToRestore,
} from './dora/recoveryTime.js';
import { type Question, scopeOf } from './dora/scope.js';
import type { Fact } from './fact.js';

export type { Question } from './dora/scope.js';

/** A question and the moment whose knowledge answers it. */
export type Query = Question & AssembleOptions;

/** The five DORA metrics of one service and window, with MTTR and the quality of the data beside them. */
export interface Summary {
  readonly service: string | null;
  readonly deploymentFrequency: DeploymentFrequency;
  readonly changeLeadTime: ChangeLeadTime;
  readonly changeFailRate: ChangeFailRate;
  readonly failedDeploymentRecoveryTime: FailedDeploymentRecoveryTime;
  readonly deploymentReworkRate: DeploymentReworkRate;
  readonly timeToRestore: TimeToRestore;
  readonly dataQuality: DataQuality;
}

/**
 * The DORA metrics (the metrics, not the regulation) from facts in any order (formulas 4.2).
 * @throws Rejected `INVALID_FACT`, `INVALID_TIME`, `INVALID_WINDOW`, `INVALID_SERVICE`, `POLICY_INVALID`, `UNKNOWN_ZONE`.
 */
export function dora(facts: Iterable<Fact>, query: Query): Summary {
  return summarise(assemble(facts, query), query);
}

/** The same from a record that is already assembled: one assembly answers many questions. */
export function summarise(delivery: Delivery, question: Question): Summary {
  const scope = scopeOf(delivery, question);
  return {
    service: scope.service ?? null,
    deploymentFrequency: deploymentFrequency(scope),
    changeLeadTime: changeLeadTime(scope),
    changeFailRate: changeFailRate(scope),
    failedDeploymentRecoveryTime: failedDeploymentRecoveryTime(scope),
    deploymentReworkRate: deploymentReworkRate(scope),
    timeToRestore: timeToRestore(scope),
    dataQuality: dataQuality(scope),
  };
}

/**
 * The ids behind one of the numbers of `dora` (MET-11.7).
 * @throws Rejected as `dora`, and `UNKNOWN_METRIC`.
 */
export function evidence(facts: Iterable<Fact>, query: Query, metric: MetricName): Evidence {
  if (!METRICS.includes(metric))
    throw new Rejected('UNKNOWN_METRIC', `metric must be one of ${METRICS.join(', ')}.`);
  return evidenceOf(scopeOf(assemble(facts, query), query), metric);
}
