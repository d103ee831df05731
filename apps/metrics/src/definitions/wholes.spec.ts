import { expect, test } from 'vitest';
import {
  at,
  built,
  caused,
  change,
  incident,
  january,
  live,
  said,
  step,
} from '../../../../test/metrics/given.js';
import { DEFINITIONS, type DefinitionName, doraAs } from '../definitions.js';
import type { Fact } from '../fact.js';

/* Three releases of two changes, one of a change after it and one with it; what is not to be counted; six incidents. */
const facts: Fact[] = [
  ...['v1', 'v2', 'v3'].flatMap((version, i) => [
    change(`${version}-a`, at(3 + i, 0)),
    { ...change(`${version}-b`, at(3 + i, 12)), mergedAt: at(3 + i, 18) } as Fact,
    built(version, [`${version}-a`, `${version}-b`, ...(i === 0 ? [] : ['v1-a'])], at(3 + i, 20)),
    live(`d${i + 1}`, at(4 + i, 0), version),
  ]),
  change('early', at(8)),
  change('same', at(7)),
  built('v4', ['early', 'same'], at(6)),
  live('d4', at(7), 'v4'),
  live('test', at(8), 'v5', { production: false }),
  live('dry', at(9), 'v6', { dryRun: true }),
  step('deploymentStarted', 'running', at(9)),
  live('other', at(5, 12), 'w', { service: 't' }),
  live('before', '2026-12-31T00:00:00Z', 'v0'),
  ...incident('J', at(6, 1), at(6, 4)),
  ...incident('I', at(4, 1), at(4, 3), 'SEV4'),
  caused('I', 'd1', at(7)),
  ...incident('open', at(20)),
  ...incident('first', '2026-12-30T00:00:00Z', '2026-12-30T01:00:00Z'),
  { ...said('nameless', at(5, 2)), kind: 'incidentOpened', incidentId: 'N' },
  { ...said('nameless-over', at(5, 3)), kind: 'incidentResolved', incidentId: 'N' },
  { ...incident('T', at(6, 3))[0]!, service: 't' } as Fact,
  { ...said('T-over', at(6, 5)), kind: 'incidentResolved', incidentId: 'T' },
  ...incident('wrong', at(6, 2), at(6, 1)),
];
const ask = (name: DefinitionName) => doraAs(name, facts, january);
const share = (numerator: number, denominator: number) => ({
  value: numerator / denominator,
  unit: 'ratio',
  statistic: 'share',
  n: denominator,
  numerator,
  denominator,
});
const perDay = {
  value: 4 / 31,
  unit: 'deployments per day',
  statistic: 'rate',
  n: 4,
  numerator: 4,
  denominator: 31,
};

test.each([
  ['devlake-2023', 180],
  ['devlake-2021', 120],
] as const)('%s tells the whole of its figures', (name, recovery) =>
  expect(ask(name)).toEqual({
    ...origin(name),
    deploymentFrequency: {
      value: 0,
      unit: 'deployment days per week',
      statistic: 'lower median',
      n: 5,
      definition: `${name}/deploymentFrequency`,
    },
    changeLeadTime: {
      value: 720,
      unit: 'minutes',
      statistic: 'lower median',
      n: 7,
      note: 'Over changes; DevLake takes pull requests. The first deployment ever is left out, as there.',
      definition: `${name}/changeLeadTime`,
    },
    changeFailRate: { ...share(4, 4), definition: `${name}/changeFailRate` },
    failedDeploymentRecoveryTime: {
      value: recovery,
      unit: 'minutes',
      statistic: 'lower median',
      n: 3,
      definition: `${name}/failedDeploymentRecoveryTime`,
    },
    deploymentReworkRate: null,
  }),
);

test('gitlab tells the whole of its figures', () =>
  expect(ask('gitlab')).toEqual({
    ...origin('gitlab'),
    deploymentFrequency: { ...perDay, definition: 'gitlab/deploymentFrequency' },
    changeLeadTime: {
      value: 21_600,
      unit: 'seconds',
      statistic: 'median',
      n: 7,
      note: 'From merge to deployment, over changes.',
      definition: 'gitlab/changeLeadTime',
    },
    changeFailRate: {
      ...share(4, 4),
      note: 'Incidents per deployment without any link between them; may exceed 1.',
      definition: 'gitlab/changeFailRate',
    },
    failedDeploymentRecoveryTime: {
      value: 7_200,
      unit: 'seconds',
      statistic: 'median',
      n: 3,
      definition: 'gitlab/failedDeploymentRecoveryTime',
    },
    deploymentReworkRate: null,
  }));

