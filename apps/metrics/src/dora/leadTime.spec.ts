import { describe, expect, test } from 'vitest';
import { at, before, built, change, january, live, said, step } from '../../../../test/metrics/given.js';
import { dora } from '../dora.js';
import type { Fact } from '../fact.js';

const leadTime = (facts: readonly Fact[], query: object = {}) =>
  dora(facts, { ...january, ...query }).changeLeadTime;
/** A deployment with a change for each lead time in hours. */
function delivering(id: string, time: string, hours: readonly number[], more = {}): Fact[] {
  const commits = hours.map((_, i) => `${id}-${i}`);
  return [
    ...hours.map((lead, i) => change(commits[i]!, before(time, lead))),
    built(`pkg-${id}`, commits, before(time, 0.1)),
    live(id, time, `pkg-${id}`, more),
  ];
}

describe('change lead time', () => {
  test('of 0.5, 2, 3, 5, 8, 13, 26, 30, 50 h is 8 at the median, 26, 34 and 42', () => {
    const { value, p50, p75, p90, p95, n } = leadTime(
      delivering('d', at(20), [0.5, 2, 3, 5, 8, 13, 26, 30, 50]),
    );
    expect([value, p50, p75, p90, n]).toEqual([8, 8, 26, 34, 9]);
    expect(p95).toBeCloseTo(42, 9);
  });

  test('of changes that were rolled back is measured to the deployment that keeps them', () => {
    const facts = [
      change('c', at(4)),
      built('v4', ['c']),
      built('v5', ['c']),
      live('d4', at(5), 'v4'),
      step('deploymentRolledBack', 'd4', at(5, 1)),
      live('d5', at(6), 'v5'),
    ];
    expect(leadTime(facts)).toMatchObject({ value: 48, n: 1 });
    expect(leadTime(facts).exclusions).toContainEqual({ reason: 'ROLLED_BACK', count: 1 });
  });

  test('of a commit 3 minutes after live is 0 with a flag', () => {
    expect(leadTime(delivering('d', at(4), [-0.05]))).toMatchObject({
      value: 0,
      flags: [{ reason: 'NEGATIVE_CLAMPED', count: 1 }],
    });
  });

  test('of more than a year is kept, with a flag', () => {
    expect(leadTime(delivering('d', at(4), [365 * 24, 366 * 24]))).toMatchObject({
      n: 2,
      value: 365.5 * 24,
      flags: [{ reason: 'OVER_365_DAYS', count: 1 }],
    });
  });

  test('belongs to the window of going live', () => {
    const facts = delivering('d', '2027-02-01T00:00:00Z', [5]);
    expect(leadTime(facts)).toMatchObject({ value: null, n: 0 });
    expect(leadTime(facts, { from: '2027-02-01', to: '2027-03-01' })).toMatchObject({ value: 5, n: 1 });
  });

  test('of nothing is null', () => {
    const { value, p50, p95, mean, n, coverage } = leadTime([
      live('d', at(4), 'v1', { deploymentKind: 'CONFIG' }),
    ]);
    expect({ value, p50, p95, mean, n, coverage }).toEqual({
      value: null,
      p50: null,
      p95: null,
      mean: null,
      n: 0,
      coverage: null,
    });
  });

  test('with 15 of 100 deployments of unknown content is partial (85 %)', () => {
    const known = Array.from({ length: 85 }, (_, i) => delivering(`d${i}`, at(4, 0, i), [i + 1])).flat();
    const unknown = Array.from({ length: 15 }, (_, i) => live(`u${i}`, at(10, 0, i), `u${i}`));
    expect(leadTime([...known, ...unknown])).toMatchObject({
      partial: 'partial (85 %)',
      coverage: 0.85,
      n: 85,
    });
    expect(leadTime(known).partial).toBeUndefined();
  });

  test('leaves out a listed commit that nobody told the time of, and says so', () => {
    const facts = [...delivering('d', at(4), [5]), built('pkg-d', ['lost'], at(3))];
    expect(leadTime(facts)).toMatchObject({ n: 1, denominator: 2, partial: 'partial (50 %)' });
    expect(leadTime(facts).exclusions).toContainEqual({ reason: 'COMMIT_TIME_UNKNOWN', count: 1 });
  });

  test('says how much was credited by time', () => {
    const facts = [change('a', at(4)), change('b', at(4, 12)), live('d', at(5), 'v1')];
    expect(leadTime(facts)).toMatchObject({ n: 2, value: 18, approximate: { count: 2, of: 2 } });
    expect(leadTime(delivering('d', at(5), [18])).approximate).toBeUndefined();
  });

  test('has variants without hotfixes, by deployment, and to the first exposure', () => {
    const exposed: Fact = {
      ...said('flag', before(at(4), 4)),
      kind: 'changeExposed',
      service: 's',
      commit: 'd-0',
    };
    const facts = [
      ...delivering('d', at(4), [10, 20, 60]),
      ...delivering('fix', at(5), [1], { deploymentKind: 'HOTFIX' }),
      exposed,
    ];
    const { value, variants } = leadTime(facts);
    expect(value).toBe(15);
    expect(variants.excludingHotfixes).toMatchObject({ p50: 20, n: 3 });
    expect(variants.perDeployment).toMatchObject({ p50: 10.5, n: 2 });
    expect(variants.firstExposure).toMatchObject({ p50: 13, n: 4 });
  });
});

