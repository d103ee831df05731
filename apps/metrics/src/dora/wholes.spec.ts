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
import { dora, evidence } from '../dora.js';
import type { Fact } from '../fact.js';
import type { MetricName } from './metric.js';

/*
 * A failed release with its hotfix, one that a person calls failed, a redeployment; incidents on both edges of the window
 * and beyond them, of low severity, without a start and of another service.
 */
const facts: Fact[] = [
  change('a', at(3)),
  { ...change('a', at(3)), id: 'told-again' } as Fact,
  change('b', at(3, 12)),
  built('v1', ['b', 'a', 'lost'], at(3, 18)),
  step('deploymentRequested', 'd1', at(3, 20)),
  live('d1', at(4), 'v1'),
  ...incident('I', at(4, 1), at(4, 3)),
  { ...said('ack', at(4, 1, 30)), kind: 'incidentAcknowledged', incidentId: 'I' },
  caused('I', 'd1', at(5)),
  ...incident('again', at(4, 1), at(4, 2)),
  step('deploymentStarted', 'fix', at(4, 1, 30)),
  live('fix', at(4, 2), 'v2', { deploymentKind: 'HOTFIX', remediates: ['d1'] }),
  ...incident('start', at(1), '2027-02-01T00:00:00Z'),
  ...incident('end', '2026-12-31T00:00:00Z', at(1)),
  ...incident('later', '2027-02-01T00:00:00Z'),
  ...incident('open', at(30)),
  ...incident('small', at(1), at(2), 'SEV4'),
  ...incident('small-before', '2026-12-31T00:00:00Z', at(2), 'SEV4'),
  ...incident('small-after', '2027-02-01T00:00:00Z', undefined, 'SEV4'),
  { ...said('x', at(9)), kind: 'incidentAcknowledged', incidentId: 'X', service: 's' },
  { ...incident('T', at(5), at(6))[0]!, service: 't' } as Fact,
  live('again', at(10), 'v2', { deploymentKind: 'REDEPLOY' }),
  live('d3', at(12), 'v3'),
  { ...said('w', at(13)), kind: 'failureAttributed', deploymentId: 'd3', reason: 'review' },
];

const common = {
  lowSample: true,
  exclusions: [{ reason: 'REDEPLOY', count: 1 }],
  zone: 'UTC',
  from: '2027-01-01T00:00:00.000Z',
  to: '2027-02-01T00:00:00.000Z',
  asOf: '2028-01-01T00:00:00.000Z',
};
const third = {
  value: 1 / 3,
  numerator: 1,
  denominator: 3,
  interval: {
    lower: expect.closeTo(0.0615, 4),
    upper: expect.closeTo(0.7923, 4),
    confidence: 0.95,
    method: 'wilson',
  },
};
const twoThirds = {
  value: 2 / 3,
  numerator: 2,
  denominator: 3,
  interval: {
    lower: expect.closeTo(0.2077, 4),
    upper: expect.closeTo(0.9385, 4),
    confidence: 0.95,
    method: 'wilson',
  },
};
const summary = dora(facts, january);

test('a deployment frequency tells all about itself', () =>
  expect(summary.deploymentFrequency).toEqual({
    ...common,
    metric: 'deploymentFrequency',
    value: 3 / 31,
    unit: 'deployments per day',
    statistic: 'rate',
    numerator: 3,
    denominator: 31,
    n: 3,
    definition: 'slipway/deployment-frequency/1',
    deploymentDaysPerWeek: 0.5,
    deploymentsPerWorkingDay: 0,
    deploymentsPerMonth: 3,
    cadence: 'monthly',
  }));

test('a change lead time tells all about itself', () => {
  const quantiles = {
    p50: 18,
    p75: 21,
    p90: expect.closeTo(22.8, 9),
    p95: expect.closeTo(23.4, 9),
    mean: 18,
    n: 2,
  };
  const stage = (name: string, n: number, p50: number | null, hours: number) => ({
    stage: name,
    n,
    p50,
    hours,
    share: hours / 36,
  });
  expect(summary.changeLeadTime).toEqual({
    ...common,
    ...quantiles,
    metric: 'changeLeadTime',
    value: 18,
    unit: 'hours',
    statistic: 'median',
    numerator: 2,
    denominator: 3,
    exclusions: [...common.exclusions, { reason: 'COMMIT_TIME_UNKNOWN', count: 1 }],
    definition: 'slipway/change-lead-time/1',
    partial: 'partial (33 %)',
    coverage: 1 / 3,
    flags: [],
    stages: [
      stage('commitToMerge', 2, 0, 0),
      stage('mergeToBuild', 2, 12, 24),
      stage('buildToRequest', 2, 2, 4),
      stage('requestToApproval', 0, null, 0),
      stage('approvalToStart', 0, null, 0),
      stage('startToLive', 2, 4, 8),
    ],
    variants: {
      excludingHotfixes: quantiles,
      perDeployment: { p50: 18, p75: 18, p90: 18, p95: 18, mean: 18, n: 1 },
      firstExposure: quantiles,
    },
  });
});

