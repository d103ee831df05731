import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLog } from '../../../test/metrics/anyLog.js';
import {
  at,
  before,
  built,
  caused,
  change,
  incident,
  january,
  live,
  said,
} from '../../../test/metrics/given.js';
import { workedSample } from '../../../test/metrics/workedSample.js';
import { assemble } from './delivery.js';
import { dora } from './dora.js';
import type { Fact } from './fact.js';
import { correlationScore, proximityOf, suspectsOf } from './incidentCorrelation.js';

/* The acceptance scenarios of MET-01 to MET-06, each by its name; more about each is in the spec of its own. */
const HOUR = 3_600_000;
const ledger = { service: 'ledger-api', from: '2027-01-01', to: '2027-02-01' };
const [late, early] = ['2027-02-05T00:00:00Z', '2027-02-01T00:00:00Z'].map((asOf) => ({ ...ledger, asOf }));
const percent = (value: number | null | undefined) => Math.round(value! * 1_000) / 10;

describe('MET-01', () => {
  test('S1: 200 events shuffled 50 times give identical fact tables', () => {
    const logs = fc.sample(anyLog, { numRuns: 40, seed: 1 });
    const facts = logs.flat().slice(0, 200);
    expect(facts).toHaveLength(200);
    const table = tableOf(facts);
    const orders = fc.sample(fc.shuffledSubarray(facts, { minLength: 200 }), { numRuns: 50, seed: 2 });
    for (const shuffled of orders) expect(tableOf(shuffled)).toEqual(table);
  });

  test('S2: the sample of 4.2.7 has a change fail rate of 28.6 % as of 1 and 42.9 % as of 5 February', () => {
    const rates = [early!, late!].map((query) => dora(workedSample, query).changeFailRate);
    expect(rates.map(({ value }) => percent(value))).toEqual([28.6, 42.9]);
    expect(rates.map(({ numerator, denominator }) => [numerator, denominator])).toEqual([
      [2, 7],
      [3, 7],
    ]);
  });

  test('S3: of 100 deployments 15 without commits label lead time partial (85 %)', () => {
    const facts = Array.from({ length: 100 }, (_, i): Fact[] => [
      change(`c${i}`, at(1, i)),
      live(`d${i}`, at(2, i), `v${i}`),
      ...(i < 85 ? [built(`v${i}`, [`c${i}`])] : []),
    ]).flat();
    const unknown = facts.filter((fact) => fact.kind !== 'changeMerged' || Number(fact.commit.slice(1)) < 85);
    expect(dora(unknown, january).changeLeadTime.partial).toBe('partial (85 %)');
  });
});

/** The rows; where a change is kept, and which of its events came first, is no part of them. */
function tableOf(facts: readonly Fact[]): string[] {
  const { deployments, excluded, credits, failures, recoveries, incidents } = assemble(facts, january);
  const changes = [...credits.values()].flat().map(({ deployment, change: of, ...credit }) => ({
    ...credit,
    ...of,
    event: undefined,
    more: undefined,
    deployment: deployment.deploymentId,
    events: [of?.event, ...(of?.more ?? [])].sort(),
    index: undefined,
  }));
  return [
    ...[deployments, excluded, failures, recoveries, incidents].flat().map((row) => JSON.stringify(row)),
    ...changes.map((row) => JSON.stringify(row)).sort(),
  ];
}

describe('MET-02', () => {
  test('S1: the sample of 4.2.7 is N = 7, 0.226 per day over 31 days, without 1 REDEPLOY and 1 ROLLBACK', () => {
    const { n, value, denominator, exclusions } = dora(workedSample, late!).deploymentFrequency;
    expect([n, value!.toFixed(3), denominator]).toEqual([7, '0.226', 31]);
    expect(exclusions).toEqual([
      { reason: 'REDEPLOY', count: 1 },
      { reason: 'ROLLBACK', count: 1 },
    ]);
  });

  test('S2: one deployment to 3 regions of 2 services adds 2, not 6', () => {
    const facts = ['s', 't'].flatMap((service) =>
      [1, 2, 3].map((hour) => ({ ...live('r', at(4, hour), service, { service }), id: `${service}${hour}` })),
    );
    const { service: _, ...everything } = january;
    expect(dora(facts, everything).deploymentFrequency.numerator).toBe(2);
  });

  test('S3: weeks with 5, 4, 0 and 3 deployment days have median 3.5, which is daily', () => {
    const days = [4, 5, 6, 7, 8, 11, 12, 13, 14, 25, 26, 27];
    const registered: Fact = { ...said('r', at(1)), kind: 'serviceRegistered', service: 's' };
    const facts = [registered, ...days.map((day) => live(`d${day}`, at(day, 9), `v${day}`))];
    const { deploymentDaysPerWeek, cadence } = dora(facts, january).deploymentFrequency;
    expect([deploymentDaysPerWeek, cadence]).toEqual([3.5, 'daily']);
  });
});

describe('MET-03', () => {
  test('S1: lead times 0.5, 2, 3, 5, 8, 13, 26, 30, 50 h give p50 8, p75 26, p90 34, p95 42', () => {
    const { p50, p75, p90, p95, n } = dora(workedSample, late!).changeLeadTime;
    expect([p50, p75, p90!.toFixed(9), p95!.toFixed(9), n]).toEqual([
      8,
      26,
      '34.000000000',
      '42.000000000',
      9,
    ]);
  });

  test('S2: the changes of d4, which was rolled back, are measured to d5', () => {
    const credits = [...assemble(workedSample, late!).credits.values()].flat();
    const ofD5 = credits.filter(({ deployment }) => deployment.deploymentId === 'd5');
    expect(ofD5.map(({ leadTime }) => leadTime! / HOUR)).toEqual([26, 30]);
    expect(credits.some(({ deployment }) => deployment.deploymentId === 'd4')).toBe(false);
  });

  test('S3: a commit 3 minutes after live counts 0 with the flag NEGATIVE_CLAMPED', () => {
    const facts = [change('c', at(4, 0, 3)), built('v', ['c']), live('d', at(4), 'v')];
    const { value, flags } = dora(facts, january).changeLeadTime;
    expect({ value, flags }).toEqual({ value: 0, flags: [{ reason: 'NEGATIVE_CLAMPED', count: 1 }] });
  });
});

