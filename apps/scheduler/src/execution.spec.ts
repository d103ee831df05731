import {
  ConflictDetected,
  DeploymentApproved,
  DeploymentProgressed,
  DeploymentRequested,
  DeploymentScheduled,
  DeploymentStarted,
  DeploymentStartMissed,
} from '#events';
import { given } from '#events/spec';
import { describe, expect, test } from 'vitest';
import type { Conflict } from './conflict/finding.js';
import { deployment, type DeploymentEvent, type Deployment } from './deployment.js';
import { confirmRollback, fail, report, schedule, succeed, triggerRollback } from './execution.js';
import { missStart, start } from './start.js';
import { asked, digest, plan } from './testPlan.js';

const of = { deploymentId: 'd1', planHash: 'h1' };
const requested = DeploymentRequested({ deploymentId: 'd1', ...asked() });
const approved = DeploymentApproved({ ...of, changeId: 'd1', approvers: ['ben'] });
const scheduled = DeploymentScheduled({
  ...of,
  services: ['ledger'],
  environment: 'production',
  start: plan().start,
  end: plan().end,
  graceUntil: '2027-01-10T22:30:00.000Z',
});
const startedAt = (at: string) =>
  DeploymentStarted({
    ...of,
    startedBy: 'olga',
    services: ['ledger'],
    environment: 'production',
    environmentClass: 'PROD',
    startedAt: at,
  });
const TEN = new Date('2027-01-10T22:00:00Z');
const freeze: Conflict = {
  code: 'FREEZE',
  severity: 'BLOCKER',
  order: 1,
  rule: 'formulas 4.4 (1)',
  counterpart: 'f1',
  interval: { start: '2027-01-10T21:00:00.000Z', end: '2027-01-11T00:00:00.000Z' },
  message: 'Frozen by f1.',
  fingerprint: 'f',
};
const by = (startedBy = 'olga', more: object = {}) => ({ startedBy, conflicts: [], ...more });
const decided = (history: DeploymentEvent[], decide: (state: Deployment) => readonly DeploymentEvent[]) =>
  decide(history.reduce(deployment.evolve, deployment.initialState));
const codes = (events: readonly DeploymentEvent[]) =>
  events.flatMap((event) =>
    event.type === 'DeploymentStartRefused' ? event.data.violations.map(({ code }) => code) : [],
  );

describe('a slot', () => {
  test('is taken by an approved deployment, with half an hour of grace', () =>
    given(deployment, requested, approved).when(schedule('h1', [])).emits(scheduled));

  test('is not taken past a blocker, which is recorded', () => {
    const { code, severity, counterpart, message, fingerprint } = freeze;
    const events = decided([requested, approved], schedule('h1', [freeze]));
    expect(events).toMatchObject([
      {
        type: 'ConflictDetected',
        data: { conflicts: [{ code, severity, counterpart, message, fingerprint }] },
      },
    ]);
    given(deployment, requested, approved, ...(events as ReturnType<typeof ConflictDetected>[]))
      .when(schedule('h1', []))
      .emits(scheduled);
  });

  test('is not taken twice, nor by what is not approved', () => {
    given(deployment, requested, approved, scheduled).when(schedule('h1', [])).doesNothing();
    given(deployment, requested).when(schedule('h1', [])).doesNothing();
  });
});