test('a change fail rate and a rework rate tell all about themselves', () => {
  expect(summary.changeFailRate).toEqual({
    ...common,
    ...twoThirds,
    metric: 'changeFailRate',
    unit: 'ratio',
    statistic: 'share',
    n: 3,
    definition: 'slipway/change-fail-rate/1',
    variants: { excludingCanaryCaught: twoThirds, customerImpacting: third },
    grounds: ['ATTRIBUTED', 'HOTFIX', 'INCIDENT'].map((ground) => ({ ground, count: 1 })),
  });
  expect(summary.deploymentReworkRate).toEqual({
    ...common,
    ...third,
    metric: 'deploymentReworkRate',
    unit: 'ratio',
    statistic: 'share',
    n: 3,
    definition: 'slipway/deployment-rework-rate/1',
  });
});

test('a recovery time and a time to restore tell all about themselves', () => {
  expect(summary.failedDeploymentRecoveryTime).toEqual({
    ...common,
    metric: 'failedDeploymentRecoveryTime',
    value: 120,
    unit: 'minutes',
    statistic: 'median',
    numerator: 1,
    denominator: 2,
    n: 1,
    definition: 'slipway/failed-deployment-recovery-time/1',
    mean: 120,
    p90: 120,
    open: 1,
    oldestOpenMinutes: 354 * 1_440,
    parts: { detect: null, acknowledge: 30, decide: null, restore: 90 },
  });
  expect(summary.timeToRestore).toEqual({
    ...common,
    metric: 'timeToRestore',
    value: 540,
    unit: 'minutes',
    statistic: 'mean',
    numerator: 3,
    denominator: 4,
    n: 3,
    exclusions: [
      { reason: 'SEVERITY_OUT_OF_SCOPE', count: 1 },
      { reason: 'START_UNKNOWN', count: 1 },
    ],
    definition: 'slipway/time-to-restore/1',
    mean: 540,
    p90: expect.closeTo(1_176, 9),
    open: 1,
    oldestOpenMinutes: 336 * 1_440,
    median: 120,
    impact: 120,
  });
});

test('a summary names its service, or none where it is of all', () => {
  const { service: _, ...all } = january;
  expect([summary.service, dora(facts, all).service]).toEqual(['s', null]);
});

const d1 = ['deploymentRequested-d1', 'live-d1-s'];
const fix = ['deploymentStarted-fix', 'live-fix-s'];
const ofIncident = ['ack', 'cause-I-d1', 'opened-I', 'resolved-I'];
test.each<readonly [MetricName, readonly object[]]>([
  [
    'deploymentFrequency',
    [
      { id: 'd1', events: d1 },
      { id: 'fix', events: fix },
      { id: 'd3', events: ['live-d3-s'] },
    ],
  ],
  [
    'changeLeadTime',
    [
      { id: 'b', value: 12, deploymentId: 'd1', because: ['listed'], events: [...d1, 'merged-b'] },
      {
        id: 'a',
        value: 24,
        deploymentId: 'd1',
        because: ['listed'],
        events: [...d1, 'merged-a', 'told-again'],
      },
    ],
  ],
  [
    'changeFailRate',
    [
      { id: 'd1', because: ['HOTFIX fix', 'INCIDENT I'], events: [...ofIncident, ...d1].sort() },
      { id: 'd3', because: ['ATTRIBUTED w'], events: ['live-d3-s'] },
    ],
  ],
  ['failedDeploymentRecoveryTime', [{ id: 'd1', value: 120, events: d1 }]],
  ['deploymentReworkRate', [{ id: 'fix', because: ['HOTFIX', 'd1'], events: fix }]],
  [
    'timeToRestore',
    [
      { id: 'end', value: 1_440, events: ['opened-end', 'resolved-end'] },
      { id: 'I', value: 120, events: ofIncident },
      { id: 'again', value: 60, events: ['opened-again', 'resolved-again'] },
    ],
  ],
])('the evidence of %s is told item by item', (metric, items) =>
  expect(evidence(facts, january, metric)).toEqual({
    metric,
    ids: items.map((item) => (item as { id: string }).id),
    items: items.map((item) => ({ service: 's', ...item })),
    population: ['d1', 'fix', 'd3'],
    excluded: [{ id: 'again', reason: 'REDEPLOY' }],
  }),
);

test('evidence of a metric that is none is refused by name', () =>
  expect(() => evidence(facts, january, 'speed' as MetricName)).toThrow(
    'UNKNOWN_METRIC: metric must be one of deploymentFrequency, changeLeadTime, changeFailRate, ' +
      'failedDeploymentRecoveryTime, deploymentReworkRate, timeToRestore.',
  ));
