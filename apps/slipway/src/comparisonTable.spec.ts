import { expect, test } from 'vitest';
import { at, built, caused, change, incident, live } from '../../../test/metrics/given.js';
import { assemble } from '../../metrics/src/delivery.js';
import { compare } from '../../metrics/src/dora/comparison.js';
import { timelineOf } from '../../metrics/src/dora/timeline.js';
import { windowOf } from '../../metrics/src/dora/window.js';
import type { Fact } from '../../metrics/src/fact.js';
import { comparisonTable } from './comparisonTable.js';

const shown = (
  facts: readonly Fact[],
  pending: readonly string[] = [],
  refused = new Map<string, string>(),
) => {
  const delivery = assemble(facts, { asOf: '2028-01-01T00:00:00Z' });
  const timelines = new Map([...delivery.lives.keys()].map((name) => [name, timelineOf(delivery, name)]));
  const setting = { window: windowOf('2027-01-01', '2027-02-01', 'UTC'), delivery };
  return comparisonTable(compare({ timelines, pending, refused }, setting));
};
const HEADING = '2027-01-01 to 2027-02-01 UTC, as of 2028-01-01T00:00:00.000Z';
const many = Array.from({ length: 25 }, (_, i) =>
  live(`m${i}`, at(1 + i), `m${i}`, { service: 'mail-and-more' }),
);

test('services stand side by side with their samples, few values and partial figures marked', () =>
  expect(
    shown([
      change('a', at(3)),
      built('v1', ['a']),
      live('d1', at(4), 'v1'),
      ...incident('I', at(4, 1), at(4, 3)),
      caused('I', 'd1', at(5)),
      ...many,
    ]),
  ).toBe(
    [
      HEADING,
      '',
      '  service                     deployments    lead time    change fail rate     recovery    rework rate',
      '  s                      1, 0.032 per day*      24.0 h*            100.0 %*   120.0 min*         0.0 %*',
      '  mail-and-more         25, 0.806 per day      no data ~             0.0 %      no data          0.0 %',
      '  all of them, blended  26, 0.839 per day       24.0 h*~             3.8 %    120.0 min*         0.0 %',
      '',
      '  * few values: read with care',
      '  ~ does not cover everything: ask for the service by itself to see why',
    ].join('\n'),
  ));

test('what is not read yet is named, and figures that do not cover everything are marked', () =>
  expect(shown(many, ['shop', 'web'], new Map([['odd', 'INVALID_FACT: no.']]))).toBe(
    [
      HEADING,
      '',
      '  service              deployments    lead time    change fail rate    recovery    rework rate',
      '  mail-and-more  25, 0.806 per day      no data ~             0.0 % ~   no data          0.0 % ~',
      '',
      '  ~ does not cover everything: ask for the service by itself to see why',
      '  not read yet, ask again: shop, web',
      '  odd is left out: INVALID_FACT: no.',
    ].join('\n'),
  ));

test('of nobody it says so', () =>
  expect(shown([])).toBe(
    [
      HEADING,
      '',
      '  service  deployments    lead time    change fail rate    recovery    rework rate',
      '',
      '  Nothing is known of any service.',
    ].join('\n'),
  ));
