import { describe, expect, test } from 'vitest';
import { at, built, caused, change, incident, live, said, step } from '../../../../test/metrics/given.js';
import { assemble } from '../delivery.js';
import type { Fact, IncidentFact } from '../fact.js';

const read = (...facts: (Fact | Fact[])[]) => assemble(facts.flat(), { asOf: '2028-01-01T00:00:00Z' });
const time = (...when: Parameters<typeof at>) => Date.parse(at(...when));

describe('a deployment', () => {
  const untold = {
    deploymentId: 'd',
    service: 's',
    environment: 'production',
    production: true,
    deploymentKind: undefined,
    artifacts: undefined,
    version: undefined,
    configDigest: undefined,
    migrationDigest: undefined,
    planDigest: undefined,
    strategy: undefined,
    band: undefined,
    team: undefined,
    dryRun: undefined,
    remediates: undefined,
    identity: undefined,
    firstAt: time(4),
    requestedAt: undefined,
    approvedAt: undefined,
    startedAt: undefined,
    exposedAt: undefined,
    liveAt: undefined,
    failedAt: undefined,
    rolledBackAt: undefined,
    cancelledAt: undefined,
    detectedAt: undefined,
    decidedAt: undefined,
    endedAt: undefined,
    outcome: 'IN_PROGRESS',
    effect: false,
    automatic: false,
    trafficPercent: 100,
    events: ['deploymentStarted-d'],
    kind: undefined,
    undone: undefined,
  };

  test('of which little is told has a place for everything', () => {
    const started = step('deploymentStarted', 'd', at(4));
    expect(read(started).all).toStrictEqual([{ ...untold, startedAt: time(4) }]);
    expect(read(started, step('deploymentCancelled', 'd', at(5))).all).toStrictEqual([
      {
        ...untold,
        startedAt: time(4),
        cancelledAt: time(5),
        endedAt: time(5),
        outcome: 'CANCELLED',
        events: ['deploymentCancelled-d', 'deploymentStarted-d'],
      },
    ]);
  });

  test('holds everything that was told of it, the first and the last of each', () => {
    const details = {
      deploymentKind: 'HOTFIX',
      artifacts: ['b', 'a'],
      version: '1.2',
      configDigest: 'c',
      migrationDigest: 'm',
      planDigest: 'p',
      strategy: 'canary',
      band: 'LOW',
      team: 'pay',
      dryRun: false,
    };
    const again = (fact: Fact, more: object): Fact => ({ ...fact, id: `${fact.id}-again`, ...more }) as Fact;
    const steps = [
      step('deploymentRolledBack', 'd', at(4, 7), { detectedAt: at(4, 6), decidedAt: at(4, 6, 30) }),
      step('failureDetected', 'd', at(4, 5)),
      step('deploymentExposed', 'd', at(4, 3), { trafficPercent: 0 }),
      step('deploymentStarted', 'd', at(4, 2)),
      step('deploymentApproved', 'd', at(4, 1)),
      step('deploymentRequested', 'd', at(4), { ...details, remediates: ['z', 'y'] }),
    ];
    const [rolledBack, , exposed, started, approved] = steps as [Fact, Fact, Fact, Fact, Fact];
    const { all } = read(
      steps,
      again(rolledBack, { automatic: true, trafficPercent: 10, decidedAt: at(4, 6, 40), remediates: ['x'] }),
      again(exposed, { at: at(4, 4), trafficPercent: 5 }),
      again(started, { at: at(4, 2, 30) }),
      again(approved, { at: at(4, 1, 30) }),
    );
    expect(all).toStrictEqual([
      {
        ...untold,
        ...details,
        remediates: ['x', 'y', 'z'],
        identity: '["a","b"]',
        requestedAt: time(4),
        approvedAt: time(4, 1, 30),
        startedAt: time(4, 2),
        exposedAt: time(4, 3),
        detectedAt: time(4, 5),
        decidedAt: time(4, 6, 30),
        rolledBackAt: time(4, 7),
        endedAt: time(4, 7),
        outcome: 'ROLLED_BACK',
        effect: true,
        automatic: true,
        trafficPercent: 10,
        events: all[0]!.events.toSorted(),
      },
    ]);
    expect(all[0]!.events).toHaveLength(10);
  });

  test('is told by the events of its service and by those of all', () => {
    const { service: _, ...shared } = live('r', at(5), 'v') as Fact & { service?: string };
    const own = ['s', 't'].map((service) =>
      step('deploymentStarted', 'r', at(4), { service, id: `start-${service}` }),
    );
    expect(read(own, shared as Fact).all.map(({ events }) => events)).toEqual([
      ['live-r-s', 'start-s'],
      ['live-r-s', 'start-t'],
    ]);
  });

  test('that some have seen has an effect, even if it was cancelled or failed without more', () => {
    const seen = (kind: 'deploymentCancelled' | 'deploymentFailed', id: string) => [
      step('deploymentExposed', id, at(4)),
      step(kind, id, at(5), { effect: false }),
    ];
    const { deployments, excluded } = read(seen('deploymentCancelled', 'c'), seen('deploymentFailed', 'f'));
    expect(deployments.map(({ deploymentId, outcome }) => [deploymentId, outcome])).toEqual([
      ['c', 'CANCELLED'],
      ['f', 'FAILED'],
    ]);
    expect(excluded).toEqual([]);
  });
});

