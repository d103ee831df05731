import { describe, expect, test } from 'vitest';
import { at, built, caused, change, incident, live, said, step } from '../../../test/metrics/given.js';
import { assemble } from './delivery.js';
import type { Fact } from './fact.js';

const asOf = '2028-01-01T00:00:00Z';
const read = (...facts: (Fact | Fact[])[]) => assemble(facts.flat(), { asOf });
const countedOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts).deployments.map(({ deploymentId }) => deploymentId);
const excludedOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts)
    .excluded.map(({ id, reason }) => `${id} ${reason}`)
    .sort();
const failedOf = (...facts: (Fact | Fact[])[]) =>
  read(...facts).failures.map(
    ({ deployment, grounds }) => `${deployment.deploymentId} ${grounds.map((g) => g.ground).join()}`,
  );
const creditsOf = (...facts: (Fact | Fact[])[]) =>
  [...read(...facts).credits.values()]
    .flat()
    .map(({ commit, deployment, basis }) => `${commit} ${deployment.deploymentId} ${basis}`)
    .sort();

describe('which deployments count', () => {
  test('a rollout over regions is one, live with its last region, or by choice with its first', () => {
    const regions = [1, 2, 3].map((hour) => ({ ...live('d', at(4, hour), 'v1'), id: `live-${hour}` }));
    expect(read(regions).deployments.map(({ endedAt }) => endedAt)).toEqual([Date.parse(at(4, 3))]);
    expect(assemble(regions, { asOf, live: 'first' }).deployments[0]?.endedAt).toBe(Date.parse(at(4, 1)));
  });

  test('a release of two services is one for each of them', () => {
    expect(countedOf(live('r', at(4), 'v1'), live('r', at(4), 'w1', { service: 't' }))).toEqual(['r', 'r']);
  });

  test('services of one release come in one order, whichever was told first', () => {
    const both = [live('r', at(4), 'v1', { service: 't' }), live('r', at(4), 'v1')];
    const services = (facts: Fact[]) => read(facts).deployments.map(({ service }) => service);
    expect([services(both), services([...both].reverse())]).toEqual([
      ['s', 't'],
      ['s', 't'],
    ]);
  });

  test('a fact without a service speaks for every service of its deployment', () => {
    const { deployments } = read(
      step('deploymentRequested', 'r', at(4), { service: 's' }),
      { ...step('deploymentRequested', 'r', at(4)), service: 't', id: 'other' } as Fact,
      { ...said('live', at(5)), kind: 'deploymentSucceeded', deploymentId: 'r' },
    );
    expect(deployments.map(({ service, liveAt }) => [service, liveAt])).toEqual([
      ['s', Date.parse(at(5))],
      ['t', Date.parse(at(5))],
    ]);
  });

  test('what had no effect, was for show or elsewhere is left out with the reason', () => {
    const facts = [
      live('ok', at(2), 'v1'),
      step('deploymentFailed', 'nothing', at(3), { effect: false }),
      step('deploymentRolledBack', 'untouched', at(3), { effect: false }),
      step('deploymentCancelled', 'cancelled', at(4)),
      live('show', at(5), 'v2', { dryRun: true }),
      live('staging', at(6), 'v2', { environment: 'staging', production: false }),
      {
        ...said('live-nowhere', at(7)),
        kind: 'deploymentSucceeded' as const,
        deploymentId: 'nowhere',
        service: 's',
      },
      live('again', at(8), 'v1', { deploymentKind: 'REDEPLOY' }),
      live('back', at(9), 'v0', { deploymentKind: 'ROLLBACK', remediates: ['x'] }),
      step('deploymentStarted', 'running', at(10)),
    ];
    expect(countedOf(facts)).toEqual(['ok']);
    expect(excludedOf(facts)).toEqual([
      'again REDEPLOY',
      'back ROLLBACK',
      'cancelled CANCELLED_BEFORE_TRAFFIC',
      'nothing NOTHING_APPLIED',
      'nowhere ENVIRONMENT_UNKNOWN',
      'show DRY_RUN',
      'staging NOT_PRODUCTION',
      'untouched NOTHING_APPLIED',
    ]);
  });

  test('one that went live and was rolled back later keeps its live time', () => {
    const { deployments, excluded } = read(live('d', at(4), 'v1'), step('deploymentRolledBack', 'd', at(5)));
    expect(deployments.map(({ outcome, endedAt }) => [outcome, endedAt])).toEqual([
      ['ROLLED_BACK', Date.parse(at(4))],
    ]);
    expect(excluded).toEqual([{ reason: 'ROLLBACK', id: 'd', service: 's', at: Date.parse(at(5)) }]);
  });

  test('an event id that comes again with another body counts once and is listed', () => {
    const first = live('d', at(4), 'v1');
    const second = { ...first, artifacts: ['v2'], recordedAt: at(6) } as Fact;
    for (const facts of [
      [first, second],
      [second, first],
      [first, second, second, first],
    ]) {
      expect(read(facts).deployments.map(({ artifacts }) => artifacts)).toEqual([['v1']]);
      expect(excludedOf(facts)).toEqual(['live-d-s DUPLICATE']);
    }
  });

  test('the latest word on a detail stands, whatever came first', () => {
    const facts = [
      step('deploymentRequested', 'd', at(2), { artifacts: ['a'], strategy: 'canary' }),
      { ...step('deploymentRequested', 'd', at(3), { artifacts: ['b'] }), id: 'again' } as Fact,
      live('d', at(4)),
    ];
    for (const order of [facts, [...facts].reverse()])
      expect(read(order).deployments[0]).toMatchObject({
        artifacts: ['b'],
        strategy: 'canary',
        requestedAt: Date.parse(at(2)),
      });
  });
});

