import { describe, expect, test } from 'vitest';
import { at, caused, incident, live, said, step } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import type { Fact, Ground } from '../fact.js';

const read = (...facts: (Fact | Fact[])[]) => assemble(facts.flat(), { asOf: '2028-01-01T00:00:00Z' });
const failedOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts).failures.map(
    ({ deployment, grounds }) =>
      `${deployment.service}/${deployment.deploymentId} ${grounds.map(({ ground }) => ground).join()}`,
  );
const d = live('d', at(4, 12), 'v1');
const hotfix = (id: string, time: string, ...remediates: string[]) =>
  live(id, time, id, { deploymentKind: 'HOTFIX', remediates });
const word = (id: string, kind: 'failureAttributed' | 'failureWithdrawn', time: string, more = {}): Fact => ({
  ...said(id, time),
  kind,
  deploymentId: 'd',
  reason: 'review',
  ...more,
});

describe('a rollout that failed after its first region was live', () => {
  const broke = (id: string, time: string) => step('deploymentFailed', id, time, { effect: true });

  test('mends nothing that it names, as a hotfix', () => {
    const { failures, recoveries } = read(
      d,
      ...incident('I', at(4, 13)),
      hotfix('fix', at(4, 14), 'd', 'I'),
      [broke('fix', at(4, 15))],
    );
    expect(failures.map(({ deployment, hotfixes }) => [deployment.deploymentId, hotfixes])).toEqual([
      ['fix', []],
    ]);
    expect(recoveries.map(({ restoredAt }) => restoredAt)).toEqual([undefined]);
  });

  test.each([
    [at(7, 14), ['I']],
    [at(7, 14, 1), []],
  ])('is blamed for 72 hours from its end, so that of an incident at %s %j', (start, incidents) => {
    const [one] = read(d, broke('d', at(4, 14)), ...incident('I', start), caused('I', 'd', at(8))).failures;
    expect(one?.incidents.map(({ incidentId }) => incidentId)).toEqual(incidents);
  });

  test.each([
    [at(11, 14), ['fix']],
    [at(11, 14, 1), []],
  ])('is mended for 7 days from its end, so that by a hotfix at %s %j', (time, hotfixes) => {
    const [one] = read(d, broke('d', at(4, 14)), hotfix('fix', time, 'd')).failures;
    expect(one?.hotfixes.map(({ deploymentId }) => deploymentId)).toEqual(hotfixes);
  });
});

describe('a failure', () => {
  const facts = [
    d,
    ...incident('I', at(4, 13), at(4, 14)),
    caused('I', 'd', at(5)),
    hotfix('fix', at(4, 15), 'd'),
    step('deploymentRolledBack', 'd', at(4, 16)),
  ];

  test('holds every ground with its time and what says so, its incidents and its hotfixes', () => {
    const [one] = read(
      facts,
      word('w2', 'failureAttributed', at(6)),
      word('w1', 'failureAttributed', at(7)),
    ).failures;
    expect(one?.grounds).toEqual([
      { ground: 'ROLLED_BACK', since: Date.parse(at(4, 16)), by: undefined },
      { ground: 'HOTFIX', since: Date.parse(at(4, 15)), by: 'fix' },
      { ground: 'INCIDENT', since: Date.parse(at(5)), by: 'I' },
      { ground: 'ATTRIBUTED', since: Date.parse(at(6)), by: 'w2' },
      { ground: 'ATTRIBUTED', since: Date.parse(at(7)), by: 'w1' },
    ]);
    expect(one?.incidents.map(({ incidentId }) => incidentId)).toEqual(['I']);
    expect(one?.hotfixes.map(({ deploymentId }) => deploymentId)).toEqual(['fix']);
  });

  test.each([
    ['INCIDENT', [], ['fix']],
    ['HOTFIX', ['I'], []],
    ['ROLLED_BACK', ['I'], ['fix']],
  ] as const)(
    'whose ground %s was withdrawn goes on without what said so',
    (ground: Ground, incidents, hotfixes) => {
      const [one] = read(facts, word('w', 'failureWithdrawn', at(6), { ground })).failures;
      expect(one?.grounds.map((each) => each.ground)).not.toContain(ground);
      expect(one?.grounds).toHaveLength(2);
      expect(one?.incidents.map(({ incidentId }) => incidentId)).toEqual(incidents);
      expect(one?.hotfixes.map(({ deploymentId }) => deploymentId)).toEqual(hotfixes);
    },
  );

  test('that was rolled back is not charged for failing too', () => {
    const failed = step('deploymentFailed', 'd', at(4, 13), { effect: true });
    expect(failedOf(failed, step('deploymentRolledBack', 'd', at(4, 14)))).toEqual(['s/d ROLLED_BACK']);
  });

  test('is of every service of a release, or of the one that is named', () => {
    const release = [live('d', at(4), 'v'), live('d', at(4), 'w', { service: 't' })];
    expect(failedOf(release, word('w', 'failureAttributed', at(6)))).toEqual([
      's/d ATTRIBUTED',
      't/d ATTRIBUTED',
    ]);
    expect(failedOf(release, word('w', 'failureAttributed', at(6), { service: 't' }))).toEqual([
      't/d ATTRIBUTED',
    ]);
    const cause = caused('I', 'd', at(6), { service: 't' });
    expect(failedOf(release, incident('I', at(5)), cause)).toEqual(['t/d INCIDENT']);
  });
});

