import { describe, expect, test } from 'vitest';
import { at, live, step } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import type { DeploymentDetails, Fact } from '../fact.js';

const read = (...facts: (Fact | Fact[])[]) => assemble(facts.flat(), { asOf: '2028-01-01T00:00:00Z' });
/** Each deployment with the kind it counts as, and what is left out. */
const kindsOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts)
    .deployments.map(({ deploymentId, kind }) => `${deploymentId} ${kind}`)
    .join(', ');
const excludedOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts)
    .excluded.map(({ id, reason }) => `${id} ${reason}`)
    .join(', ');
const failedOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts)
    .failures.map(
      ({ deployment, grounds }) =>
        `${deployment.deploymentId} ${grounds.map(({ ground, by }) => (by ? `${ground} ${by}` : ground)).join()}`,
    )
    .join(', ');

/** Deployments d1, d2 … on the days 1, 2 … of versions, each with details if there are any. */
const versions = (...all: (string | readonly [string | undefined, DeploymentDetails])[]) =>
  all.map((one, i) => {
    const [version, more] = typeof one === 'string' ? [one, {}] : one;
    return live(`d${i + 1}`, at(i + 1), version, more);
  });
const back = (id: string, ...when: Parameters<typeof at>) => step('deploymentRolledBack', id, at(...when));
const planned = { deploymentKind: 'PLANNED' } as const;
const redeploy = { deploymentKind: 'REDEPLOY' } as const;

describe('the order of versions', () => {
  test('is that of time, whatever the ids', () => {
    const facts = [live('z', at(1), 'V1'), live('y', at(2), 'V2'), live('x', at(3), 'V1')];
    expect([kindsOf(facts), failedOf(facts)]).toEqual(['z PLANNED, y PLANNED', 'y ROLLED_BACK x']);
  });

  test('says nothing about versions that nobody named, even of one configuration', () => {
    expect(kindsOf(versions([undefined, {}], [undefined, {}]))).toBe('d1 PLANNED, d2 PLANNED');
    const configured = [undefined, { configDigest: 'c' }] as const;
    expect(kindsOf(versions(configured, configured))).toBe('d1 PLANNED, d2 PLANNED');
  });

  test('tells configurations and migrations apart', () => {
    const facts = versions(['V', { migrationDigest: 'm' }], ['V', { migrationDigest: 'n' }], 'V');
    expect(kindsOf(facts)).toBe('d1 PLANNED, d2 CONFIG, d3 CONFIG');
    const same = versions(['V', { configDigest: 'c' }], ['V', { configDigest: 'c' }]);
    expect(excludedOf(same)).toBe('d2 REDEPLOY');
  });

  test('goes back to a version in whatever configuration', () => {
    const facts = versions(['V1', { configDigest: 'c' }], 'V2', ['V1', { configDigest: 'd' }]);
    expect([failedOf(facts), excludedOf(facts)]).toEqual(['d2 ROLLED_BACK d3', 'd3 ROLLBACK']);
  });

  test('counts several artifacts as one version, in any order', () => {
    const of = (...artifacts: string[]) => [undefined, { artifacts }] as const;
    expect(excludedOf(versions(of('a', 'b'), of('b', 'a')))).toBe('d2 REDEPLOY');
    expect(kindsOf(versions(of('a', 'b'), of('a', 'c'), [undefined, { version: '1', artifacts: [] }]))).toBe(
      'd1 PLANNED, d2 PLANNED, d3 PLANNED',
    );
    expect(
      excludedOf(versions([undefined, { version: '1' }], [undefined, { version: '1', artifacts: [] }])),
    ).toBe('d2 REDEPLOY');
  });

  test('believes a stated release of what runs, and a stated redeployment of what does not', () => {
    expect(kindsOf(versions('V1', ['V1', planned]))).toBe('d1 PLANNED, d2 PLANNED');
    expect(excludedOf(versions('V1', 'V2', ['V1', redeploy], 'V2'))).toBe('d3 REDEPLOY, d4 REDEPLOY');
  });

  test.each([{ dryRun: true }, { production: false }])('is not changed by %j', (more) =>
    expect(failedOf(versions('V1', 'V2', ['V1', more]))).toBe(''),
  );

  test.each([3, 2])('has nothing of what was rolled back on day %d, before it was live', (day) =>
    expect(kindsOf(versions('V1', 'V2'), back('d2', 2), live('d3', at(day + 1), 'V2'))).toBe(
      'd1 PLANNED, d2 PLANNED, d3 PLANNED',
    ),
  );

  test('takes a release after a rollback for one, and lists the rollback', () => {
    const facts = [...versions('V1', 'V2'), back('d2', 3), live('d4', at(4), 'V3')];
    expect([kindsOf(facts), excludedOf(facts)]).toEqual([
      'd1 PLANNED, d2 PLANNED, d4 PLANNED',
      'd2 ROLLBACK',
    ]);
  });

  test('goes on from what runs after a rollback', () => {
    const facts = [
      ...versions('V1', 'V2', 'V3'),
      back('d3', 4),
      live('d5', at(5), 'V9', redeploy),
      live('d6', at(6), 'V2'),
    ];
    expect(excludedOf(facts)).toBe('d3 ROLLBACK, d5 REDEPLOY, d6 REDEPLOY');
  });

  test('forgives the rollback of a redeployment', () =>
    expect(excludedOf(versions('V1', 'V1'), back('d2', 3))).toBe('d2 REDEPLOY'));

  test('blames the first above what it returned to that was not gone already', () => {
    const facts = [...versions('V1', 'V2', 'V3'), back('d2', 4), live('d5', at(5), 'V1')];
    expect(failedOf(facts)).toBe('d2 ROLLED_BACK, d3 ROLLED_BACK d5');
  });

  const twice = [...versions('V1', 'V2', ['V1', planned], 'V3'), back('d3', 5)];
  test.each([
    ['version', [live('d6', at(6), 'V1')]],
    ['version in another configuration', [live('d6', at(6), 'V1', { configDigest: 'c' })]],
    [
      'version again after another release of it',
      [live('e', at(6), 'V1', planned), back('e', 7), live('d6', at(8), 'V1')],
    ],
    [
      'version in another configuration after another release of it',
      [live('e', at(6), 'V1', planned), back('e', 7), live('d6', at(8), 'V1', { configDigest: 'c' })],
    ],
  ])('finds the lower one of a %s whose upper one is gone', (_, last) => {
    expect(excludedOf(twice, last)).toMatch(/d6 ROLLBACK$/);
    expect(failedOf(twice, last)).toMatch(/^d2 ROLLED_BACK d6, d3 ROLLED_BACK/);
  });

  test('loses nothing more to a rollback to the unknown that shows what a phase already did', () => {
    const facts = [
      ...versions('V1', 'V2', 'V3'),
      back('d3', 4),
      live('d5', at(5), 'V0', { deploymentKind: 'ROLLBACK' }),
    ];
    expect([failedOf(facts), excludedOf(facts)]).toEqual(['d3 ROLLED_BACK', 'd5 ROLLBACK']);
  });
});