describe('the stages of a lead time', () => {
  const stagesOf = (facts: readonly Fact[]) =>
    Object.fromEntries(leadTime(facts).stages.map(({ stage, hours, n }) => [stage, n === 0 ? null : hours]));

  test('run from milestone to milestone and sum to the whole', () => {
    const merged = { ...change('c', at(4, 0)), mergedAt: at(4, 2) } as Fact;
    const facts = [
      merged,
      built('v1', ['c'], at(4, 3)),
      step('deploymentRequested', 'd', at(4, 6)),
      step('deploymentApproved', 'd', at(4, 16)),
      step('deploymentStarted', 'd', at(5, 1)),
      live('d', at(5, 2), 'v1'),
    ];
    expect(stagesOf(facts)).toEqual({
      commitToMerge: 2,
      mergeToBuild: 1,
      buildToRequest: 3,
      requestToApproval: 10,
      approvalToStart: 9,
      startToLive: 1,
    });
    expect(leadTime(facts).value).toBe(26);
    expect(leadTime(facts).stages.find(({ stage }) => stage === 'requestToApproval')).toMatchObject({
      n: 1,
      p50: 10,
      share: 10 / 26,
    });
  });

  test('that nobody told are null, their time goes to the next', () => {
    const facts = [
      change('c', at(4)),
      built('v1', ['c'], at(4, 1)),
      step('deploymentStarted', 'd', at(4, 5)),
      live('d', at(4, 6), 'v1'),
    ];
    expect(stagesOf(facts)).toEqual({
      commitToMerge: 0,
      mergeToBuild: 1,
      buildToRequest: null,
      requestToApproval: null,
      approvalToStart: 4,
      startToLive: 1,
    });
  });

  test('count to the last approval, since an earlier one no longer holds', () => {
    const again = { ...step('deploymentApproved', 'd', at(4, 8)), id: 'again' } as Fact;
    const facts = [
      change('c', at(4)),
      built('v1', ['c'], at(4, 1)),
      step('deploymentRequested', 'd', at(4, 2)),
      step('deploymentApproved', 'd', at(4, 4)),
      live('d', at(4, 9), 'v1'),
    ];
    expect(stagesOf([...facts, again])).toMatchObject({ requestToApproval: 6, startToLive: 1 });
    expect(stagesOf([again, ...facts])).toMatchObject({ requestToApproval: 6, startToLive: 1 });
  });

  test('out of order are never negative', () => {
    const facts = [
      change('c', at(4, 5)),
      built('v1', ['c'], at(4, 8)),
      step('deploymentRequested', 'd', at(4, 2)),
      step('deploymentStarted', 'd', at(4, 7)),
      live('d', at(4, 9), 'v1'),
    ];
    expect(Object.values(stagesOf(facts))).toEqual([0, 3, 0, null, 0, 1]);
  });
});
