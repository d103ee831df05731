import { describe, expect, test } from 'vitest';
import { Rejected } from '#events';
import {
  at,
  built,
  caused,
  change,
  incident,
  january,
  live,
  said,
  step,
} from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import { dora, evidence } from '../dora.js';
import type { Fact, IncidentFact } from '../fact.js';

const read = (...facts: (Fact | Fact[])[]) => assemble(facts.flat(), january);

describe('a rollout that failed after one region was live', () => {
  const facts = [
    change('a', at(1)),
    built('v1', ['a']),
    live('d', at(4), 'v1'),
    step('deploymentFailed', 'd', at(5), { effect: true }),
  ];

  test('ended when it failed', () => {
    const [d] = read(facts).deployments;
    expect([d?.outcome, d?.endedAt, d?.liveAt]).toEqual(['FAILED', Date.parse(at(5)), Date.parse(at(4))]);
  });

  test('delivers nothing; who lists it next does', () => {
    expect([...read(facts).credits]).toEqual([]);
    const later = [...read(facts, live('e', at(6), 'v1', { configDigest: 'c' })).credits.values()].flat();
    expect(later.map(({ commit, deployment }) => [commit, deployment.deploymentId])).toEqual([['a', 'e']]);
    const { dataQuality, changeLeadTime } = dora(facts.slice(2), january);
    expect([dataQuality.deploymentsWithoutCommits, changeLeadTime.coverage]).toEqual([0, null]);
  });

  test('that went on to be live everywhere succeeded', () => {
    const [d] = read(
      live('d', at(4), 'v1'),
      step('deploymentFailed', 'd', at(4), { effect: true }),
    ).deployments;
    expect([d?.outcome, d?.endedAt]).toEqual(['SUCCEEDED', Date.parse(at(4))]);
  });
});

test('an extension moves the end of the 72 hours; nothing is caused before it began', () => {
  const d = [step('deploymentStarted', 'd', at(4)), live('d', at(5), 'v1')];
  const failures = (start: string) =>
    read(d, incident('I', start), caused('I', 'd', at(20), { extension: 'monthly job' })).failures.length;
  expect([at(3, 23, 59), at(4), at(19)].map(failures)).toEqual([0, 1, 1]);
});

describe('one event that says the same of several', () => {
  const event = said('e', at(6));

  test('commits exposes each of them', () => {
    const exposed = ['a', 'b'].map((commit): Fact => ({
      ...event,
      kind: 'changeExposed',
      service: 's',
      commit,
    }));
    const { sources, excluded } = read(change('a', at(1)), change('b', at(2)), exposed);
    expect(sources.changesOf('s').map(({ exposedAt }) => exposedAt)).toEqual(
      Array(2).fill(Date.parse(at(6))),
    );
    expect(excluded).toEqual([]);
  });

  test.each(['failureAttributed', 'failureWithdrawn'] as const)(
    'deployments is %s for each of them',
    (kind) => {
      const own: Fact[] = ['d', 'e'].map((deploymentId) => ({
        ...event,
        kind,
        deploymentId,
        reason: 'review',
      }));
      const lived = [
        live('d', at(4), 'v1'),
        live('e', at(5), 'v2'),
        step('deploymentRolledBack', 'e', at(5, 1)),
        step('deploymentRolledBack', 'd', at(5, 2)),
      ];
      const count = kind === 'failureAttributed' ? 2 : 0;
      expect(read(lived, own).failures.map(({ grounds }) => grounds.length)).toEqual(Array(count).fill(2));
      expect(read(lived, own).excluded.map(({ reason }) => reason)).toEqual(['ROLLBACK', 'ROLLBACK']);
    },
  );

  test('names with spaces keeps them apart', () => {
    const told = (service: string, artifact: string): Fact => ({
      ...event,
      kind: 'artifactPackaged',
      service,
      artifact,
      commits: [artifact],
    });
    const { sources, excluded } = read(told('a b', 'c'), told('a', 'b c'));
    expect([...sources.artifacts.keys()].sort()).toEqual(['b c', 'c']);
    expect(excluded).toEqual([]);
  });
});

describe('what one event says twice over does not depend on the order', () => {
  const bothWays = <T>(facts: Fact[], answer: (all: Fact[]) => T) => [
    answer(facts),
    answer(facts.toReversed()),
  ];

  test('what was said of one service stands over what was said of all', () => {
    const one = step('deploymentStarted', 'd', at(4), { strategy: 'canary' });
    const { service: _, ...all } = { ...one, strategy: 'rolling' } as Fact;
    const strategies = bothWays(
      [one, all as Fact],
      (facts) => read(facts, live('d', at(5), 'v1')).all[0]?.strategy,
    );
    expect(strategies).toEqual(['canary', 'canary']);
  });

  test('a confirmation and a rejection of one cause in one event leave the rejection', () => {
    const confirmed = { ...caused('I', 'd', at(6)), id: 'e' } as IncidentFact;
    const rejected = { ...confirmed, kind: 'incidentCauseRejected' } as IncidentFact;
    const d = [live('d', at(4), 'v1'), ...incident('I', at(5))];
    expect(bothWays([confirmed, rejected], (facts) => read(d, facts).failures.length)).toEqual([0, 0]);
  });

  test('severities of one instant are listed in one order', () => {
    const of = { ...said('e', at(5)), kind: 'incidentOpened' as const, incidentId: 'I' };
    const facts: Fact[] = [
      { ...of, service: 's', severity: 'SEV2' },
      { ...of, service: 't', severity: 'SEV1' },
    ];
    const histories = bothWays(facts, (all) =>
      read(all).incidents[0]?.severityHistory.map(({ severity }) => severity),
    );
    expect(histories).toEqual([
      ['SEV1', 'SEV2'],
      ['SEV1', 'SEV2'],
    ]);
  });
});

test('half a character in a fact that comes again with another body is refused by name', () => {
  const bad = step('deploymentStarted', 'd', at(4), { team: '\ud800' });
  const act = () => read(bad, { ...bad, team: 'other' } as Fact);
  expect(act).toThrow(Rejected);
  expect(act).toThrow(/^INVALID_FACT: The fact "deploymentStarted-d" is not plain JSON: .+lone surrogate/);
});

test('the commits of an artifact that several events list come in one order, whichever came first', () => {
  const lists = [built('v1', ['b', 'a'], at(2)), built('v1', ['c'], at(3))];
  const facts = [change('a', at(1)), change('b', at(1)), change('c', at(1)), live('d', at(4), 'v1')];
  const ids = (log: Fact[]) => evidence([...facts, ...log], january, 'changeLeadTime').ids;
  expect([ids(lists), ids(lists.toReversed())]).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
});

test.each(['2027-01-04T24:00:00Z', '2027-01-04T00:00:60Z', '2027-02-30T00:00:00Z', '2027-01-04T00:00:00'])(
  '%s is no instant',
  (time) => expect(() => read(live('d', time, 'v'))).toThrow(/^INVALID_TIME: /),
);