describe('the order of versions', () => {
  const versions = (...names: string[]) => names.map((name, i) => live(`d${i + 1}`, at(i + 1), name));

  test('V1, V2, V3, V1 means that V2 failed and V3 only went back with it', () => {
    const facts = versions('V1', 'V2', 'V3', 'V1');
    expect(failedOf(facts)).toEqual(['d2 ROLLED_BACK']);
    expect(countedOf(facts)).toEqual(['d1', 'd2', 'd3']);
    expect(excludedOf(facts)).toEqual(['d4 ROLLBACK']);
    expect(read(facts).deployments.map(({ undone }) => undone?.charged)).toEqual([undefined, true, false]);
  });

  test('the same version twice is a redeployment, not a rollback', () => {
    const facts = versions('V1', 'V1', 'V2', 'V2');
    expect(failedOf(facts)).toEqual([]);
    expect(excludedOf(facts)).toEqual(['d2 REDEPLOY', 'd4 REDEPLOY']);
  });

  test('what was rolled back and is released again is a release', () => {
    const facts = versions('V1', 'V2', 'V1', 'V2');
    expect(countedOf(facts)).toEqual(['d1', 'd2', 'd4']);
    expect(failedOf(facts)).toEqual(['d2 ROLLED_BACK']);
  });

  test('going back step by step fails each step once', () => {
    expect(failedOf(versions('V1', 'V2', 'V3', 'V2', 'V1'))).toEqual(['d2 ROLLED_BACK', 'd3 ROLLED_BACK']);
  });

  test('is read in each environment and service by itself', () => {
    const other = live('e', at(2), 'V1', { environment: 'prod-us' });
    const another = live('f', at(3), 'V1', { service: 't' });
    expect(failedOf(live('d1', at(1), 'V1'), live('d2', at(2), 'V2'), other, another)).toEqual([]);
  });

  test('another configuration of what runs is a CONFIG deployment; going back to the earlier one fails it', () => {
    const configured = (id: string, day: number, configDigest: string) =>
      live(id, at(day), 'V1', { configDigest });
    const facts = [configured('d1', 1, 'c1'), configured('d2', 2, 'c2'), configured('d3', 3, 'c1')];
    expect(read(facts).deployments.map(({ kind }) => kind)).toEqual(['PLANNED', 'CONFIG']);
    expect(failedOf(facts)).toEqual(['d2 ROLLED_BACK']);
  });

  test('a stated kind is believed', () => {
    const facts = [...versions('V1', 'V2'), live('d3', at(3), 'V1', { deploymentKind: 'PLANNED' })];
    expect(failedOf(facts)).toEqual([]);
    expect(countedOf(facts)).toHaveLength(3);
  });

  test('a version that lies in it twice is found again when the upper one is taken off', () => {
    const twice = [...versions('V1', 'V2'), live('d3', at(3), 'V1', { deploymentKind: 'PLANNED' })];
    const off = [step('deploymentRolledBack', 'd3', at(4)), live('d4', at(5), 'V3'), live('d5', at(6), 'V1')];
    expect(failedOf(twice, off)).toEqual(['d2 ROLLED_BACK', 'd3 ROLLED_BACK']);
    expect(read(twice, off).deployments.map(({ deploymentId }) => deploymentId)).toEqual([
      'd1',
      'd2',
      'd3',
      'd4',
    ]);
  });

  test('what was taken out of the middle is not returned to', () => {
    const facts = [
      ...versions('V1', 'V2', 'V3'),
      step('deploymentRolledBack', 'd2', at(4)),
      live('d4', at(5), 'V2'),
    ];
    expect(countedOf(facts)).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect(failedOf(facts)).toEqual(['d2 ROLLED_BACK']);
  });

  test('a rollback that names what it mends charges that one', () => {
    const facts = [
      ...versions('V1', 'V2', 'V3'),
      live('d4', at(4), 'V1', { deploymentKind: 'ROLLBACK', remediates: ['d3'] }),
    ];
    expect(failedOf(facts)).toEqual(['d3 ROLLED_BACK']);
  });

  test('a rollback to a version that nobody saw takes off the one on top', () => {
    expect(failedOf(versions('V1', 'V2'), live('d3', at(3), 'V0', { deploymentKind: 'ROLLBACK' }))).toEqual([
      'd2 ROLLED_BACK',
    ]);
  });

  test('a rollback phase that also shows as a deployment is one rollback', () => {
    const restored = [
      live('d1', at(1), 'V1'),
      live('d2', at(2), 'V2'),
      step('deploymentRolledBack', 'd2', at(3)),
    ];
    const shown = live('d3', at(3, 0, 1), 'V1');
    expect(excludedOf(restored)).toEqual(['d2 ROLLBACK']);
    expect(excludedOf(restored, shown)).toEqual(['d3 ROLLBACK']);
    expect(excludedOf(restored, live('d3', at(2, 23), 'V1'))).toEqual(['d3 ROLLBACK']);
    expect(failedOf(restored, shown)).toEqual(['d2 ROLLED_BACK']);
  });

  test('a rollback undoes a canary that it names', () => {
    const canary = [
      step('deploymentStarted', 'd2', at(2)),
      step('deploymentFailed', 'd2', at(2, 1), { effect: true }),
    ];
    const back = live('d3', at(2, 2), 'V1', { deploymentKind: 'ROLLBACK', remediates: ['d2'] });
    expect(failedOf(live('d1', at(1), 'V1'), canary, back)).toEqual(['d2 ROLLED_BACK,FAILED']);
  });
});

