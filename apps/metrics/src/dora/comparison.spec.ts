import { expect, test } from 'vitest';
import { at, caused, incident, live } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import type { Fact } from '../fact.js';
import { compare } from './comparison.js';
import { timelineOf } from './timeline.js';
import { windowOf } from './window.js';

/** Of `s` somebody told that it failed, once mended, once not, once mended before it broke; of `t` nobody told anything. */
const ofS = [
  live('d1', at(4), 'v1'),
  ...incident('I', at(4, 1), at(4, 3)),
  caused('I', 'd1', at(5)),
  live('d2', at(6), 'v2'),
  ...incident('J', at(6, 1)),
  caused('J', 'd2', at(7)),
  live('d3', at(10), 'v3'),
  ...incident('K', at(10, 2), at(10, 1)),
  caused('K', 'd3', at(11)),
];
const ofT = [live('e1', at(8), 'w1', { service: 't' })];
const shown = (pending: readonly string[] = [], refused = new Map<string, string>()) => {
  const now = { asOf: '2028-01-01T00:00:00Z' };
  const timeline = (service: string, facts: readonly Fact[]) =>
    [service, timelineOf(assemble(facts, now), service)] as const;
  const setting = {
    window: windowOf('2027-01-01', '2027-02-01', 'Europe/Berlin'),
    delivery: assemble([], now),
  };
  const timelines = new Map([timeline('s', ofS), timeline('t', ofT)]);
  return compare({ timelines, pending, refused }, setting);
};
const SILENT = 'partial (no failure or incident ever reported)';

test('services are compared in the order they are given in, each by what is known of it', () => {
  const { services, blended, ...of } = shown();
  expect(of).toEqual({
    zone: 'Europe/Berlin',
    from: '2026-12-31T23:00:00.000Z',
    to: '2027-01-31T23:00:00.000Z',
    asOf: '2028-01-01T00:00:00.000Z',
    pending: [],
    refused: [],
  });
  expect(
    services.map(({ service, changeFailRate: { numerator, denominator, partial } }) => [
      service,
      numerator,
      denominator,
      partial,
    ]),
  ).toEqual([
    ['s', 3, 3, undefined],
    ['t', 0, 1, SILENT],
  ]);
  expect(blended.changeFailRate).toMatchObject({ numerator: 3, denominator: 4 });
  expect(blended.changeFailRate).not.toHaveProperty('partial');
  expect(blended.failedDeploymentRecoveryTime).toEqual({
    value: 120,
    numerator: 1,
    denominator: 3,
    n: 1,
    lowSample: true,
  });
});

test('what is left out is named, and makes the figures of all together partial, those of single ones not', () => {
  const { services, blended, pending, refused } = shown(['u'], new Map([['v', 'INVALID_FACT: no.']]));
  expect(pending).toEqual(['u']);
  expect(refused).toEqual([{ service: 'v', reason: 'INVALID_FACT: no.' }]);
  expect(Object.values(blended).map(({ partial }) => partial)).toEqual([
    'partial (2 services left out)',
    'partial (0 %); partial (2 services left out)',
    ...Array(3).fill('partial (2 services left out)'),
  ]);
  expect(services.map(({ deploymentFrequency }) => deploymentFrequency.partial)).toEqual([
    undefined,
    undefined,
  ]);
});