describe('MET-04', () => {
  test('S1: the sample of 4.2.7 has 3/7 = 42.9 % (15.8 to 75.0), 2/7 without canary, rework 1/7 = 14.3 %', () => {
    const { changeFailRate, deploymentReworkRate } = dora(workedSample, late!);
    const { value, interval, lowSample, variants } = changeFailRate;
    expect([value, interval?.lower, interval?.upper].map(percent)).toEqual([42.9, 15.8, 75]);
    expect([lowSample, percent(variants.excludingCanaryCaught.value)]).toEqual([true, 28.6]);
    expect([percent(deploymentReworkRate.value), deploymentReworkRate.numerator]).toEqual([14.3, 1]);
  });

  test('S2: one incident caused by 3 deployments is 3 failed deployments and 1 incident', () => {
    const ids = ['a', 'b', 'c'];
    const facts = [
      ...ids.map((id) => live(id, at(4), id)),
      ...incident('I', at(4, 1), at(4, 2)),
      ...ids.map((id) => caused('I', id, at(5))),
    ];
    const { changeFailRate, timeToRestore } = dora(facts, january);
    expect([changeFailRate.numerator, timeToRestore.n]).toEqual([3, 1]);
  });

  test('S3: no deployments have the value null, 0 of 0', () =>
    expect(dora([], january).changeFailRate).toMatchObject({ value: null, numerator: 0, denominator: 0 }));
});

describe('MET-05', () => {
  test('S1: the sample of 4.2.7 recovers in 75, 6 and 180 min, median 75, mean 87; MTTR 127.5 min over 2', () => {
    const { failedDeploymentRecoveryTime: own, timeToRestore } = dora(workedSample, late!);
    expect([own.value, own.mean, own.n, timeToRestore.value, timeToRestore.n]).toEqual([75, 87, 3, 127.5, 2]);
  });

  test('S2: start 9:00, resolved 10:00, reopened 10:30, final 12:00 is 180 min elapsed and 150 of impact', () => {
    const of = { incidentId: 'I', service: 's' };
    const facts: Fact[] = [
      ...incident('I', at(4, 9), at(4, 10)),
      { ...said('again', at(4, 10, 30)), kind: 'incidentReopened', ...of },
      { ...said('over', at(4, 12)), kind: 'incidentResolved', ...of },
    ];
    const { value, impact } = dora(facts, january).timeToRestore;
    expect([value, impact]).toEqual([180, 150]);
  });

  test('S3: a failure open for 5 h leaves n as it was and shows open 1, oldest 300 minutes', () => {
    const facts = [live('d', at(4, 8), 'v'), ...incident('I', at(4, 9)), caused('I', 'd', at(4, 10))];
    const query = { ...january, asOf: at(4, 14) };
    const { n, open, oldestOpenMinutes } = dora(facts, query).failedDeploymentRecoveryTime;
    expect({ n, open, oldestOpenMinutes }).toEqual({ n: 0, open: 1, oldestOpenMinutes: 300 });
  });
});

describe('MET-06', () => {
  const broken = { incidentId: 'I', services: ['s'], startedAt: at(10), signature: 'boom' };

  test('S1: same service, 30 min, unseen signature, risk 47.5 score 0.895', () => {
    const [suspect] = suspectsOf(
      [broken],
      [{ deploymentId: 'd', service: 's', liveAt: before(at(10), 0.5), riskScore: 47.5 }],
    );
    expect([suspect?.score.toFixed(3), suspect?.parts.proximity.toFixed(4)]).toEqual(['0.895', '0.8825']);
  });

  test('S2: a direct dependency, 10 h, known signature, risk 20 score 0.267 and are not suggested', () => {
    const parts = { proximity: proximityOf(10 * HOUR), topology: 0.7, novelty: 0, risk: 0.2 };
    expect(correlationScore(parts).toFixed(3)).toBe('0.267');
    const suspects = suspectsOf(
      [broken],
      [{ deploymentId: 'd', service: 'p', liveAt: before(at(10), 10), riskScore: 20 }],
      {
        dependencies: [{ service: 's', on: 'p' }],
        sightings: [{ signature: 'boom', at: before(at(10), 24) }],
      },
    );
    expect(suspects).toEqual([]);
  });

  test('S3: one source id delivered 5 times with rising updates is one incident with the latest state', () => {
    const severities = ['SEV4', 'SEV3', 'SEV2', 'SEV2', 'SEV1'] as const;
    const facts = severities.map((severity, i): Fact => ({
      ...said(`u${i}`, at(4, i)),
      kind: i === 0 ? 'incidentOpened' : 'incidentSeverityChanged',
      incidentId: 'I',
      service: 's',
      severity,
    }));
    const { incidents } = assemble([...facts, ...facts], january);
    expect(incidents.map(({ severity }) => severity)).toEqual(['SEV1']);
    expect(incidents[0]?.severityHistory.map((one) => one.severity)).toEqual(severities);
  });
});