describe('which deployment delivers a change', () => {
  const commits = ['a', 'b', 'c'].map((commit, i) => change(commit, at(1, i)));

  test('the first that lists it', () => {
    expect(
      creditsOf(
        commits,
        built('v1', ['a']),
        built('v2', ['a', 'b']),
        live('d1', at(2), 'v1'),
        live('d2', at(3), 'v2'),
      ),
    ).toEqual(['a d1 listed', 'b d2 listed']);
  });

  test('several facts about one artifact add up', () => {
    const lists = [
      built('v1', ['a'], at(1)),
      built('v1', ['b'], at(1, 1)),
      built('v1', ['b', 'c'], at(1, 2)),
    ];
    expect(creditsOf(commits, lists, live('d1', at(2), 'v1'))).toEqual([
      'a d1 listed',
      'b d1 listed',
      'c d1 listed',
    ]);
  });

  test('a rollback after crediting withdraws the credit; the later one that lists it gets it', () => {
    const facts = [
      ...commits,
      built('v2', ['a']),
      built('v3', ['a', 'b']),
      live('d2', at(2), 'v2'),
      live('d3', at(5), 'v3'),
    ];
    expect(creditsOf(facts)).toEqual(['a d2 listed', 'b d3 listed']);
    expect(creditsOf(facts, step('deploymentRolledBack', 'd2', at(3)))).toEqual([
      'a d3 listed',
      'b d3 listed',
    ]);
  });

  test('what only a rolled-back one lists is carried to the next planned one that stands', () => {
    const facts = [
      ...commits,
      built('v2', ['a']),
      built('v3', ['b']),
      built('hot', []),
      live('d2', at(2), 'v2'),
      step('deploymentRolledBack', 'd2', at(3)),
      live('fix', at(4), 'hot', { deploymentKind: 'HOTFIX' }),
      live('d3', at(5), 'v3'),
    ];
    expect(creditsOf(facts)).toEqual(['a d3 carried', 'b d3 listed']);
  });

  test('without a list it goes by time, since the standing deployment before', () => {
    const facts = [
      change('a', at(1)),
      change('b', at(3)),
      change('c', at(5)),
      live('d1', at(2), 'v1'),
      live('d2', at(4), 'v2'),
    ];
    expect(creditsOf(facts)).toEqual(['a d1 time', 'b d2 time']);
    expect(creditsOf(facts, step('deploymentRolledBack', 'd1', at(2, 1)))).toEqual([
      'a d2 time',
      'b d2 time',
    ]);
  });

  test('an empty list is no list of everything', () => {
    expect(creditsOf(commits, built('v1', []), live('d1', at(2), 'v1'))).toEqual([]);
    expect(creditsOf(commits, built('v1', undefined), live('d1', at(2), 'v1'))).toHaveLength(3);
  });

  test('one that failed delivers nothing, whatever it changed', () => {
    const failed = step('deploymentFailed', 'd1', at(2), { effect: true, artifacts: ['v1'] });
    expect(creditsOf(commits, built('v1', ['a']), failed)).toEqual([]);
    expect(creditsOf(commits, built('v1', ['a']), failed, live('d2', at(3), 'v1'))).toEqual(['a d2 listed']);
  });

  test('each change counts once per service', () => {
    const facts = [
      ...commits,
      built('v1', ['a']),
      live('d1', at(2), 'v1'),
      live('d2', at(3), 'v1', { service: 't' }),
    ];
    expect(creditsOf(facts)).toEqual(['a d1 listed', 'a d2 listed']);
  });

  test('the commit of a squashed merge is its earliest', () => {
    const squashed = [
      change('a', at(1, 12)),
      { ...change('a', at(1, 12)), id: 'again', committedAt: at(1, 2) } as Fact,
    ];
    const [credit] = [...read(squashed, built('v1', ['a']), live('d1', at(2), 'v1')).credits.values()].flat();
    expect(credit?.leadTime).toBe(22 * 3_600_000);
  });
});

