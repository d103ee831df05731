import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import {
  ApprovalExpired,
  ApprovalGranted,
  ApprovalRejected,
  ApprovalRequested,
  ApprovalVoteCast,
} from '../contracts/change.js';
import { FreezeDeclared, FreezeLifted, WindowReserved } from '../contracts/calendar.js';
import {
  DeploymentFailed,
  DeploymentProgressed,
  DeploymentRequested,
  DeploymentRolledBack,
  DeploymentScheduled,
  DeploymentStarted,
  DeploymentSucceeded,
} from '../contracts/deployment.js';
import { ExternalFactAccepted, ExternalFactQuarantined } from '../contracts/external.js';
import { decodeKnown } from '../contracts.js';
import { entriesOf, recordedOf } from '../envelope.js';
import type { Context, Event, Recorded } from '../event.js';
import { type Cdevent, readCdevent } from './cdevent.js';
import { readKafkaCdevent } from './cdeventBinding.js';
import { cdeventMessagesOf, cdeventsOf, type TranslationOptions } from './toCdevents.js';

const now = new Date('2027-01-10T22:00:00Z');
const context: Context = {
  actor: { id: 'ana', kind: 'human', roles: ['approver'] },
  commandId: 'c-1',
  correlationId: 'request-7',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const of = { deploymentId: 'web-1', planHash: 'h1' };
const round = { ...of, changeId: 'web-1' };
const digest = `sha256:${'a'.repeat(64)}`;
const artifacts = [
  { service: 'web', digest, version: '1.4.0' },
  { service: 'Shop/API', digest },
];
const at = '2027-01-10T21:59:00.000Z';
const times = { start: at, end: '2027-01-10T23:00:00.000Z' };

const plan = {
  services: ['web', 'Shop/API'],
  artifacts,
  environment: 'production',
  environmentClass: 'PROD',
  kind: 'PLANNED',
  strategy: 'canary',
  ...times,
  rollbackMinutes: 10,
  reason: 'because ana says so',
} as const;
const brought = { environment: 'production', artifacts };
const requested = {
  plan: { ...plan, services: [...plan.services], artifacts },
  conflicts: [],
  authors: ['ana'],
};
const approvalRequest = {
  quorum: 1,
  requestedBy: 'ana',
  authors: ['ana'],
  environmentClass: 'PROD' as const,
  expiresAt: at,
  policy: 'p',
  score: 12,
  band: 'LOW',
};

/** One of each kind that is translated. */
const told = {
  succeeded: DeploymentSucceeded({ ...of, ...brought, liveAt: at }),
  rolledBack: DeploymentRolledBack({
    ...of,
    ...brought,
    restored: [{ service: 'web', digest: `sha256:${'b'.repeat(64)}`, version: '1.3.9' }],
    restoredAt: at,
    automatic: true,
    highestTrafficPercent: 5,
  }),
  failed: DeploymentFailed({ ...of, ...brought, failedAt: at, applied: true, reason: 'ana broke it' }),
  requested: DeploymentRequested({ ...of, ...requested, requestedBy: 'ana' }),
  scheduled: DeploymentScheduled({
    ...of,
    services: ['web'],
    environment: 'production',
    ...times,
    graceUntil: at,
  }),
  started: DeploymentStarted({
    ...of,
    startedBy: 'ana',
    services: ['web'],
    environment: 'production',
    environmentClass: 'PROD',
    startedAt: at,
  }),
  granted: ApprovalGranted({ ...round, approvers: ['ana', 'ben'] }),
  rejected: ApprovalRejected({ ...round, reason: 'ana does not like it' }),
  frozen: FreezeDeclared({
    freezeId: 'f-1',
    name: 'Year end',
    reason: 'fiscal',
    mode: 'hard',
    ...times,
    scope: { environmentClasses: ['PROD'] },
    allowedKinds: ['HOTFIX'],
    declaredBy: 'ana',
  }),
  thawed: FreezeLifted({ freezeId: 'f-1', reason: 'ana says it is over', liftedBy: 'ana' }),
};

function recorded(event: Event, from = context): Recorded {
  return recordedOf(7, entriesOf('deployment-web-1', 0, [event], from, now)[0]!.bytes);
}
const translated = (event: Event, options?: TranslationOptions) =>
  cdeventsOf(decodeKnown(recorded(event)), options);
const typesOf = (events: readonly Cdevent[]) => events.map((each) => each.context.type);

const folder = join(process.env['SLIPWAY_TEST_DATA'] ?? '../shared/data', 'cdevents-0.5.1');
const given = existsSync(folder);

describe('the public translation', () => {
  test('tells of a success once for each service, by the time it went live', () => {
    const events = translated(told.succeeded);
    expect(events).toMatchObject([
      {
        context: {
          specversion: '0.5.1',
          source: '/slipway/scheduler',
          type: 'dev.cdevents.service.deployed.0.3.0',
          timestamp: at,
          chainId: 'request-7',
        },
        subject: {
          id: 'web',
          content: {
            environment: { id: 'production' },
            artifactId: `pkg:oci/web@sha256%3A${'a'.repeat(64)}?tag=1.4.0`,
          },
        },
        customData: { deploymentId: 'web-1', planHash: 'h1', version: '1.4.0' },
      },
      {
        subject: {
          id: 'Shop/API',
          content: { artifactId: `pkg:oci/shop%2Fapi@sha256%3A${'a'.repeat(64)}` },
        },
        customData: { deploymentId: 'web-1', planHash: 'h1' },
      },
    ]);
    expect(events).toHaveLength(2);
  });

  test('tells of a rollback what runs again, and without that only that it happened', () => {
    const [again, custom, ...more] = translated(told.rolledBack);
    expect(again).toMatchObject({
      context: { type: 'dev.cdevents.service.rolledback.0.3.0' },
      subject: { id: 'web', content: { artifactId: `pkg:oci/web@sha256%3A${'b'.repeat(64)}?tag=1.3.9` } },
    });
    expect(custom).toMatchObject({
      context: { type: 'dev.cdeventsx.slipway-deployment.rolledback.0.1.0' },
      subject: {
        id: 'web-1',
        content: { planHash: 'h1', environment: 'production', automatic: true, artifacts },
      },
    });
    expect(more).toEqual([]);
    const { restored: _, ...unsaid } = told.rolledBack.data;
    expect(typesOf(translated(DeploymentRolledBack(unsaid)))).toEqual([
      'dev.cdeventsx.slipway-deployment.rolledback.0.1.0',
    ]);
  });

  test('has custom events for what CDEvents has no word for', () => {
    const types = Object.values(told).flatMap((event) => typesOf(translated(event)));
    expect(types.filter((type) => type.startsWith('dev.cdeventsx.')).sort()).toEqual(
      [
        'approval.granted',
        'approval.rejected',
        'deployment.failed',
        'deployment.requested',
        'deployment.rolledback',
        'deployment.scheduled',
        'deployment.started',
        'freeze.declared',
        'freeze.lifted',
      ].map((kind) => `dev.cdeventsx.slipway-${kind}.0.1.0`),
    );
    expect(translated(told.granted)[0]!.subject).toEqual({
      id: 'web-1',
      content: { deploymentId: 'web-1', planHash: 'h1', approvals: 2 },
    });
    expect(translated(told.frozen)[0]!.subject.content).toEqual({
      name: 'Year end',
      reason: 'fiscal',
      mode: 'hard',
      ...times,
      scope: { environmentClasses: ['PROD'] },
      allowedKinds: ['HOTFIX'],
    });
  });

  test('is silent about steps, reservations, votes and quarantined facts, and about outcomes that do not say what', () => {
    const silent: Event[] = [
      DeploymentProgressed({
        deploymentId: 'web-1',
        sequence: 1,
        phase: 'p',
        target: 't',
        status: 'applied',
      }),
      WindowReserved({ deploymentId: 'web-1', service: 'web', environment: 'production', ...times }),
      ApprovalVoteCast({ ...round, person: 'ana', vote: 'approve' }),
      ApprovalRequested({ ...round, ...approvalRequest }),
      ExternalFactQuarantined({
        source: '/ci',
        sourceEventId: '1',
        code: 'FUTURE_TIME',
        reason: 'r',
        digest: 'd',
        cdevent: {},
      }),
      DeploymentSucceeded({ ...of, liveAt: at }),
    ];
    expect(silent.flatMap((event) => translated(event))).toEqual([]);
  });

  test('names no person and quotes nobody', () => {
    const text = JSON.stringify(Object.values(told).flatMap((event) => translated(event)));
    expect(text).not.toMatch(/\bana\b|\bben\b/);
  });

  test('has ids of its own that follow from ours', () => {
    const events = Object.values(told).flatMap((event) => translated(event));
    const again = Object.values(told).flatMap((event) => translated(event));
    expect(events.map((each) => each.context.id)).toEqual(again.map((each) => each.context.id));
    const twoOf = [context, { ...context, commandId: 'c-2' }].flatMap((from) =>
      cdeventsOf(decodeKnown(recorded(told.succeeded, from))),
    );
    expect(new Set(twoOf.map((each) => each.context.id)).size).toBe(4);
  });

  test('adds the approval events of the 0.6 draft where they are asked for', () => {
    const drafts = { publicUrl: 'https://slipway.example.com' };
    const links = {
      approvalDetailsUrl: 'https://slipway.example.com/v1/changes/web-1',
      resourceTargetUrl: 'https://slipway.example.com/v1/deployments/web-1',
    };
    const asked = translated(ApprovalRequested({ ...round, ...approvalRequest }), { drafts });
    expect(asked).toMatchObject([
      {
        context: { specversion: '0.6.0-draft', type: 'dev.cdevents.approval.created.0.1.0' },
        subject: { id: 'web-1/h1', content: { ...links, requestor: 'urn:slipway:human:ana' } },
      },
    ]);
    const [, closed] = translated(told.granted, { drafts });
    expect(closed!.subject.content).toEqual({
      ...links,
      responder: 'urn:slipway:human:ana',
      decision: 'approved',
      status: 'approved',
    });
    const expired = translated(ApprovalExpired({ ...round, lateBySeconds: 0 }), { drafts });
    expect(expired[0]!.subject.content).toMatchObject({ status: 'expired' });
    for (const event of [...asked, closed!, ...expired])
      expect(readCdevent(event, now, { drafts: true })).toMatchObject({ ok: true });
    expect(translated(told.succeeded, { drafts })).toHaveLength(2);
  });

  test('is read as CDEvents by its own rules', () => {
    for (const event of Object.values(told).flatMap((each) => translated(each)))
      expect(readCdevent(event, now)).toMatchObject({ ok: true, event });
  });
});

describe('the records of slipway.cdevents', () => {
  test('are CloudEvents keyed by their subject, traced as the event was', () => {
    const [record] = cdeventMessagesOf(recorded(told.succeeded));
    expect(record).toMatchObject({
      key: 'web',
      headers: {
        ce_type: 'dev.cdevents.service.deployed.0.3.0',
        ce_subject: 'web',
        ce_source: '/slipway/scheduler',
        ce_partitionkey: 'web',
        ce_time: at,
        traceparent: context.traceparent,
        'content-type': 'application/json',
      },
    });
    expect(readKafkaCdevent(record!.headers, record!.value, now)).toMatchObject({
      ok: true,
      event: translated(told.succeeded)[0],
    });
  });

  test('are none for an event that its contract cannot read', () => {
    expect(cdeventMessagesOf({ ...recorded(told.succeeded), version: 99 })).toEqual([]);
    expect(cdeventMessagesOf({ ...recorded(told.succeeded), type: 'NoSuchEvent' })).toEqual([]);
  });
});

describe.skipIf(!given)('with the CDEvents 0.5.1 data (set SLIPWAY_TEST_DATA to where they are)', () => {
  const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Cdevent;
  const filesIn = (path: string) => readdirSync(join(folder, path)).filter((file) => file.endsWith('.json'));

  test('a fact from outside goes out unchanged, each of the conformance samples', () => {
    const samples = filesIn('conformance').map((file) => json(join('conformance', file)));
    expect(samples).toHaveLength(45);
    for (const sample of [...samples, json('custom/conformance.json')]) {
      const { source, id: sourceEventId, type: factType } = sample.context;
      const fact = ExternalFactAccepted({ source, sourceEventId, factType, backfill: true, cdevent: sample });
      const [record, ...more] = cdeventMessagesOf(recorded(fact));
      expect(JSON.parse(String(record!.value))).toEqual(sample);
      expect(record!.headers).toMatchObject({ ce_id: sourceEventId, ce_source: source, ce_type: factType });
      expect(more).toEqual([]);
    }
  });

  test('everything that is said is valid by the schemas of the specification', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    for (const file of filesIn('schemas/links')) ajv.addSchema(json(join('schemas/links', file)));
    const schemas = {
      'service.deployed': 'schemas/servicedeployed.json',
      'service.rolledback': 'schemas/servicerolledback.json',
      slipway: 'custom/schema.json',
    };
    const validators = Object.entries(schemas).map(
      ([kind, file]) => [kind, ajv.compile(json(file))] as const,
    );
    const used = new Set<string>();
    for (const event of Object.values(told).flatMap((each) => translated(each))) {
      const [kind, validate] = validators.find(([name]) => event.context.type.includes(name))!;
      used.add(kind);
      const { type } = event.context;
      expect(validate(event) || [type, ...validate.errors!]).toBe(true);
    }
    expect([...used].sort()).toEqual(Object.keys(schemas).sort());
    const [, deployed] = validators[0]!;
    expect(deployed({ ...translated(told.succeeded)[0], more: 1 })).toBe(false);
  });
});
