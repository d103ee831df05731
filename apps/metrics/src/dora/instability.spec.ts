import { describe, expect, test } from 'vitest';
import { at, caused, incident, january, live, said, step } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import { dora } from '../dora.js';
import type { Fact } from '../fact.js';
import { changeFailRateBy } from './instability.js';
import { scopeOf } from './scope.js';

const failRate = (facts: readonly Fact[], query: object = {}) =>
  dora(facts, { ...january, ...query }).changeFailRate;
const rework = (facts: readonly Fact[]) => dora(facts, january).deploymentReworkRate;

describe('change fail rate', () => {
  test('of no deployments is null, not 0', () => {
    const { value, numerator, denominator, interval } = failRate([]);
    expect({ value, numerator, denominator, interval }).toEqual({
      value: null,
      numerator: 0,
      denominator: 0,
      interval: undefined,
    });
  });

  test('counts a deployment once, however many causes there are', () => {
    const facts = [
      live('d', at(4), 'v1'),
      ...incident('I', at(4, 1), at(4, 2)),
      ...incident('J', at(4, 3), at(4, 4)),
      caused('I', 'd', at(5)),
      caused('J', 'd', at(5)),
      live('fix', at(4, 5), 'v2', { deploymentKind: 'HOTFIX', remediates: ['d'] }),
      step('deploymentRolledBack', 'd', at(6)),
    ];
    const { numerator, denominator, grounds } = failRate(facts);
    expect([numerator, denominator]).toEqual([1, 2]);
    expect(grounds).toEqual([
      { ground: 'HOTFIX', count: 1 },
      { ground: 'INCIDENT', count: 1 },
      { ground: 'ROLLED_BACK', count: 1 },
    ]);
  });

  test('charges the window of the deployment, restated when its cause is confirmed later', () => {
    const facts = [
      live('d', at(31), 'v1'),
      ...incident('I', '2027-02-02T00:00:00Z', '2027-02-02T01:00:00Z'),
      caused('I', 'd', '2027-02-20T00:00:00Z'),
    ];
    expect(failRate(facts, { asOf: '2027-02-19T00:00:00Z' }).numerator).toBe(0);
    expect(failRate(facts, { asOf: '2027-02-20T00:00:00Z' }).numerator).toBe(1);
    expect(failRate(facts, { from: '2027-02-01', to: '2027-03-01' }).denominator).toBe(0);
  });

  const canary = (trafficPercent: number | undefined, automatic: boolean | undefined) => [
    step('deploymentExposed', 'd', at(4), trafficPercent === undefined ? {} : { trafficPercent }),
    step('deploymentRolledBack', 'd', at(4, 1), automatic === undefined ? {} : { automatic }),
  ];
  test.each([
    ['automatically at 25 %', canary(25, true), 0],
    ['automatically at 26 %', canary(26, true), 1],
    ['by a person at 5 %', canary(5, false), 1],
    ['at a traffic nobody told', canary(undefined, true), 1],
    ['by whom nobody told', canary(5, undefined), 1],
    ['with an incident', [...canary(5, true), ...incident('I', at(4), at(4, 1)), caused('I', 'd', at(5))], 1],
    ['after it was live', [...canary(5, true), live('d', at(4, 0, 30), 'v1')], 1],
  ])('without what the canary caught: rolled back %s', (_, facts, left) => {
    const { numerator, variants } = failRate(facts);
    expect([numerator, variants.excludingCanaryCaught.numerator]).toEqual([1, left]);
  });

  test('lists what only went back along with the failed one', () => {
    const facts = ['V1', 'V2', 'V3', 'V1'].map((version, i) => live(`d${i}`, at(i + 4), version));
    expect(failRate(facts)).toMatchObject({ numerator: 1, denominator: 3 });
    expect(failRate(facts).exclusions).toContainEqual({ reason: 'ROLLED_BACK_ALONG', count: 1 });
  });

  test('of 0 says so when nobody ever reported trouble', () => {
    const d = live('d', at(4), 'v1');
    expect(failRate([d])).toMatchObject({
      value: 0,
      partial: 'partial (no failure or incident ever reported)',
    });
    expect(failRate([d, ...incident('I', at(20))]).partial).toBeUndefined();
    expect(failRate([d, step('deploymentFailed', 'e', at(5), { effect: false })]).partial).toBeUndefined();
    expect(failRate([d, live('h', at(5), 'v2', { deploymentKind: 'HOTFIX' })]).partial).toBeUndefined();
  });

  test('is told apart by strategy, band or what is asked', () => {
    const facts = [
      live('d1', at(4), 'v1', { strategy: 'canary' }),
      live('d2', at(5), 'v2', { strategy: 'canary' }),
      live('d3', at(6), 'v3', { strategy: 'rolling' }),
      live('d4', at(7), 'v4'),
      step('deploymentRolledBack', 'd2', at(5, 1)),
    ];
    const scope = scopeOf(assemble(facts, january), january);
    const groups = [...changeFailRateBy(scope, ({ strategy }) => strategy)];
    expect(groups.map(([name, { numerator, denominator }]) => [name, numerator, denominator])).toEqual([
      ['canary', 1, 2],
      ['rolling', 0, 1],
      ['unknown', 0, 1],
    ]);
  });

  test('is low in sample below 20', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => live(`d${i}`, at(4, 0, i), `v${i}`));
    expect([failRate(many(19)).lowSample, failRate(many(20)).lowSample]).toEqual([true, false]);
  });
});