test('four-keys tells the whole of its figures', () =>
  expect(ask('four-keys')).toEqual({
    ...origin('four-keys'),
    deploymentFrequency: {
      value: 0,
      unit: 'deployment days per week',
      statistic: 'median',
      n: 5,
      note: 'Four Keys shows the bucket: monthly.',
      definition: 'four-keys/deploymentFrequency',
    },
    changeLeadTime: {
      value: 18,
      unit: 'hours',
      statistic: 'median',
      n: 6,
      definition: 'four-keys/changeLeadTime',
    },
    changeFailRate: {
      ...share(1, 4),
      note: 'Rows of incidents joined to deployments; may exceed 1. Causes are the confirmed ones.',
      definition: 'four-keys/changeFailRate',
    },
    failedDeploymentRecoveryTime: {
      value: 2,
      unit: 'hours',
      statistic: 'median',
      n: 3,
      definition: 'four-keys/failedDeploymentRecoveryTime',
    },
    deploymentReworkRate: null,
  }));

test('datadog tells the whole of its figures', () =>
  expect(ask('datadog')).toEqual({
    ...origin('datadog'),
    deploymentFrequency: { ...perDay, definition: 'datadog/deploymentFrequency' },
    changeLeadTime: {
      value: 1_080,
      unit: 'minutes',
      statistic: 'median of the means of deployments',
      n: 4,
      note: 'The first deployment has none.',
      definition: 'datadog/changeLeadTime',
    },
    changeFailRate: {
      ...share(0, 4),
      note: 'Rollbacks are among the deployments. Pull-request rules are replaced by the stated kind HOTFIX.',
      definition: 'datadog/changeFailRate',
    },
    failedDeploymentRecoveryTime: {
      value: null,
      unit: 'minutes',
      statistic: 'median',
      n: 0,
      definition: 'datadog/failedDeploymentRecoveryTime',
    },
    deploymentReworkRate: null,
  }));

function origin(name: DefinitionName) {
  return { definition: name, source: SOURCES[name], differs: DIFFERENCES[name] };
}

test('definitions name their source and what sets them apart, and are refused by name', () => {
  expect(Object.entries(DEFINITIONS).map(([name, { source, differs }]) => [name, source, differs])).toEqual(
    (Object.keys(SOURCES) as DefinitionName[]).map((name) => [name, SOURCES[name], DIFFERENCES[name]]),
  );
  expect(() => doraAs('none', facts, january)).toThrow(
    /^UNKNOWN_DEFINITION: definition must be one of devlake-2023, devlake-2021, gitlab, four-keys, datadog\.$/,
  );
});

test('over all services, the figures take in each', () => {
  const { service: _, ...all } = january;
  const { deploymentFrequency, changeFailRate } = doraAs('gitlab', facts, all);
  expect([deploymentFrequency?.n, changeFailRate?.numerator, changeFailRate?.denominator]).toEqual([5, 5, 5]);
});

const SOURCES: Record<DefinitionName, string> = {
  'devlake-2023': 'apache/incubator-devlake, backend/plugins/dora and Grafana dashboards, 2023 benchmarks',
  'devlake-2021': 'apache/incubator-devlake, backend/plugins/dora and Grafana dashboards, 2021 benchmarks',
  gitlab: 'GitLab documentation, DORA metrics API',
  'four-keys': 'dora-team/fourkeys, queries',
  datadog: 'Datadog documentation, DORA metrics, change failure detection',
};
const DIFFERENCES: Record<DefinitionName, string> = {
  'devlake-2023':
    'Charges an incident to the deployment before it, however old; medians are the lower middle value.',
  'devlake-2021': 'As devlake-2023, with recovery counted from the incident.',
  gitlab: 'Lead time from merge; incidents over deployments without a link.',
  'four-keys': 'Rows of incidents over deployments; lead times of 0 and less are dropped.',
  datadog: 'Failures from rollbacks and roll-forwards only; lead time is a median of means.',
};