describe('a start', () => {
  const ready = [requested, approved, scheduled] as const;

  test('SCH-01 S3: happens until the last millisecond of the grace', () => {
    const last = new Date('2027-01-10T22:29:59.999Z');
    given(deployment, ...ready)
      .when(start(by(), last))
      .emits(startedAt(last.toISOString()));
  });

  test('SCH-01 S3: is missed at the end of the grace, and the deployment is approved as before', () => {
    const events = decided([...ready], start(by(), new Date('2027-01-10T22:30:00Z')));
    expect(events.map(({ type }) => type)).toEqual(['DeploymentStartRefused', 'DeploymentStartMissed']);
    expect(codes(events)).toEqual(['START_MISSED']);
    given(deployment, ...ready, ...events)
      .when(schedule('h1', []))
      .emits(scheduled);
  });

  test('is refused before its time', () =>
    expect(codes(decided([...ready], start(by(), new Date('2027-01-10T21:59:59.999Z'))))).toEqual([
      'TOO_EARLY',
    ]));

  test('SCH-01 S4: is refused by a freeze declared after the approval', () =>
    expect(codes(decided([...ready], start(by('olga', { conflicts: [freeze] }), TEN)))).toEqual(['FREEZE']));

  test('is refused without approval, with every reason at once', () =>
    expect(
      codes(decided([requested], start(by('olga', { digests: [digest('b')], conflicts: [freeze] }), TEN))),
    ).toEqual(['APPROVAL_MISSING', 'NOT_SCHEDULED', 'FREEZE', 'ARTIFACT_MISMATCH']));

  test('APR-07 S2: is refused to whoever approved in PROD, and allowed in TEST', () => {
    expect(codes(decided([...ready], start(by('ben'), TEN)))).toEqual(['SOD_APPROVER_OPERATOR']);
    const inTest = DeploymentRequested({ deploymentId: 'd1', ...asked('h1', { environmentClass: 'TEST' }) });
    expect(decided([inTest, approved, scheduled], start(by('ben'), TEN))).toMatchObject([
      { type: 'DeploymentStarted' },
    ]);
  });

  test('is refused in the same words twice, but recorded once', () => {
    const refused = decided([...ready], start(by('ben'), TEN));
    expect(refused).toHaveLength(1);
    given(deployment, ...ready, ...refused)
      .when(start(by('ben'), TEN))
      .isRejected('SOD_APPROVER_OPERATOR');
  });

  test('happens once', () =>
    given(deployment, ...ready, startedAt(TEN.toISOString()))
      .when(start(by(), TEN))
      .doesNothing());

  test('is missed by the clock alone, once, and not when it has happened', () => {
    const late = new Date('2027-01-10T22:30:00Z');
    const missed = DeploymentStartMissed({ ...of, graceUntil: '2027-01-10T22:30:00.000Z' });
    given(deployment, ...ready)
      .when(missStart(late))
      .emits(missed);
    given(deployment, ...ready, missed)
      .when(missStart(late))
      .doesNothing();
    given(deployment, ...ready)
      .when(missStart(new Date(late.getTime() - 1)))
      .doesNothing();
    given(deployment, ...ready, startedAt(TEN.toISOString()))
      .when(missStart(late))
      .doesNothing();
  });
});

describe('an execution', () => {
  const running = [requested, approved, scheduled, startedAt(TEN.toISOString())] as const;
  const step = (sequence: number, more: object = {}) => ({
    sequence,
    phase: 'canary',
    target: 't1',
    status: 'applied' as const,
    ...more,
  });
  const LATER = new Date('2027-01-10T22:20:00Z');

  test('is reported on by number: each once, none left out', () => {
    const first = DeploymentProgressed({ deploymentId: 'd1', ...step(1) });
    given(deployment, ...running)
      .when(report(step(1)))
      .emits(first);
    given(deployment, ...running, first)
      .when(report(step(1)))
      .doesNothing();
    given(deployment, ...running, first)
      .when(report(step(3)))
      .isRejected('SEQUENCE_GAP');
    given(deployment, requested)
      .when(report(step(1)))
      .isRejected('ILLEGAL_TRANSITION');
  });

  test('succeeds once', () => {
    const events = decided([...running], succeed(LATER));
    expect(events).toMatchObject([
      { type: 'DeploymentSucceeded', data: { ...of, liveAt: LATER.toISOString() } },
    ]);
    given(deployment, ...running, ...events)
      .when(succeed(LATER))
      .doesNothing();
    given(deployment, requested).when(succeed(LATER)).isRejected('ILLEGAL_TRANSITION');
  });

  test('fails with or without effect, as was reported', () => {
    const applied = DeploymentProgressed({ deploymentId: 'd1', ...step(1) });
    const looked = DeploymentProgressed({ deploymentId: 'd1', ...step(1, { status: 'started' }) });
    expect(decided([...running, applied], fail('disk', LATER))).toMatchObject([
      { type: 'DeploymentFailed', data: { applied: true } },
    ]);
    expect(decided([...running, looked], fail('disk', LATER))).toMatchObject([{ data: { applied: false } }]);
  });

  test('goes back while it runs and after it is live, and says how far it had come', () => {
    const why = { triggeredBy: 'olga', automatic: false, reason: 'errors' };
    const traffic = DeploymentProgressed({ deploymentId: 'd1', ...step(1, { trafficPercent: 25 }) });
    const triggered = decided([...running, traffic], triggerRollback(why, LATER));
    expect(triggered).toMatchObject([{ type: 'RollbackTriggered', data: why }]);
    given(deployment, ...running, traffic, ...triggered)
      .when(triggerRollback(why, LATER))
      .doesNothing();
    const back = decided([...running, traffic, ...triggered], confirmRollback(LATER));
    expect(back).toMatchObject([
      { type: 'DeploymentRolledBack', data: { highestTrafficPercent: 25, automatic: false } },
    ]);
    given(deployment, ...running, traffic, ...triggered, ...back)
      .when(confirmRollback(LATER))
      .doesNothing();
    const live = decided([...running], succeed(LATER));
    expect(decided([...running, ...live], triggerRollback(why, LATER))).toMatchObject([
      { type: 'RollbackTriggered' },
    ]);
    given(deployment, requested).when(triggerRollback(why, LATER)).isRejected('ILLEGAL_TRANSITION');
  });
});