describe('an incident', () => {
  const of = (kind: IncidentFact['kind'], id: string, when: string, more: object = {}): Fact =>
    ({ ...said(id, when), kind, incidentId: 'I', ...more }) as Fact;

  test('holds everything that was told of it', () => {
    const { incidents } = read(
      of('incidentOpened', 'o', at(5, 2), { startedAt: at(5, 1), service: 't', severity: 'SEV3' }),
      of('incidentOpened', 'n', at(5, 3), { service: 's', production: false }),
      of('incidentSeverityChanged', 'a', at(5, 5), { severity: 'SEV2', service: 't' }),
      of('incidentSeverityChanged', 'b', at(5, 4), { severity: 'SEV4' }),
      of('incidentAcknowledged', 'k2', at(5, 3)),
      of('incidentAcknowledged', 'k1', at(5, 2, 30)),
      of('incidentResolved', 'r', at(5, 7), { restoredAt: at(5, 6) }),
      of('incidentCauseConfirmed', 'c2', at(6), { deploymentId: 'e', extension: 'monthly job' }),
      of('incidentCauseConfirmed', 'c1', at(6, 1), { deploymentId: 'd', service: 'u' }),
      of('incidentCauseRejected', 'c0', at(6), { deploymentId: 'c' }),
    );
    expect(incidents).toStrictEqual([
      {
        incidentId: 'I',
        ids: ['I'],
        services: ['s', 't'],
        severity: 'SEV2',
        severityHistory: [
          { at: time(5, 2), severity: 'SEV3' },
          { at: time(5, 4), severity: 'SEV4' },
          { at: time(5, 5), severity: 'SEV2' },
        ],
        acknowledgedAt: time(5, 2, 30),
        episodes: [{ startedAt: time(5, 1), restoredAt: time(5, 6), impact: 5 * 3_600_000 }],
        causes: [
          { deploymentId: 'd', service: 'u', confirmedAt: time(6, 1), extension: undefined },
          { deploymentId: 'e', service: undefined, confirmedAt: time(6), extension: 'monthly job' },
        ],
        fault: undefined,
        events: ['a', 'b', 'c0', 'c1', 'c2', 'k1', 'k2', 'n', 'o', 'r'],
      },
    ]);
  });

  test('whose start nobody told has no episode, and comes first', () => {
    const unknown = of('incidentAcknowledged', 'k', at(6), { incidentId: 'Z' });
    for (const facts of [
      [unknown, ...incident('A', at(5))],
      [...incident('A', at(5)), unknown],
    ])
      expect(
        read(facts).incidents.map(({ incidentId, episodes, fault }) => [incidentId, episodes, fault]),
      ).toEqual([
        ['Z', [], 'START_UNKNOWN'],
        ['A', [{ startedAt: time(5), impact: 0 }], undefined],
      ]);
  });

  test.each([
    ['restored as it began', [], [at(5)], [[time(5), time(5), 0]]],
    ['reopened as it was restored', [at(5, 1)], [at(5, 1)], [[time(5), undefined, 3_600_000]]],
    ['reopened before any restore', [at(5, 1)], [at(5, 2)], [[time(5), time(5, 2), 7_200_000]]],
    ['reopened after 24 h', [at(6, 1)], [at(5, 1), at(6, 2)], [[time(5), time(6, 2), 7_200_000]]],
    [
      'reopened after longer',
      [at(6, 1, 1)],
      [at(5, 1)],
      [
        [time(5), time(5, 1), 3_600_000],
        [time(6, 1, 1), undefined, 0],
      ],
    ],
  ] as const)('that was %s', (_, reopenings, ends, expected) => {
    const [one] = read(
      incident('I', at(5)),
      ends.map((when) => of('incidentResolved', `e-${when}`, when)),
      reopenings.map((when) => of('incidentReopened', `r-${when}`, when)),
    ).incidents;
    expect(one!.episodes.map(({ startedAt, restoredAt, impact }) => [startedAt, restoredAt, impact])).toEqual(
      expected,
    );
    expect(one!.fault).toBeUndefined();
  });

  test('is a false alarm when all of it is, and of no production when none of it is', () => {
    const merged = of('incidentMerged', 'm', at(6), { incidentId: 'J', into: 'I' });
    const cancelled = (incidentId: string) =>
      of('incidentCancelled', `c-${incidentId}`, at(6), { incidentId });
    const two = [...incident('I', at(5)), ...incident('J', at(5)), merged];
    const faults = (...facts: Fact[]) => read(facts).incidents.map(({ fault }) => fault);
    expect(faults(...two, cancelled('J'))).toEqual([undefined]);
    expect(faults(...two, cancelled('J'), cancelled('I'))).toEqual(['CANCELLED']);
    const d = live('d', at(4), 'v');
    const alarm = [d, ...incident('I', at(5)), caused('I', 'd', at(6))];
    expect([read(alarm, cancelled('I')).failures.length, read(alarm).failures.length]).toEqual([0, 1]);
  });

  test('is named after the one that was merged into nothing else', () => {
    const merge = (incidentId: string, into: string) =>
      of('incidentMerged', `${incidentId}-${into}`, at(6), { incidentId, into });
    const all = ['I', 'J', 'K', 'A'].flatMap((id) => incident(id, at(5)));
    const names = (...merges: Fact[]) =>
      read(all, merges).incidents.map(({ incidentId, ids }) => [incidentId, ids.join('')]);
    expect(names(merge('I', 'J'), merge('J', 'K'))).toEqual([
      ['A', 'A'],
      ['K', 'IJK'],
    ]);
    expect(names(merge('A', 'K'), merge('I', 'K'))).toEqual([
      ['J', 'J'],
      ['K', 'AIK'],
    ]);
  });
});