describe('which deployments failed', () => {
  const d = live('d', at(4, 12), 'v1');
  const started = step('deploymentStarted', 'd', at(4, 11));
  const fix = (time: string) => live('fix', time, 'v2', { deploymentKind: 'HOTFIX', remediates: ['d'] });

  test('one that a hotfix names, live within 7 days', () => {
    expect(failedOf(d, fix(at(11, 12)))).toEqual(['d HOTFIX']);
    expect(failedOf(d, fix(at(11, 12, 1)))).toEqual([]);
    expect(failedOf(d, { ...fix(at(5)), deploymentKind: 'PLANNED' } as Fact)).toEqual([]);
  });

  test.each([
    [at(4, 11), 'SEV1', 1],
    [at(4, 10, 59), 'SEV1', 0],
    [at(7, 12), 'SEV3', 1],
    [at(7, 12, 1), 'SEV3', 0],
    [at(5), 'SEV4', 0],
    [at(5), undefined, 1],
  ] as const)('one whose confirmed incident began %s with %s counts %d', (start, severity, failures) => {
    const facts = [d, started, ...incident('I', start, undefined, severity), caused('I', 'd', at(9))];
    if (severity === undefined) facts.forEach((fact) => delete (fact as { severity?: string }).severity);
    expect(failedOf(facts)).toHaveLength(failures);
  });

  test('an extension with a reason admits a later incident', () => {
    const late = incident('I', at(20), at(20, 1));
    expect(failedOf(d, late, caused('I', 'd', at(21)))).toEqual([]);
    expect(failedOf(d, late, caused('I', 'd', at(21), { extension: 'monthly job' }))).toEqual(['d INCIDENT']);
  });

  test('a suggestion that nobody confirmed, or that was rejected last, does not count', () => {
    const seen = incident('I', at(4, 13), at(4, 14));
    const rejected = { ...caused('I', 'd', at(6)), id: 'no', kind: 'incidentCauseRejected' } as Fact;
    expect(failedOf(d, seen)).toEqual([]);
    expect(failedOf(d, seen, caused('I', 'd', at(5)), rejected)).toEqual([]);
    expect(failedOf(d, seen, caused('I', 'd', at(7)), rejected)).toEqual(['d INCIDENT']);
  });

  test('one incident caused by three deployments is three failures and one incident', () => {
    const three = ['x', 'y', 'z'].map((id, i) => live(id, at(4, i), `v${i}`));
    const { failures, incidents } = read(
      three,
      incident('I', at(4, 3), at(4, 4)),
      ['x', 'y', 'z'].map((id) => caused('I', id, at(5))),
    );
    expect([failures.length, incidents.length]).toEqual([3, 1]);
  });

  test('one that failed with effect, but not one that had none', () => {
    expect(failedOf(step('deploymentFailed', 'e', at(4), { effect: true }))).toEqual(['e FAILED']);
    expect(failedOf(step('deploymentFailed', 'e', at(4), { effect: false }))).toEqual([]);
  });

  test('a person’s word counts, and a withdrawal takes back what was known by then', () => {
    const word = (kind: 'failureAttributed' | 'failureWithdrawn', time: string, more = {}): Fact => ({
      ...said(`${kind}-${time}`, time),
      kind,
      deploymentId: 'd',
      reason: 'review',
      ...more,
    });
    const hot = fix(at(5));
    expect(failedOf(d, word('failureAttributed', at(6)))).toEqual(['d ATTRIBUTED']);
    expect(failedOf(d, hot, word('failureWithdrawn', at(6)))).toEqual([]);
    const twice = [word('failureAttributed', at(7)), word('failureAttributed', at(6))];
    expect(read(d, twice).failures[0]!.grounds.map(({ by }) => by)).toEqual(
      twice.map(({ id }) => id).reverse(),
    );
    expect(failedOf(d, hot, word('failureWithdrawn', at(5)))).toEqual([]);
    expect(failedOf(d, hot, word('failureWithdrawn', at(5), { ground: 'HOTFIX' }))).toEqual([]);
    expect(failedOf(d, hot, word('failureWithdrawn', at(4, 13)))).toEqual(['d HOTFIX']);
    expect(failedOf(d, hot, word('failureWithdrawn', at(6), { ground: 'INCIDENT' }))).toEqual(['d HOTFIX']);
    expect(failedOf(d, hot, word('failureWithdrawn', at(6)), word('failureAttributed', at(7)))).toEqual([
      'd ATTRIBUTED',
    ]);
  });
});

