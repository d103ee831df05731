import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLogTwice } from '../../../test/metrics/anyLog.js';
import { at, built, caused, change, incident, january, live } from '../../../test/metrics/given.js';
import { workedSample } from '../../../test/metrics/workedSample.js';
import { DEFINITIONS, type DefinitionName, doraAs } from './definitions.js';
import { dora, evidence } from './dora.js';
import type { Fact } from './fact.js';

const ask = (name: DefinitionName, facts: readonly Fact[], query: object = {}) =>
  doraAs(name, facts, { ...january, ...query });
const releases = ['v1', 'v2', 'v3'].flatMap((version, i) => [
  change(`${version}-a`, at(3 + i, 0)),
  { ...change(`${version}-b`, at(3 + i, 12)), mergedAt: at(3 + i, 18) } as Fact,
  built(version, [`${version}-a`, `${version}-b`], at(3 + i, 20)),
  live(`d${i + 1}`, at(4 + i, 0), version),
]);

describe('the definition of', () => {
  test('DevLake takes the lower median, from the second deployment on, and charges the deployment before an incident', () => {
    const facts = [...releases, ...incident('I', at(20), at(21)), ...incident('J', at(22), at(22, 1))];
    expect(ask('devlake-2023', facts)).toMatchObject({
      changeLeadTime: { value: 12 * 60, n: 4, unit: 'minutes' },
      changeFailRate: { value: 1 / 3, numerator: 1, denominator: 3 },
      failedDeploymentRecoveryTime: { value: 15 * 24 * 60, n: 2 },
      deploymentFrequency: { value: 0, n: 5, unit: 'deployment days per week' },
      deploymentReworkRate: null,
    });
    expect(ask('devlake-2021', facts).failedDeploymentRecoveryTime).toMatchObject({ value: 60, n: 2 });
  });

  test.each(['devlake-2023', 'datadog'] as const)(
    '%s leaves out the first deployment of each service',
    (name) => {
      const others = releases.map((fact) => ({ ...fact, id: `t-${fact.id}`, service: 't' }) as Fact);
      const both = releases.concat(
        others.map((fact) =>
          fact.kind === 'deploymentSucceeded' ? { ...fact, deploymentId: `t-${fact.deploymentId}` } : fact,
        ),
      );
      const [one, all] = [ask(name, releases), ask(name, both, { service: undefined })];
      expect(one.changeLeadTime!.n).toBeGreaterThan(0);
      expect(all.changeLeadTime).toEqual({ ...one.changeLeadTime, n: 2 * one.changeLeadTime!.n });
    },
  );

  test('all peers takes a rollout that failed after its first region was live for none', () => {
    const broken = {
      ...live('d2', at(5), 'v2'),
      id: 'broken',
      kind: 'deploymentFailed',
      effect: true,
    } as Fact;
    const facts = [
      live('d1', at(4), 'v1'),
      live('d2', at(4, 12), 'v2'),
      broken,
      ...incident('I', at(6), at(7)),
    ];
    for (const name of Object.keys(DEFINITIONS) as DefinitionName[])
      expect([name, ask(name, facts).changeFailRate!.denominator]).toEqual([name, 1]);
  });

  test('DevLake looks before the incident, not at its instant', () => {
    const facts = [...releases, ...incident('I', at(6), at(7))];
    const { failedDeploymentRecoveryTime } = ask('devlake-2023', facts);
    expect(failedDeploymentRecoveryTime).toMatchObject({ value: 2 * 24 * 60, n: 1 });
    expect(ask('devlake-2023', incident('I', at(6), at(7))).failedDeploymentRecoveryTime).toMatchObject({
      n: 0,
    });
  });

  test.each([
    [[4, 5, 6, 11, 12, 13, 18, 19, 20, 25, 26, 27], 3, 'daily'],
    [[4, 11, 18, 25], 1, 'weekly'],
    [[4, 11], 0.5, 'monthly'],
  ])('Four Keys takes deployments on %j as %d days a week: %s', (days, value, bucket) => {
    const facts = days.map((day) => live(`d${day}`, at(day, 12), `v${day}`));
    expect(ask('four-keys', facts, { from: '2027-01-04' }).deploymentFrequency).toMatchObject({
      value,
      note: expect.stringContaining(bucket),
    });
  });

  test.each([
    ['2026-12-01', 'monthly'],
    ['2026-11-01', 'yearly'],
  ])('Four Keys takes two days of January since %s, by the median month, as %s', (from, bucket) =>
    expect(
      ask('four-keys', [live('d', at(4), 'v'), live('e', at(5), 'w')], { from }).deploymentFrequency?.note,
    ).toBe(`Four Keys shows the bucket: ${bucket}.`),
  );

  test('DevLake charges incidents of any age, of which ours charges none', () => {
    const november = [2, 9, 14, 21, 28].flatMap((day) =>
      incident(
        `I${day}`,
        new Date(Date.UTC(2026, 10, day)).toISOString(),
        new Date(Date.UTC(2026, 10, day, 1)).toISOString(),
      ),
    );
    const facts = [live('pipeline7', '2026-09-24T00:00:00Z', 'v1'), ...november];
    const query = { service: 's', from: '2026-09-01', to: '2026-12-01', asOf: january.asOf };
    expect(doraAs('devlake-2023', facts, query).changeFailRate).toMatchObject({
      numerator: 1,
      denominator: 1,
    });
    const causes = november
      .filter(({ kind }) => kind === 'incidentOpened')
      .map((fact) => caused((fact as { incidentId: string }).incidentId, 'pipeline7', at(1)));
    expect(dora([...facts, ...causes], query).changeFailRate).toMatchObject({ numerator: 0, denominator: 1 });
  });

  test('GitLab counts from merge, and incidents over deployments without a link', () => {
    const many = [1, 2, 3, 4, 5, 6].flatMap((n) => incident(`I${n}`, at(10 + n), at(10 + n, n), 'SEV4'));
    expect(ask('gitlab', [...releases, ...many])).toMatchObject({
      deploymentFrequency: { value: 3 / 31 },
      changeLeadTime: { value: 15 * 3600, n: 6, unit: 'seconds' },
      changeFailRate: { value: 2, numerator: 6, denominator: 3 },
      failedDeploymentRecoveryTime: { value: 3.5 * 3600, n: 6 },
    });
  });

  test('Four Keys counts rows of the join, and says the bucket', () => {
    const facts = [
      ...releases,
      ...incident('I', at(6, 1), at(6, 3)),
      caused('I', 'd1', at(7)),
      caused('I', 'd2', at(7)),
    ];
    expect(ask('four-keys', facts)).toMatchObject({
      deploymentFrequency: { value: 0, note: expect.stringContaining('monthly') },
      changeLeadTime: { value: 18, n: 6, unit: 'hours' },
      changeFailRate: { numerator: 2, denominator: 3 },
      failedDeploymentRecoveryTime: { value: 2, unit: 'hours' },
    });
    expect(ask('four-keys', [])).toMatchObject({
      deploymentFrequency: { note: expect.stringContaining('yearly') },
      failedDeploymentRecoveryTime: { value: null },
    });
  });

  test('Datadog finds V2 in V1, V2, V3, V1, and counts the rollback as a deployment', () => {
    const facts = ['V1', 'V2', 'V3', 'V1'].map((version, i) => live(`d${i + 1}`, at(i + 1), version));
    expect(ask('datadog', facts)).toMatchObject({
      changeFailRate: { numerator: 1, denominator: 4 },
      failedDeploymentRecoveryTime: { value: 2 * 24 * 60, n: 1 },
    });
    expect(evidence(facts, january, 'changeFailRate').ids).toEqual(['d2']);
    expect(ask('datadog', [...facts.slice(0, 1), live('again', at(2), 'V1')]).changeFailRate).toMatchObject({
      numerator: 0,
    });
  });

  test('Datadog takes a hotfix for a roll-forward from what it names, or from its predecessor', () => {
    const hotfix = (remediates?: string[]) =>
      live('fix', at(9), 'v9', { deploymentKind: 'HOTFIX', ...(remediates && { remediates }) });
    const recovery = (fix: Fact) => ask('datadog', [...releases, fix]).failedDeploymentRecoveryTime?.value;
    expect(recovery(hotfix(['d1']))).toBe(5 * 24 * 60);
    expect(recovery(hotfix())).toBe(3 * 24 * 60);
    expect(ask('datadog', releases).changeLeadTime).toMatchObject({ value: 18 * 60, n: 2 });
  });
});