test('changes and artifacts keep the earliest time of each, and the events that told it', () => {
  const again = { ...change('a', at(1)), id: 'again', committedAt: at(2), mergedAt: at(2, 1) } as Fact;
  const exposed = (id: string, commit: string, when: string, service = 's'): Fact => ({
    ...said(id, when),
    kind: 'changeExposed',
    service,
    commit,
  });
  const { sources } = read(
    { ...change('b', at(3)), mergedAt: at(3, 1) } as Fact,
    { ...again, id: 'late', mergedAt: at(2, 2) } as Fact,
    again,
    change('c', at(3, 1)),
    change('0', at(3, 1)),
    change('a', at(5), 'r'),
    change('x', at(5), 'r'),
    { ...change('x', at(4), 'q'), id: 'q' } as Fact,
    exposed('e2', 'a', at(7)),
    exposed('e1', 'a', at(6)),
    exposed('e3', 'nobody', at(6)),
    exposed('e4', 'a', at(6), 'nobody'),
    built('v', undefined, at(3)),
    built('v', ['b'], at(2)),
    built('v', ['a'], at(4)),
    built('w', ['z'], at(4)),
    built('w', undefined, at(5)),
  );
  expect(
    sources
      .changesOf('s')
      .map(({ commit, committedAt, mergedAt, exposedAt, event, more }) => [
        commit,
        committedAt,
        mergedAt,
        exposedAt,
        event,
        more,
      ]),
  ).toEqual([
    ['a', time(2), time(2, 1), time(6), 'late', ['again', 'e2', 'e1']],
    ['0', time(3, 1), time(3, 1), undefined, 'merged-0', undefined],
    ['b', time(3), time(3, 1), undefined, 'merged-b', undefined],
    ['c', time(3, 1), time(3, 1), undefined, 'merged-c', undefined],
  ]);
  expect(sources.changesOf('nobody')).toEqual([]);
  expect([...sources.firstMerged]).toEqual([
    ['s', time(2, 1)],
    ['r', time(5)],
    ['q', time(4)],
  ]);
  expect([...sources.artifacts].map(([name, { builtAt, commits }]) => [name, builtAt, commits])).toEqual([
    ['v', time(2), ['a', 'b']],
    ['w', time(4), ['z']],
  ]);
  const known = (service: string, commit: string) => sources.change(service, commit)?.service;
  expect([known('r', 'a'), known('t', 'x'), known('t', 'b'), known('t', 'y')]).toEqual([
    'r',
    'q',
    's',
    undefined,
  ]);
});
