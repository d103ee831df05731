import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Cdevent, factsOfCdevent } from './cdevents.js';
import { dora, evidence } from './dora.js';
import type { Fact } from './fact.js';

const data = process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data';
const recordedAt = '2027-01-20T00:00:00Z';

const event = (type: string, subject: object, more: object = {}): Cdevent =>
  ({
    context: {
      specversion: '0.5.1',
      id: 'e1',
      source: '/ci',
      type: `dev.cdevents.${type}.0.3.0`,
      timestamp: '2027-01-04T10:00:00Z',
    },
    subject: { id: 'subject', ...subject },
    ...more,
  }) as Cdevent;
const production = { environment: { id: 'Production' }, artifactId: 'pkg:oci/shop@1' };
const origin = { id: '/ci#e1', at: '2027-01-04T10:00:00.000Z', recordedAt };

describe('a CDEvent', () => {
  test('of a merged change is a change of its repository', () => {
    const merged = event('change.merged', { id: 'abc', content: { repository: { id: 'shop' } } });
    expect(factsOfCdevent(merged, recordedAt)).toEqual([
      {
        ...origin,
        kind: 'changeMerged',
        service: 'shop',
        commit: 'abc',
        committedAt: origin.at,
        mergedAt: origin.at,
      },
    ]);
    const squashed = { ...merged, customData: { committedAt: '2027-01-02T10:00:00+01:00' } };
    expect(factsOfCdevent(squashed, recordedAt)[0]).toMatchObject({
      committedAt: '2027-01-02T09:00:00.000Z',
    });
  });

  test('of a packaged artifact lists its commits, or has no list', () => {
    const packaged = event('artifact.packaged', { id: 'pkg:oci/shop@1', content: { change: { id: 'abc' } } });
    expect(factsOfCdevent(packaged, recordedAt)).toEqual([
      { ...origin, kind: 'artifactPackaged', artifact: 'pkg:oci/shop@1' },
    ]);
    expect(factsOfCdevent({ ...packaged, customData: { commits: ['a', 'b'] } }, recordedAt)).toEqual([
      { ...origin, kind: 'artifactPackaged', artifact: 'pkg:oci/shop@1', commits: ['a', 'b'] },
    ]);
  });

  test.each(['deployed', 'upgraded'])('of a service %s is a deployment that went live', (predicate) => {
    const deployed = event(`service.${predicate}`, { id: 'shop', content: production });
    expect(factsOfCdevent(deployed, recordedAt, { eventId: 'ours' })).toEqual([
      {
        ...origin,
        id: 'ours',
        kind: 'deploymentSucceeded',
        service: 'shop',
        deploymentId: 'e1',
        environment: 'Production',
        production: true,
        artifacts: ['pkg:oci/shop@1'],
      },
    ]);
  });

  test('of a rollback is a deployment of kind ROLLBACK', () => {
    const back = event(
      'service.rolledback',
      { id: 'shop', content: production },
      { customData: { kind: 'PLANNED' } },
    );
    expect(factsOfCdevent(back, recordedAt)).toMatchObject([
      { kind: 'deploymentSucceeded', deploymentKind: 'ROLLBACK' },
    ]);
  });

  test('may say more in customData', () => {
    const customData = {
      deploymentId: 'D-7',
      kind: 'HOTFIX',
      remediates: 'D-6',
      startedAt: '2027-01-04T09:50:00Z',
      requestedAt: '2027-01-04T08:00:00Z',
      version: '1.2.3',
      configDigest: 'sha256:aa',
    };
    const of = {
      deploymentId: 'D-7',
      deploymentKind: 'HOTFIX',
      remediates: ['D-6'],
      version: '1.2.3',
      configDigest: 'sha256:aa',
    };
    const facts = factsOfCdevent(
      event('service.deployed', { id: 'shop', content: production }, { customData }),
      recordedAt,
    );
    expect(facts).toMatchObject([
      { ...of, kind: 'deploymentSucceeded', at: origin.at },
      { ...of, kind: 'deploymentStarted', at: '2027-01-04T09:50:00.000Z' },
      { ...of, kind: 'deploymentRequested', at: '2027-01-04T08:00:00.000Z' },
    ]);
  });

  test('is of production if its environment is in the list, in any case', () => {
    const of = (id: string, list?: string[]) =>
      factsOfCdevent(event('service.deployed', { content: { environment: { id } } }), recordedAt, {
        production: list,
      });
    const isProduction = ([fact]: Fact[]) => (fact as { production?: boolean }).production;
    expect(['PROD', 'production', 'staging', 'preprod', 'prod-eu'].map((id) => isProduction(of(id)))).toEqual(
      [true, true, false, false, false],
    );
    expect(isProduction(of('prod-eu', ['Prod-EU']))).toBe(true);
  });

  test('of an incident opens or restores it, and confirms the cause that it names', () => {
    const content = { environment: { id: 'prod' }, service: { id: 'shop' } };
    const links = [
      { linkType: 'RELATION', linkKind: 'TRIGGER', target: { contextId: 'e0' } },
      { linkType: 'PATH', from: { contextId: 'e9' } },
      { linkType: 'END', linkKind: 'TRIGGER', target: { contextId: 'e8' } },
      { linkType: 'RELATION', linkKind: 'MENTIONS', target: { contextId: 'e7' } },
      { linkType: 'RELATION', linkKind: 'CAUSE', target: {} },
      null,
    ];
    const detected = event(
      'incident.detected',
      { id: 'I-1', content },
      { customData: { severity: 'high', causedBy: ['D-7'] } },
    );
    const linked = { ...detected, context: { ...detected.context, links } };
    expect(factsOfCdevent(linked, recordedAt)).toEqual([
      {
        ...origin,
        kind: 'incidentOpened',
        incidentId: '/ci#I-1',
        service: 'shop',
        severity: 'SEV2',
        production: true,
      },
      { ...origin, kind: 'incidentCauseConfirmed', incidentId: '/ci#I-1', deploymentId: 'D-7' },
      { ...origin, kind: 'incidentCauseConfirmed', incidentId: '/ci#I-1', deploymentId: 'e0' },
    ]);
    const resolved = event('incident.resolved', { id: 'I-1', source: '/ci', content });
    expect(factsOfCdevent(resolved, recordedAt)).toEqual([
      { ...origin, kind: 'incidentResolved', incidentId: '/ci#I-1', service: 'shop' },
    ]);
  });

  test.each([
    ['SEV1', 'SEV1'],
    ['sev-3', 'SEV3'],
    [2, 'SEV2'],
    ['critical', 'SEV1'],
    ['minor', 'SEV4'],
    ['whatever', undefined],
    ['constructor', undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('of an incident with severity %j is %s', (severity, expected) => {
    const [opened] = factsOfCdevent(event('incident.reported', {}, { customData: { severity } }), recordedAt);
    expect((opened as { severity?: string }).severity).toBe(expected);
  });

  test('may carry subject.type, as up to 0.4, and any version of its type', () => {
    const old = event('service.deployed', { id: 'shop', type: 'service', content: production });
    const context = {
      ...old.context,
      specversion: '0.3.0',
      version: '0.3.0',
      type: 'dev.cdevents.service.deployed.0.1.1',
    };
    expect(factsOfCdevent({ ...old, context } as Cdevent, recordedAt)).toHaveLength(1);
  });

  test.each([
    'environment.created',
    'service.removed',
    'service.published',
    'change.created',
    'pipelinerun.finished',
    'constructor.x',
  ])('of type %s says nothing about delivery', (type) =>
    expect(factsOfCdevent(event(type, {}), recordedAt)).toEqual([]),
  );

  test.each([
    [{ context: { type: 7 } }, 'context.type'],
    [undefined, 'context.type'],
    [{ ...event('service.deployed', {}), subject: {} }, 'subject.id'],
    [
      {
        ...event('service.deployed', {}),
        context: { ...event('service.deployed', {}).context, timestamp: 'now' },
      },
      'context.timestamp',
    ],
    [event('artifact.packaged', {}, { customData: { commits: ['a', 7] } }), 'customData.commits[1]'],
    [
      event('service.deployed', {}, { customData: { startedAt: '2027-02-30T00:00:00Z' } }),
      'customData.startedAt',
    ],
  ])('that is malformed is refused by field: %#', (bad, field) => {
    expect(() => factsOfCdevent(bad as Cdevent, recordedAt)).toThrow(field);
  });
});

describe('V1, V2, V3, V1 told by CDEvents', () => {
  const deploy = (id: string, day: number, version: string, predicate = 'deployed') =>
    factsOfCdevent(
      {
        context: {
          id,
          source: '/ci',
          type: `dev.cdevents.service.${predicate}.0.3.0`,
          timestamp: `2027-01-0${day}T10:00:00Z`,
        },
        subject: {
          id: 'shop',
          content: { environment: { id: 'prod' }, artifactId: `pkg:oci/shop@${version}` },
        },
      },
      recordedAt,
    );
  const forward = [...deploy('a', 1, 'V1'), ...deploy('b', 2, 'V2'), ...deploy('c', 3, 'V3')];
  const query = { service: 'shop', from: '2027-01-01', to: '2027-02-01', asOf: recordedAt };

  test.each(['deployed', 'upgraded', 'rolledback'])('with a last %s means V2 failed', (predicate) => {
    const facts = [...forward, ...deploy('d', 4, 'V1', predicate)];
    expect(evidence(facts, query, 'changeFailRate').ids).toEqual(['b']);
    expect(dora(facts, query).changeFailRate).toMatchObject({ numerator: 1, denominator: 3 });
  });
});

describe.skipIf(!existsSync(join(data, 'cdevents-0.5.1')))(
  'the conformance events (skipped: ../shared/data/cdevents-0.5.1 is absent)',
  () => {
    test('are all read, and those that tell of delivery become facts', () => {
      const folder = join(data, 'cdevents-0.5.1', 'conformance');
      const kinds = readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .flatMap((file) =>
          factsOfCdevent(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Cdevent, recordedAt),
        )
        .map(({ kind }) => kind);
      expect(kinds.sort()).toEqual([
        'artifactPackaged',
        'artifactPackaged',
        'changeMerged',
        'deploymentSucceeded',
        'deploymentSucceeded',
        'deploymentSucceeded',
        'incidentCauseConfirmed',
        'incidentCauseConfirmed',
        'incidentOpened',
        'incidentOpened',
        'incidentResolved',
      ]);
    });
  },
);

describe.skipIf(!existsSync(join(data, 'oss-releases')))(
  'the release history of a real project (skipped: ../shared/data/oss-releases is absent)',
  () => {
    test.each([
      ['fastify-fastify', 'fastify/fastify', 31],
      ['fluxcd-flagger', 'fluxcd/flagger', 8],
    ])('%s gives the figures that a naive reading gives', (file, service, deployments) => {
      const events = gunzipSync(readFileSync(join(data, 'oss-releases', `${file}.ndjson.gz`)))
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Cdevent & { customData?: { commits: string[] } });
      const query = { service, from: '2023-01-01', to: '2024-01-01', asOf: recordedAt };
      const summary = dora(
        events.flatMap((one) => factsOfCdevent(one, recordedAt)),
        query,
      );
      const naive = naively(events, '2023');
      expect(summary.deploymentFrequency).toMatchObject({ n: deployments, value: deployments / 365 });
      expect(naive.deployments).toBe(deployments);
      expect(summary.changeLeadTime.n).toBe(naive.hours.length);
      for (const [q, value] of Object.entries(naive.quantiles))
        expect(summary.changeLeadTime[q as 'p50']).toBeCloseTo(value, 9);
      expect(summary.changeLeadTime).toMatchObject({ coverage: 1, flags: [] });
      expect(summary.changeLeadTime).not.toHaveProperty('partial');
      expect(summary.changeFailRate).toMatchObject({ numerator: 0, denominator: deployments });
      expect(summary.failedDeploymentRecoveryTime.value).toBeNull();
    });
  },
);

/** A second, slow reading by other means: for each release of the year, each commit that no earlier release listed. */
function naively(events: readonly (Cdevent & { customData?: { commits: string[] } })[], year: string) {
  const unique = events.filter(
    (one, i) => events.findIndex(({ context }) => context.id === one.context.id) === i,
  );
  const ofType = (part: string) => unique.filter(({ context }) => context.type.includes(part));
  const releases = ofType('service.deployed');
  const listed = (release: Cdevent) =>
    ofType('artifact.packaged').find(({ subject }) => subject.id === release.subject.content?.artifactId)
      ?.customData?.commits ?? [];
  const merges = new Map(
    ofType('change.merged').map(({ subject, context }) => [subject.id, Date.parse(context.timestamp)]),
  );
  const inYear = releases.filter(({ context }) => context.timestamp.startsWith(year));
  const hours = inYear.flatMap((release) => {
    const earlier = new Set(releases.slice(0, releases.indexOf(release)).flatMap(listed));
    return listed(release)
      .filter((commit) => !earlier.has(commit))
      .map((commit) => (Date.parse(release.context.timestamp) - merges.get(commit)!) / 3_600_000);
  });
  hours.sort((a, b) => a - b);
  const at = (q: number) => {
    const [whole, part] = [Math.floor((hours.length - 1) * q), ((hours.length - 1) * q) % 1];
    return hours[whole]! * (1 - part) + (hours[whole + 1] ?? 0) * part;
  };
  return {
    deployments: inYear.length,
    hours,
    quantiles: { p50: at(0.5), p75: at(0.75), p90: at(0.9), p95: at(0.95) },
  };
}
