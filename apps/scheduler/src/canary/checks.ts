import { Rejected, type Violation } from '#events';
import type { Configuration, MetricConfiguration } from './configuration.js';
import type { Look } from './look.js';

const REPORTED = 20;

/**
 * Refuses a configuration that contradicts itself, and samples that belong to none of its metrics.
 * @throws Rejected CONFIGURATION_INVALID, one violation for each fault (20 at most), naming the field
 */
export function checkLook({ configuration, samples, step }: Look): void {
  const { metrics, groups, steps, policy } = configuration;
  const names = metrics.map(({ name }) => name);
  const measured = samples.map(({ metric }) => metric);
  refuse([
    ...repeated(names).map((name) => `metrics must name ${name} once.`),
    ...repeated(groups.map(({ name }) => name)).map((name) => `groups must name ${name} once.`),
    ...repeated(measured).map((name) => `samples must hold ${name} once.`),
    ...measured
      .filter((name) => !names.includes(name))
      .map((name) => `samples.${name} must be one of metrics.`),
    ...weightFaults(configuration),
    ...metrics.flatMap((metric) => metricFaults(metric).map((fault) => `metrics.${metric.name}.${fault}`)),
    ...(step > steps ? [`step must be at most the ${steps} planned steps.`] : []),
    ...(policy.marginalScore > policy.passScore ? ['policy.marginalScore must be at most passScore.'] : []),
  ]);
}

/** @throws Rejected CONFIGURATION_INVALID with these faults, if there are any */
export function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new Rejected(
    faults
      .slice(0, REPORTED)
      .map((message): Violation => ({ code: 'CONFIGURATION_INVALID', message, ref: '4.3.1' })),
  );
}

function weightFaults({ metrics, groups }: Configuration): string[] {
  const known = new Set(groups.map(({ name }) => name));
  const used = new Set(metrics.filter(({ reportOnly }) => !reportOnly).map(({ group }) => group));
  const sum = groups.reduce((total, { weight }) => total + weight, 0);
  return [
    ...(Math.abs(sum - 100) > 1e-9 ? [`groups must have weights that sum to 100, not ${sum}.`] : []),
    ...metrics
      .filter(({ group }) => !known.has(group))
      .map(({ name, group }) => `metrics.${name}.group must be one of groups, not ${group}.`),
    ...[...known]
      .filter((name) => !used.has(name))
      .map((name) => `groups.${name} must have a metric that is not reportOnly.`),
  ];
}

function metricFaults(metric: MetricConfiguration): string[] {
  const { absolute, critical, reportOnly, counter, nan } = metric;
  const { tolerance, criticalTolerance } = tolerances(metric);
  const faults: string[] = [];
  if (absolute && (metric.tolerance === undefined || metric.criticalTolerance === undefined))
    faults.push('tolerance and criticalTolerance must be given where they are absolute.');
  if (tolerance > criticalTolerance) faults.push('tolerance must be at most criticalTolerance.');
  if (critical && reportOnly) faults.push('critical and reportOnly exclude each other.');
  if (nan === 'zero' && !counter) faults.push('nan must be drop unless it is a counter.');
  return faults;
}

/** The tolerances as they are used: 10 % and 25 % of the control median where none are given. */
export function tolerances({ tolerance = 0.1, criticalTolerance = 0.25 }: MetricConfiguration) {
  return { tolerance, criticalTolerance };
}

/** The names that stand there more than once. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