describe('deployment rework rate', () => {
  const bad = live('d', at(4), 'v1');

  test('counts hotfixes, and what mends something that it was asked for after', () => {
    const after = [step('deploymentRequested', 'r', at(5)), live('r', at(6), 'v2', { remediates: ['d'] })];
    const earlier = [step('deploymentRequested', 'e', at(3)), live('e', at(7), 'v3', { remediates: ['d'] })];
    const hotfix = live('h', at(8), 'v4', { deploymentKind: 'HOTFIX' });
    expect(rework([bad, ...after, ...earlier, hotfix])).toMatchObject({
      numerator: 2,
      denominator: 4,
      value: 0.5,
    });
  });

  test('counts what mends an incident that was asked for after it began', () => {
    const asked = (time: string) => [
      step('deploymentRequested', 'r', time),
      live('r', at(6), 'v2', { remediates: ['I'] }),
    ];
    const seen = incident('I', at(5), at(5, 1));
    expect(rework([...seen, ...asked(at(5, 0, 30))]).numerator).toBe(1);
    expect(rework([...seen, ...asked(at(4, 23))]).numerator).toBe(0);
  });

  test('does not count a rollback, nor rolled-back work that is released again', () => {
    const facts = ['V1', 'V2', 'V1', 'V2'].map((version, i) => live(`d${i}`, at(i + 4), version));
    expect(rework(facts)).toMatchObject({ numerator: 0, denominator: 3 });
  });

  test('may hold a deployment that failed itself', () => {
    const fix = live('h', at(5), 'v2', { deploymentKind: 'HOTFIX', remediates: ['d'] });
    const facts = [bad, fix, step('deploymentRolledBack', 'h', at(6))];
    expect([rework(facts).numerator, failRate(facts).numerator]).toEqual([1, 2]);
  });

  test('does not take its own name for what it mends, and takes an unknown name at its word', () => {
    expect(rework([live('d', at(4), 'v1', { remediates: ['d'] })]).numerator).toBe(0);
    expect(rework([live('d', at(4), 'v1', { remediates: ['elsewhere'] })]).numerator).toBe(1);
    expect(rework([]).value).toBeNull();
  });

  test('is withdrawn from nobody by a person’s word about failure', () => {
    const word: Fact = { ...said('w', at(9)), kind: 'failureWithdrawn', deploymentId: 'd', reason: 'not it' };
    const fix = live('h', at(5), 'v2', { deploymentKind: 'HOTFIX', remediates: ['d'] });
    expect([rework([bad, fix, word]).numerator, failRate([bad, fix, word]).numerator]).toEqual([1, 0]);
  });
});