describe('definitions', () => {
  test.each(Object.keys(DEFINITIONS) as DefinitionName[])(
    '%s names itself in every figure, and has null for nothing',
    (name) => {
      const { definition, source, differs, deploymentReworkRate, ...figures } = ask(name, []);
      expect([definition, deploymentReworkRate]).toEqual([name, null]);
      expect(source.length * differs.length).toBeGreaterThan(0);
      for (const [metric, figure] of Object.entries(figures)) {
        expect(figure?.definition).toBe(`${name}/${metric}`);
        if (metric !== 'deploymentFrequency') expect(figure?.value).toBeNull();
      }
    },
  );

  test.each(Object.keys(DEFINITIONS) as DefinitionName[])('%s takes the window half-open', (name) => {
    const edges = [live('first', at(1), 'v1'), live('last', '2027-02-01T00:00:00Z', 'v2')];
    expect(ask(name, edges).changeFailRate).toMatchObject({ denominator: 1 });
  });

  test('differ on the same facts', () => {
    const query = {
      service: 'ledger-api',
      from: '2027-01-01',
      to: '2027-02-01',
      asOf: '2027-02-05T00:00:00Z',
    };
    const rates = (Object.keys(DEFINITIONS) as DefinitionName[]).map(
      (name) => doraAs(name, workedSample, query).changeFailRate,
    );
    expect(rates.map((rate) => `${rate?.numerator}/${rate?.denominator}`)).toEqual([
      '2/7',
      '2/7',
      '2/7',
      '2/7',
      '1/7',
    ]);
    expect(dora(workedSample, query).changeFailRate).toMatchObject({ numerator: 3, denominator: 7 });
  });

  test('give identical figures for any shuffle, repetition and split of a log', () => {
    const names = Object.keys(DEFINITIONS) as DefinitionName[];
    fc.assert(
      fc.property(anyLogTwice, fc.constantFrom(...names), ({ log, other }, name) => {
        expect(ask(name, other, { service: undefined })).toEqual(ask(name, log, { service: undefined }));
      }),
      { numRuns: 200 },
    );
  });

  test.each(['', 'faros', 'constructor', 'toString'])('refuse the name "%s"', (name) => {
    expect(() => doraAs(name, [], january)).toThrow(/UNKNOWN_DEFINITION: definition/);
  });
});
