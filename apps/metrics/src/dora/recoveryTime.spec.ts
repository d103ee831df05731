import { describe, expect, test } from 'vitest';
import { at, caused, incident, january, live, said, step } from '../../../../test/metrics/given.js';
import { dora } from '../dora.js';
import type { Fact } from '../fact.js';

const recovery = (facts: readonly Fact[], query: object = {}) =>
  dora(facts, { ...january, ...query }).failedDeploymentRecoveryTime;
const restore = (facts: readonly Fact[], query: object = {}) =>
  dora(facts, { ...january, ...query }).timeToRestore;

describe('failed-deployment recovery time', () => {
  const d = live('d', at(4, 12), 'v1');
  const fix = (hour: number, startHour = hour) => [
    step('deploymentStarted', 'fix', at(4, startHour)),
    live('fix', at(4, hour), 'v2', { deploymentKind: 'HOTFIX', remediates: ['d'] }),
  ];

  test('runs from the first incident to the last restore of its incidents', () => {
    const facts = [d, ...incident('I', at(4, 13), at(4, 14)), ...incident('J', at(4, 13, 30), at(4, 16))];
    const both = [...facts, caused('I', 'd', at(5)), caused('J', 'd', at(5))];
    expect(recovery(both)).toMatchObject({ value: 180, n: 1 });
  });

  test('begins no earlier than the deployment', () => {
    const started = step('deploymentStarted', 'd', at(4, 11));
    const facts = [d, started, ...incident('I', at(4, 11, 30), at(4, 13)), caused('I', 'd', at(5))];
    expect(recovery([...facts, step('failureDetected', 'd', at(4, 10))]).value).toBe(120);
    expect(recovery(facts).value).toBe(90);
  });

  test('includes a hotfix begun before the incident was over, but no follow-up work', () => {
    const seen = [d, ...incident('I', at(4, 13), at(4, 14)), caused('I', 'd', at(5))];
    expect(recovery([...seen, ...fix(15, 13)]).value).toBe(120);
    expect(recovery([...seen, ...fix(15, 15)]).value).toBe(60);
  });

  test('of a hotfix alone runs from live to live, marked approximate', () => {
    expect(recovery([d, ...fix(15)])).toMatchObject({ value: 180, approximate: { count: 1, of: 1 } });
  });

  test('does not end with a hotfix that was rolled back', () => {
    const facts = [
      d,
      ...fix(15),
      step('deploymentRolledBack', 'fix', at(4, 16), { detectedAt: at(4, 15, 30) }),
    ];
    expect(recovery(facts)).toMatchObject({ n: 1, open: 1, value: 30 });
  });

  test('of a rollback seen only by the order of versions ends when the earlier version is back', () => {
    const facts = [live('d1', at(4), 'V1'), live('d2', at(5), 'V2'), live('d3', at(5, 2), 'V1')];
    expect(recovery(facts)).toMatchObject({ value: 120, approximate: { count: 1, of: 1 } });
  });

  test('of a rollback over several regions ends with the last of them', () => {
    const regions = [13, 15, 14].map(
      (hour) => ({ ...step('deploymentRolledBack', 'd', at(4, hour)), id: `region-${hour}` }) as Fact,
    );
    expect(recovery([d, ...regions]).value).toBe(180);
  });

  test('leaves an open case out and shows its age', () => {
    const closed = [d, ...incident('I', at(4, 13), at(4, 14)), caused('I', 'd', at(5))];
    const open = [live('e', at(9), 'v2'), ...incident('J', at(10), undefined), caused('J', 'e', at(10, 1))];
    expect(recovery([...closed, ...open], { asOf: at(10, 5) })).toMatchObject({
      n: 1,
      value: 60,
      open: 1,
      oldestOpenMinutes: 300,
      denominator: 2,
    });
  });

  test('of one open and one restored incident is open', () => {
    const facts = [
      d,
      ...incident('I', at(4, 13), at(4, 14)),
      ...incident('J', at(4, 13)),
      caused('I', 'd', at(5)),
      caused('J', 'd', at(5)),
    ];
    expect(recovery(facts)).toMatchObject({ n: 0, value: null, open: 1 });
  });

  test('refuses times that contradict each other', () => {
    const facts = [d, ...incident('I', at(4, 13), at(4, 12)), caused('I', 'd', at(5))];
    expect(recovery(facts)).toMatchObject({ n: 0, open: 0, value: null });
    expect(recovery(facts).exclusions).toContainEqual({ reason: 'INCONSISTENT_TIMES', count: 1 });
    expect(dora(facts, january).dataQuality.inconsistentIncidents).toBe(1);
  });

  test('refuses a failure that was detected after the rollback from it had ended', () => {
    const back = step('deploymentRolledBack', 'd', at(4, 13), { detectedAt: at(4, 14) });
    expect(recovery([d, back])).toMatchObject({ n: 0, open: 0, value: null });
    expect(recovery([d, back]).exclusions).toContainEqual({ reason: 'INCONSISTENT_TIMES', count: 1 });
  });

  test('is split into parts that are known: detected 22:05, decided 22:06, restored 22:11', () => {
    const facts = [
      step('deploymentStarted', 'd', at(4, 21)),
      step('deploymentExposed', 'd', at(4, 22), { trafficPercent: 5 }),
      step('deploymentRolledBack', 'd', at(4, 22, 11), { detectedAt: at(4, 22, 5), decidedAt: at(4, 22, 6) }),
    ];
    expect(recovery(facts)).toMatchObject({
      value: 6,
      parts: { detect: 0, acknowledge: null, decide: 1, restore: 5 },
    });
  });

  test('without failures is null', () => {
    expect(recovery([d])).toMatchObject({
      value: null,
      n: 0,
      open: 0,
      mean: null,
      p90: null,
      oldestOpenMinutes: null,
    });
  });
});