describe('a hotfix', () => {
  const started = step('deploymentStarted', 'd', at(4, 11));

  test('fails what it names from when that began, itself not', () => {
    expect(failedOf(d, started, hotfix('fix', at(4, 11), 'd', 'fix'))).toEqual(['s/d HOTFIX']);
    expect(failedOf(d, started, hotfix('fix', at(4, 10, 59), 'd'))).toEqual([]);
  });

  test('fails nothing before it is live', () => {
    const broken = step('deploymentFailed', 'fix', at(5), {
      effect: true,
      deploymentKind: 'HOTFIX',
      remediates: ['d'],
    });
    expect(failedOf(d, broken)).toEqual(['s/fix FAILED']);
  });

  test('and an incident reach as far after a failure as after going live', () => {
    const failed = step('deploymentFailed', 'd', at(4, 12), { effect: true });
    expect(failedOf(failed, hotfix('fix', at(11, 12), 'd'))).toEqual(['s/d HOTFIX,FAILED']);
    expect(failedOf(failed, hotfix('fix', at(11, 12, 1), 'd'))).toEqual(['s/d FAILED']);
    const cause = caused('I', 'd', at(20));
    expect(failedOf(failed, incident('I', at(7, 12)), cause)).toEqual(['s/d INCIDENT,FAILED']);
    expect(failedOf(failed, incident('I', at(7, 12, 1)), cause)).toEqual(['s/d FAILED']);
  });

  test('begins when it was first seen where nobody told of its start', () => {
    const seen = step('deploymentExposed', 'd', at(4, 11));
    expect(failedOf(d, seen, incident('I', at(4, 11)), caused('I', 'd', at(5)))).toEqual(['s/d INCIDENT']);
    expect(failedOf(d, seen, started, incident('I', at(4, 10, 59)), caused('I', 'd', at(5)))).toEqual([]);
  });
});

test('trouble is told of by an incident, a word, a failure, a rollback, a failed attempt or a hotfix', () => {
  const tells = (...facts: Fact[]) => read(facts).toldOfFailure;
  const release = live('e', at(3), 'v0');
  expect([tells(), tells(release, live('again', at(5), 'v0'))]).toEqual([false, false]);
  const back = { deploymentKind: 'ROLLBACK' } as const;
  const each: Fact[][] = [
    incident('I', at(5)),
    [word('w', 'failureWithdrawn', at(5))],
    [d, word('w', 'failureAttributed', at(5))],
    [live('r', at(5), 'v9', back), live('again', at(5), 'v0')],
    [step('deploymentFailed', 'n', at(5), { effect: false }), live('again', at(5), 'v0')],
    [step('deploymentFailed', 'n', at(5), { effect: true })],
    [hotfix('fix', at(5))],
  ];
  expect(each.map((facts) => tells(release, ...facts))).toEqual(each.map(() => true));
});