describe('incidents', () => {
  const reopened = (time: string): Fact => ({
    ...said(`re-${time}`, time),
    kind: 'incidentReopened',
    incidentId: 'I',
  });
  const resolved = (time: string): Fact => ({
    ...said(`rs-${time}`, time),
    kind: 'incidentResolved',
    incidentId: 'I',
  });
  const minutes = (ms: number | undefined) => (ms === undefined ? undefined : ms / 60_000);

  test('reopened within 24 h goes on: 180 minutes elapsed, 150 of impact', () => {
    const [one] = read(
      incident('I', at(5, 9), at(5, 10)),
      reopened(at(5, 10, 30)),
      resolved(at(5, 12)),
    ).incidents;
    expect(one?.episodes).toHaveLength(1);
    const { startedAt, restoredAt, impact } = one!.episodes[0]!;
    expect([minutes(restoredAt! - startedAt), minutes(impact)]).toEqual([180, 150]);
  });

  test('reopened later is a new case', () => {
    const facts = [...incident('I', at(5, 9), at(5, 10)), reopened(at(6, 10, 1)), resolved(at(6, 11, 1))];
    expect(
      read(facts).outages.map(({ episode }) => minutes(episode.restoredAt! - episode.startedAt)),
    ).toEqual([60, 60]);
  });

  test('merged ones are one, from the earliest start to the latest restore, with the highest severity', () => {
    const { incidents } = read(
      { ...said('m2', at(5, 11)), kind: 'incidentMerged', incidentId: 'K', into: 'J' },
      incident('I', at(5, 9), at(5, 10), 'SEV3'),
      incident('J', at(5, 8), at(5, 9, 30), 'SEV2'),
      incident('K', at(5, 8, 30), undefined, 'SEV4'),
      { ...said('m1', at(5, 11)), kind: 'incidentMerged', incidentId: 'J', into: 'I' },
    );
    expect(
      incidents.map(({ incidentId, ids, severity, episodes }) => ({ incidentId, ids, severity, episodes })),
    ).toEqual([
      {
        incidentId: 'I',
        ids: ['I', 'J', 'K'],
        severity: 'SEV2',
        episodes: [{ startedAt: Date.parse(at(5, 8)), restoredAt: Date.parse(at(5, 10)), impact: 7_200_000 }],
      },
    ]);
  });

  test('merges in a ring are one incident, under the same name in any order', () => {
    const ring = [
      { ...said('m1', at(5)), kind: 'incidentMerged' as const, incidentId: 'J', into: 'I' },
      { ...said('m2', at(5)), kind: 'incidentMerged' as const, incidentId: 'I', into: 'J' },
    ];
    const both = [...incident('J', at(4), at(5)), ...incident('I', at(4), at(5))];
    for (const merges of [ring, [...ring].reverse()])
      expect(read(both, merges).incidents.map(({ incidentId, ids }) => [incidentId, ids])).toEqual([
        ['I', ['I', 'J']],
      ]);
  });

  test('come in the order they began', () => {
    const { incidents } = read(incident('A', at(6)), incident('C', at(5)), incident('B', at(5)));
    expect(incidents.map(({ incidentId }) => incidentId)).toEqual(['B', 'C', 'A']);
  });

  test('restored before it began is refused, not negative', () => {
    expect(read(incident('I', at(5, 9), at(5, 8))).incidents.map(({ fault }) => fault)).toEqual([
      'INCONSISTENT_TIMES',
    ]);
    expect(
      read(incident('I', at(5, 9), at(5, 8)), resolved(at(5, 10))).incidents.map(({ fault }) => fault),
    ).toEqual([undefined]);
  });

  test('a source id delivered five times with rising updates is one incident with its history', () => {
    const updates = (['SEV4', 'SEV3', 'SEV2', 'SEV1'] as const).map((severity, i): Fact => ({
      ...said(`u${i}`, at(5, 9, i + 1)),
      kind: 'incidentSeverityChanged',
      incidentId: 'I',
      severity,
    }));
    const { incidents } = read(incident('I', at(5, 9), undefined, 'SEV4'), updates);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ severity: 'SEV1' });
    expect(incidents[0]!.severityHistory.map(({ severity }) => severity)).toEqual([
      'SEV4',
      'SEV4',
      'SEV3',
      'SEV2',
      'SEV1',
    ]);
  });
});