describe('a rollback that names what it mends', () => {
  const rollback = (id: string, day: number) =>
    live(id, at(day), 'V1', { deploymentKind: 'ROLLBACK', remediates: ['c'] });
  const canary = (...steps: (readonly ['Started' | 'Exposed' | 'Failed', number])[]) =>
    steps.map(([kind, day]) => step(`deployment${kind}`, 'c', at(day), { effect: true }));

  test('undoes it once, the first one first', () =>
    expect(failedOf(canary(['Started', 2]), canary(['Failed', 3]), rollback('z', 4), rollback('a', 5))).toBe(
      'c ROLLED_BACK z,FAILED',
    ));

  test.each([
    ['began', canary(['Started', 4], ['Exposed', 5], ['Failed', 6]), true],
    ['began before', canary(['Started', 3], ['Failed', 6]), true],
    ['was seen', canary(['Exposed', 4], ['Failed', 6]), true],
    ['failed', canary(['Failed', 4]), true],
    ['began later', canary(['Started', 5], ['Failed', 6]), false],
    ['was seen later', canary(['Exposed', 5], ['Failed', 6]), false],
    ['failed later', canary(['Failed', 6]), false],
  ])('where that %s: %#', (_, facts, undone) =>
    expect(failedOf(facts, rollback('r', 4))).toBe(undone ? 'c ROLLED_BACK r,FAILED' : 'c FAILED'),
  );

  test('undoes nothing that it never was live for', () => {
    const never = step('deploymentCancelled', 'r', at(4), { deploymentKind: 'ROLLBACK', remediates: ['c'] });
    expect(failedOf(canary(['Failed', 3]), never)).toBe('c FAILED');
  });

  test('is listed in the place of the phase it shows', () => {
    const seen = step('deploymentExposed', 'c', at(2));
    expect(excludedOf(seen, back('c', 3), rollback('r', 5))).toBe('r ROLLBACK');
    expect(excludedOf(seen, back('c', 3))).toBe('c ROLLBACK');
  });
});

test('what is left out comes by time, id and reason', () => {
  const first = live('d', at(6), 'v', redeploy);
  const facts = [
    live('r', at(5), 'v', { production: false }),
    live('r', at(5), 'v', { service: 't', dryRun: true }),
    live('q', at(5), 'v', redeploy),
    live('z', at(4), 'v', redeploy),
    first,
    { ...first, version: 'other' } as Fact,
  ];
  expect(read(facts).excluded).toEqual([
    { reason: 'REDEPLOY', id: 'z', service: 's', at: Date.parse(at(4)) },
    { reason: 'REDEPLOY', id: 'q', service: 's', at: Date.parse(at(5)) },
    { reason: 'DRY_RUN', id: 'r', service: 't', at: Date.parse(at(5)) },
    { reason: 'NOT_PRODUCTION', id: 'r', service: 's', at: Date.parse(at(5)) },
    { reason: 'REDEPLOY', id: 'd', service: 's', at: Date.parse(at(6)) },
    { reason: 'DUPLICATE', id: 'live-d-s', service: 's', at: Date.parse(at(6)) },
  ]);
});
