import { describe, expect, test } from 'vitest';
import { at, caused, incident, january, live, said, step } from '../../../test/metrics/given.js';
import { dora } from './dora.js';
import type { Fact } from './fact.js';
import {
  confirmedAt,
  type CorrelationPolicy,
  initialCorrelation,
  suspectsOf,
} from './incidentCorrelation.js';
import { defaults, type MetricsPolicy, policyOf } from './policy.js';

const asked = (facts: Fact[], policy?: MetricsPolicy) =>
  dora(facts, { ...january, ...(policy && { policy }) });

describe('the figures of the delivery metrics', () => {
  test('are those of the spec, each of which a company may change', () => {
    expect(policyOf()).toEqual({
      attributionHours: 72,
      hotfixDays: 7,
      reopenHours: 24,
      canaryTrafficPercent: 25,
      lowSample: 20,
      coverage: 0.9,
    });
    expect(policyOf({ lowSample: 5, coverage: undefined })).toEqual({ ...defaults, lowSample: 5 });
  });

  test('are refused by name where they are none, all at once', () =>
    expect(() => asked([], { hotfixDays: -1, coverage: Number.NaN })).toThrow(
      /policy\.hotfixDays: .+policy\.coverage: /s,
    ));

  test('say how long an incident may be charged, to the hour', () => {
    const facts = [live('d', at(4), 'v'), ...incident('I', at(4, 3)), caused('I', 'd', at(5))];
    const failed = [3, 2].map(
      (attributionHours) => asked(facts, { attributionHours }).changeFailRate.numerator,
    );
    expect(failed).toEqual([1, 0]);
  });

  test('say how long a hotfix fails what it names', () => {
    const fix = live('f', at(6), 'w', { deploymentKind: 'HOTFIX', remediates: ['d'] });
    const failed = [2, 1].map(
      (hotfixDays) => asked([live('d', at(4), 'v'), fix], { hotfixDays }).changeFailRate.numerator,
    );
    expect(failed).toEqual([1, 0]);
  });

  test('say how long a reopening goes on with the incident', () => {
    const facts: Fact[] = [
      ...incident('I', at(4, 9), at(4, 10)),
      { ...said('again', at(4, 12)), kind: 'incidentReopened', incidentId: 'I' },
      { ...said('over', at(4, 13)), kind: 'incidentResolved', incidentId: 'I' },
    ];
    expect([2, 1].map((reopenHours) => asked(facts, { reopenHours }).timeToRestore.n)).toEqual([1, 2]);
  });

  test('say what is caught in the canary, and what is few', () => {
    const back = step('deploymentRolledBack', 'd', at(4), { automatic: true, trafficPercent: 10 });
    const shares = [10, 9].map(
      (canaryTrafficPercent) =>
        asked([back], { canaryTrafficPercent }).changeFailRate.variants.excludingCanaryCaught.numerator,
    );
    expect(shares).toEqual([0, 1]);
    expect([1, 2].map((lowSample) => asked([back], { lowSample }).changeFailRate.lowSample)).toEqual([
      false,
      true,
    ]);
  });

  test('say how much must be known', () => {
    const facts = [live('d', at(4), 'v'), live('e', at(5), 'w')];
    const listed: Fact = { ...said('b', at(1)), kind: 'artifactPackaged', artifact: 'v', commits: [] };
    expect(
      [0.5, 0.51].map((coverage) => asked([...facts, listed], { coverage }).changeLeadTime.partial),
    ).toEqual([undefined, 'partial (50 %)']);
  });
});

describe('the figures of incident correlation', () => {
  const broken = { incidentId: 'I', services: ['s'], startedAt: at(10), signature: 'boom' };
  const near = ['a', 'b', 'c'].map((deploymentId) => ({ deploymentId, service: 's', liveAt: at(10) }));
  const found = (more: Partial<CorrelationPolicy>, surroundings = {}) =>
    suspectsOf([broken], near, surroundings, { ...initialCorrelation, ...more }).map(({ score }) => score);

  test('are data with a year and a source', () =>
    expect(initialCorrelation).toEqual({
      version: '1',
      year: 2027,
      source: 'MET-06.2, MET-06.3, MET-04.4',
      weights: { proximity: 0.45, topology: 0.3, novelty: 0.15, risk: 0.1 },
      decayHours: 4,
      boundHours: 72,
      topology: [1, 0.7, 0.4],
      signatureDays: 14,
      least: 0.5,
      most: 5,
      certain: 0.8,
      objectionHours: 48,
    }));

  test('may be others', () => {
    expect(found({ most: 2 })).toHaveLength(2);
    expect(found({ least: 0.91 })).toEqual([]);
    expect(found({ least: 0.9 })).toHaveLength(3);
    expect(found({ weights: { proximity: 1, topology: 0, novelty: 0, risk: 0 }, most: 1 })).toEqual([1]);
    expect(found({ topology: [0.5], most: 1 })[0]).toBeCloseTo(0.75, 12);
    const sightings = [{ signature: 'boom', at: at(8) }];
    expect(found({ signatureDays: 2, most: 1 }, { sightings })[0]).toBeCloseTo(0.75, 12);
    expect(found({ signatureDays: 1, most: 1 }, { sightings })[0]).toBeCloseTo(0.9, 12);
  });

  test('bound the time, and say how it fades', () => {
    const late = { ...broken, startedAt: at(10, 2) };
    const scores = (more: Partial<CorrelationPolicy>) =>
      suspectsOf([late], near.slice(0, 1), {}, { ...initialCorrelation, ...more }).map(({ score }) => score);
    expect(scores({ boundHours: 1.9 })).toEqual([]);
    expect(scores({ boundHours: 2, decayHours: 2 })[0]).toBeCloseTo(0.45 * Math.exp(-1) + 0.45, 12);
  });

  test('say when a suggestion becomes a cause', () => {
    const policy = { ...initialCorrelation, certain: 0.6, objectionHours: 1 };
    const hearing = { suggestedAt: 0, asOf: 3_600_000 };
    expect(confirmedAt({ score: 0.6 }, hearing, policy)).toBe(3_600_000);
    expect(confirmedAt({ score: 0.6 }, hearing)).toBeUndefined();
  });

  test('are refused by name where they are none', () => {
    expect(() => found({ decayHours: Number.NaN, most: 0 })).toThrow(/policy\.decayHours: .+policy\.most: /s);
    expect(() => found({ weights: { proximity: 1, topology: 1, novelty: 0, risk: 0 } })).toThrow(
      'The weights must sum to 1',
    );
  });
});
