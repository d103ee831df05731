import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, before } from '../../../test/metrics/given.js';
import {
  type Candidate,
  type Case,
  confirmedAt,
  correlationScore,
  proximityOf,
  suspectsOf,
} from './incidentCorrelation.js';

const HOUR = 3_600_000;
const broken: Case = { incidentId: 'I', services: ['s'], startedAt: at(10), signature: 'boom' };
const deployed = (deploymentId: string, hoursBefore: number, more: Partial<Candidate> = {}): Candidate => ({
  deploymentId,
  service: 's',
  liveAt: before(at(10), hoursBefore),
  ...more,
});
const ids = (...suspects: ReturnType<typeof suspectsOf>) => suspects.map(({ deploymentId }) => deploymentId);

describe('a suspect', () => {
  test('of the same service, 30 minutes before, new signature, risk 47.5 scores 0.895', () => {
    const [suspect] = suspectsOf([broken], [deployed('d', 0.5, { riskScore: 47.5 })]);
    expect(suspect!.score).toBeCloseTo(0.895, 3);
    expect(suspect!.parts).toEqual({ proximity: Math.exp(-0.125), topology: 1, novelty: 1, risk: 0.475 });
  });

  test('of a direct dependency, 10 h before, known signature, risk 20 scores 0.267 and is not suggested', () => {
    const parts = { proximity: proximityOf(10 * HOUR), topology: 0.7, novelty: 0, risk: 0.2 };
    expect(correlationScore(parts)).toBeCloseTo(0.267, 3);
    const surroundings = {
      dependencies: [{ service: 's', on: 'p' }],
      sightings: [{ signature: 'boom', at: before(at(10), 24) }],
    };
    expect(suspectsOf([broken], [deployed('d', 10, { service: 'p', riskScore: 20 })], surroundings)).toEqual(
      [],
    );
  });

  test('is never older than 72 h, whatever else speaks for it', () => {
    const sure = (hours: number) => suspectsOf([broken], [deployed('d', hours, { riskScore: 100 })]);
    expect(ids(...sure(72))).toEqual(['d']);
    expect(sure(72 + 1 / 3600)).toEqual([]);
    expect(sure(39 * 24)).toEqual([]);
    expect(sure(-1)).toEqual([]);
  });

  test('counts as close while it is being rolled out', () => {
    const rolling = deployed('d', -2, { startedAt: before(at(10), 5) });
    expect(suspectsOf([broken], [rolling])[0]!.parts.proximity).toBe(1);
    const slow = deployed('d', -2, { startedAt: before(at(10), 200) });
    expect(ids(...suspectsOf([broken], [deployed('e', 500), slow]))).toEqual(['d']);
    expect(suspectsOf([broken], [deployed('d', -2, { startedAt: before(at(10), -1) })])).toEqual([]);
  });

  test('may be two hops away, along what the service needs and not along who needs it', () => {
    const dependencies = [
      { service: 's', on: 'p' },
      { service: 'p', on: 'q' },
      { service: 'q', on: 'r' },
      { service: 'user', on: 's' },
    ];
    const candidates = ['s', 'p', 'q', 'r', 'user'].map((service) =>
      deployed(service, 0, { service, riskScore: 100 }),
    );
    const found = suspectsOf([broken], candidates, { dependencies });
    expect(found.map(({ service, parts }) => [service, parts.topology])).toEqual([
      ['s', 1],
      ['p', 0.7],
      ['q', 0.4],
    ]);
  });

  test.each([
    [14 * 24, 0],
    [14 * 24 + 1, 1],
    [0, 1],
  ])('whose signature was seen %d h before is new: %d', (hours, novelty) => {
    const sightings = [{ signature: 'boom', at: before(at(10), hours) }];
    expect(suspectsOf([broken], [deployed('d', 0)], { sightings })[0]!.parts.novelty).toBe(novelty);
  });

  test('gains nothing from what nobody knows', () => {
    const [suspect] = suspectsOf([{ ...broken, signature: undefined }], [deployed('d', 0)]);
    expect(suspect).toMatchObject({ score: 0.75, parts: { novelty: null, risk: null } });
  });
});

describe('suspects', () => {
  test('are five at most, best first, the later of equals first', () => {
    const candidates = [3, 1, 2, 0, 4, 5].map((hours) => deployed(`d${hours}`, hours));
    expect(ids(...suspectsOf([broken], [...candidates, deployed('c0', 0)]))).toEqual([
      'c0',
      'd0',
      'd1',
      'd2',
      'd3',
    ]);
  });

  test('are many to many', () => {
    const found = suspectsOf([broken, { ...broken, incidentId: 'J' }], [deployed('d', 1), deployed('e', 2)]);
    expect(found.map(({ incidentId, deploymentId }) => incidentId + deploymentId)).toEqual([
      'Id',
      'Ie',
      'Jd',
      'Je',
    ]);
  });

  test('are those that a look at every pair finds, in any order of candidates', () => {
    const hours = fc.integer({ min: -100, max: 100 });
    const candidate = fc
      .tuple(fc.nat(30), hours, fc.nat(50))
      .map(([id, back, took]) => deployed(`d${id}`, back, { startedAt: before(at(10), back + took) }));
    const unique = fc.uniqueArray(candidate, { selector: ({ deploymentId }) => deploymentId, maxLength: 20 });
    fc.assert(
      fc.property(unique, (candidates) => {
        const start = Date.parse(at(10));
        const expected = candidates
          .filter(
            ({ startedAt, liveAt }) =>
              Date.parse(startedAt!) <= start && Date.parse(liveAt) + 72 * HOUR >= start,
          )
          .map(({ deploymentId, liveAt }) => ({
            deploymentId,
            since: Math.max(0, start - Date.parse(liveAt)),
            liveAt,
          }))
          .filter(({ since }) => 0.45 * Math.exp(-since / (4 * HOUR)) + 0.3 + 0.15 >= 0.5);
        const found = ids(...suspectsOf([broken], candidates));
        expect(found).toHaveLength(Math.min(5, expected.length));
        expect(expected.map(({ deploymentId }) => deploymentId)).toEqual(expect.arrayContaining(found));
        expect(ids(...suspectsOf([broken], candidates.toReversed()))).toEqual(found);
      }),
    );
  });

  test('are confirmed by themselves after 48 h from 0.8, unless somebody objects', () => {
    const after = (score: number, asOf: number, objectedAt?: number) =>
      confirmedAt({ score }, { suggestedAt: 0, asOf: asOf * HOUR, objectedAt });
    expect(after(0.8, 48)).toBe(48 * HOUR);
    expect(after(0.799, 100)).toBeUndefined();
    expect(after(0.9, 47)).toBeUndefined();
    expect(after(0.9, 100, 48 * HOUR)).toBeUndefined();
    expect(after(0.9, 100, 49 * HOUR)).toBe(48 * HOUR);
  });

  test.each([
    [[{ ...broken, startedAt: 'x' }], [], 'startedAt'],
    [[], [deployed('d', 0, { liveAt: '2027-02-30T00:00:00Z' })], 'liveAt'],
    [[], [deployed('d', 0, { riskScore: Number.NaN })], 'riskScore'],
    [[], [deployed('d', 0, { riskScore: 101 })], 'riskScore'],
    [[{ ...broken, services: 'ab' as never }], [], 'services'],
  ])('are refused bad input by field: %#', (cases, candidates, field) => {
    expect(() => suspectsOf(cases, candidates)).toThrow(field);
  });
});
