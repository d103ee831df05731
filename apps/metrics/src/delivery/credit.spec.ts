import { describe, expect, test } from 'vitest';
import { at, built, change, live, step } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import type { Fact } from '../fact.js';

const read = (...facts: (Fact | Fact[])[]) => assemble(facts.flat(), { asOf: '2028-01-01T00:00:00Z' });
const creditsOf = (...facts: (Fact | Fact[])[]) => [...read(...facts).credits.values()].flat();
const shown = (...facts: (Fact | Fact[])[]) =>
  creditsOf(...facts)
    .map(
      ({ commit, deployment, basis }) =>
        `${deployment.service}/${deployment.deploymentId} ${commit} ${basis}`,
    )
    .sort();
const coveredBy = (...facts: (Fact | Fact[])[]) =>
  [...read(...facts).covered].map(({ deploymentId }) => deploymentId);

test('a credit says when it was built, by the last of its artifacts, and how long it took', () => {
  const d = live('d', at(4), undefined, { artifacts: ['v', 'w', 'nowhere'] });
  const [credit, ...others] = creditsOf(
    change('a', at(3)),
    built('v', ['a'], at(3, 2)),
    built('w', ['a'], at(3, 1)),
    d,
  );
  expect(others).toEqual([]);
  const { deployment, change: of, ...rest } = credit!;
  expect([deployment.deploymentId, of?.commit]).toEqual(['d', 'a']);
  expect(rest).toEqual({
    commit: 'a',
    liveAt: Date.parse(at(4)),
    builtAt: Date.parse(at(3, 2)),
    leadTime: 86_400_000,
    flags: [],
    basis: 'listed',
  });
});

test.each([
  [at(4), 0, []],
  ['2027-01-04T00:00:00.001Z', 0, ['NEGATIVE_CLAMPED']],
  ['2026-01-04T00:00:00.000Z', 365 * 86_400_000, []],
  ['2026-01-03T23:59:59.999Z', 365 * 86_400_000 + 1, ['OVER_365_DAYS']],
])('a change of %s that is live on 4 January took %d ms: %j', (time, leadTime, flags) =>
  expect(
    creditsOf(change('a', time), built('v', ['a']), live('d', at(4), 'v')).map((credit) => [
      credit.leadTime,
      credit.flags,
    ]),
  ).toEqual([[leadTime, flags]]),
);

test('a commit that nobody told the time of has no lead time and no flag', () =>
  expect(
    creditsOf(built('v', ['a']), live('d', at(4), 'v')).map(({ leadTime, flags, change: of }) => [
      leadTime,
      flags,
      of,
    ]),
  ).toEqual([[undefined, [], undefined]]));

describe('a commit is credited once', () => {
  test('though it is of another service, or of none', () => {
    const facts = [
      change('a', at(1)),
      change('b', at(1), 't'),
      built('v', ['a', 'b', 'lost', 'lost'], at(2)),
      live('d', at(3), 'v', { service: 't' }),
      live('e', at(4), 'v', { service: 't', configDigest: 'c' }),
    ];
    expect(shown(facts)).toEqual(['t/d a listed', 't/d b listed', 't/d lost listed']);
  });

  test('by what was carried on, to the first planned one after each rollback', () => {
    const facts = [
      built('v1', ['x']),
      built('v2', ['y']),
      built('none', []),
      live('d1', at(2), 'v1'),
      live('d2', at(3), 'v2'),
      step('deploymentRolledBack', 'd2', at(5)),
      step('deploymentRolledBack', 'd1', at(9)),
      live('at-once', at(5), 'none', { configDigest: '1', deploymentKind: 'PLANNED' }),
      live('p1', at(6), 'none', { configDigest: '2', deploymentKind: 'PLANNED' }),
      live('hot', at(9, 1), 'none', { configDigest: '3', deploymentKind: 'HOTFIX' }),
    ];
    const last = live('p2', at(10), 'none', { configDigest: '4', deploymentKind: 'PLANNED' });
    expect(shown(facts)).toEqual(['s/p1 y carried']);
    expect(shown(facts, last)).toEqual(['s/p1 y carried', 's/p2 x carried']);
  });
});

describe('by time', () => {
  const changes = ['a', 'b', 'c', 'e'].map((commit, i) => change(commit, at(i + 1)));

  test('goes what nobody lists, to those without a list, up to the instant of going live', () => {
    const facts = [
      ...changes,
      built('v1', ['a']),
      built('v3', ['c']),
      live('d1', at(2, 12), 'v1'),
      live('d2', at(4), 'v2'),
      live('d3', at(5), 'v3'),
    ];
    expect(shown(facts)).toEqual(['s/d1 a listed', 's/d2 e time', 's/d3 c listed']);
    expect(coveredBy(facts)).toEqual(['d1', 'd3', 'd2']);
  });

  test('covers only what it gives something to', () => {
    expect(coveredBy(changes, live('d1', at(5), 'v1'), live('d2', at(6), 'v2'))).toEqual(['d1']);
    expect(coveredBy(built('v1', []), live('d1', at(5), 'v1'))).toEqual(['d1']);
    expect(coveredBy(built('v1', undefined), live('d1', at(5), 'v1'))).toEqual([]);
  });
});