describe('time to restore', () => {
  test('is the mean over incidents of any cause restored in the window', () => {
    const facts = [
      ...incident('I', at(4, 10), at(4, 11)),
      ...incident('J', at(5, 10), at(5, 13), 'SEV3'),
      ...incident('low', at(6), at(7), 'SEV4'),
      ...incident('early', '2026-12-30T00:00:00Z', '2026-12-31T00:00:00Z'),
      ...incident('over the edge', '2026-12-31T23:00:00Z', at(1, 1)),
    ];
    expect(restore(facts)).toMatchObject({
      n: 3,
      value: 120,
      median: 120,
      statistic: 'mean',
      unit: 'minutes',
    });
    expect(restore(facts).exclusions).toEqual([{ reason: 'SEVERITY_OUT_OF_SCOPE', count: 1 }]);
  });

  test('counts an incident of several services once for all and once for each', () => {
    const both = [
      ...incident('I', at(4), at(5)),
      { ...incident('I', at(4))[0]!, id: 'also', service: 't' } as Fact,
    ];
    expect([undefined, 's', 't', 'u'].map((service) => restore(both, { service }).n)).toEqual([1, 1, 1, 0]);
  });

  test('finds the service of an incident that names none by its cause', () => {
    const nameless = incident('I', at(4, 13), at(4, 14)).map(
      (fact) => ({ ...fact, service: undefined }) as Fact,
    );
    const facts = [live('d', at(4, 12), 'v1'), ...nameless, caused('I', 'd', at(5))];
    expect([restore(nameless).n, restore(facts).n, restore(facts, { service: 't' }).n]).toEqual([0, 1, 0]);
  });

  test('leaves out false alarms, foreign environments and open ones', () => {
    const facts = [
      ...incident('false', at(4), at(5)),
      { ...said('cancel', at(5)), kind: 'incidentCancelled' as const, incidentId: 'false' },
      ...incident('staging', at(4), at(5)).map((fact) => ({ ...fact, production: false }) as Fact),
      ...incident('open', at(8)),
    ];
    expect(restore(facts, { asOf: at(9) })).toMatchObject({
      n: 0,
      value: null,
      open: 1,
      oldestOpenMinutes: 1440,
    });
    expect(restore(facts).exclusions).toEqual([
      { reason: 'CANCELLED', count: 1 },
      { reason: 'NOT_PRODUCTION', count: 1 },
    ]);
  });
});