describe('what is known when', () => {
  test('a fact counts once it was recorded, whenever it happened', () => {
    const late = { ...live('d', at(4), 'v1'), recordedAt: at(20) };
    expect(assemble([late], { asOf: at(19) }).deployments).toEqual([]);
    expect(assemble([late], { asOf: at(20) }).deployments).toHaveLength(1);
  });
});

describe('bad facts', () => {
  const d = live('d', at(4), 'v1');
  test.each([
    [{ ...d, at: '2027-01-04' }, 'INVALID_TIME', 'deploymentSucceeded.at'],
    [{ ...d, at: '2027-02-29T00:00:00Z' }, 'INVALID_TIME', 'deploymentSucceeded.at'],
    [{ ...d, at: '2027-02-30T00:00:00Z' }, 'INVALID_TIME', 'deploymentSucceeded.at'],
    [{ ...d, recordedAt: Number.NaN }, 'INVALID_TIME', 'recordedAt'],
    [{ ...d, id: '' }, 'INVALID_FACT', 'id'],
    [{ ...d, deploymentId: 7 }, 'INVALID_FACT', 'deploymentId'],
    [{ ...d, kind: 'deploymentExploded' }, 'INVALID_FACT', 'kind'],
    [{ ...d, kind: 'deploymentExposed', trafficPercent: Number.NaN }, 'INVALID_FACT', 'trafficPercent'],
    [{ ...d, kind: 'deploymentExposed', trafficPercent: 101 }, 'INVALID_FACT', 'trafficPercent'],
    [{ ...change('c', at(1)), committedAt: 'yesterday' }, 'INVALID_TIME', 'committedAt'],
    [{ ...change('c', at(1)), commit: undefined }, 'INVALID_FACT', 'commit'],
    [{ ...said('i', at(1)), kind: 'incidentResolved' }, 'INVALID_FACT', 'incidentId'],
    [{ ...d, artifacts: 'v1' }, 'INVALID_FACT', 'artifacts'],
    [{ ...d, remediates: 'd1' }, 'INVALID_FACT', 'remediates'],
    [{ ...d, remediates: null }, 'INVALID_FACT', 'remediates'],
    [{ ...built('v1', ['a']), commits: 'abc' }, 'INVALID_FACT', 'commits'],
    [null, 'INVALID_FACT', 'id'],
  ])('%j is refused as %s naming %s', (fact, code, field) => {
    expect(() => read(fact as unknown as Fact)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(field) }),
    );
  });

  test('asOf must be an instant', () => {
    expect(() => assemble([], { asOf: '2027-01-01' })).toThrow(/INVALID_TIME: asOf/);
  });
});
