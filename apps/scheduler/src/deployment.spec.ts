import {
  DeploymentApproved,
  DeploymentApprovalInvalidated,
  DeploymentAwaitingApproval,
  DeploymentCancelled,
  DeploymentExpired,
  DeploymentRejected,
  DeploymentRequested,
  DeploymentStarted,
  DeploymentSucceeded,
} from '#events';
import { given } from '#events/spec';
import { describe, test } from 'vitest';
import { approve, awaitApproval, cancel, deployment, endWithoutApproval, request } from './deployment.js';
import { asked, digest, NOW } from './testPlan.js';

const deploymentId = 'd1';
const requested = DeploymentRequested({ deploymentId, ...asked() });
const waiting = DeploymentAwaitingApproval({
  deploymentId,
  planHash: 'h1',
  changeId: 'd1',
  score: 20,
  band: 'LOW',
});
const approved = DeploymentApproved({ deploymentId, planHash: 'h1', changeId: 'd1', approvers: ['ben'] });
const started = DeploymentStarted({
  deploymentId,
  planHash: 'h1',
  startedBy: 'olga',
  services: ['ledger'],
  environment: 'production',
  environmentClass: 'PROD',
  startedAt: '2027-01-10T22:00:00.000Z',
});
const succeeded = DeploymentSucceeded({ deploymentId, planHash: 'h1', liveAt: '2027-01-10T22:30:00.000Z' });

describe('a deployment', () => {
  test('is asked for', () =>
    given(deployment)
      .when(request(deploymentId, asked(), NOW))
      .emits(requested));

  test('takes the same request twice without noticing, even after its time', () =>
    given(deployment, requested)
      .when(request(deploymentId, asked(), new Date('2028-01-01')))
      .doesNothing());

  test('is refused for every broken rule at once', () =>
    given(deployment)
      .when(
        request(
          deploymentId,
          asked('h1', { services: ['web'], kind: 'HOTFIX', end: '2027-01-01T00:00:00Z' }),
          NOW,
        ),
      )
      .isRejected(
        'INTERVAL_INVALID',
        'IN_THE_PAST',
        'HOTFIX_WITHOUT_CAUSE',
        'ARTIFACT_MISSING',
        'SERVICE_UNLISTED',
      ));

  test('awaits approval when a round is opened for this very plan', () =>
    given(deployment, requested)
      .when(awaitApproval({ planHash: 'h1', changeId: 'd1', score: 20, band: 'LOW' }))
      .emits(waiting));

  test('lets a round for an older plan pass', () =>
    given(deployment, requested)
      .when(awaitApproval({ planHash: 'h0', changeId: 'd1', score: 20, band: 'LOW' }))
      .doesNothing());

  test('is approved for the plan that was granted, once', () => {
    const grant = { planHash: 'h1', changeId: 'd1', approvers: ['ben'] };
    given(deployment, requested, waiting).when(approve(grant)).emits(approved);
    given(deployment, requested, waiting, approved).when(approve(grant)).doesNothing();
    given(deployment, requested, waiting)
      .when(approve({ ...grant, planHash: 'h0' }))
      .doesNothing();
  });

  test('is rejected or expires only while it waits for the answer', () => {
    given(deployment, requested, waiting)
      .when(endWithoutApproval('h1', 'veto'))
      .emits(DeploymentRejected({ deploymentId, planHash: 'h1', reason: 'veto' }));
    given(deployment, requested, waiting)
      .when(endWithoutApproval('h1', 'expired'))
      .emits(DeploymentExpired({ deploymentId, planHash: 'h1' }));
    given(deployment, requested, waiting, approved).when(endWithoutApproval('h1', 'expired')).doesNothing();
  });

  test('SCH-01 S2: loses its approval when a digest changes', () => {
    const artifacts = [{ service: 'ledger', digest: digest('b') }];
    given(deployment, requested, waiting, approved)
      .when(request(deploymentId, asked('h2', { artifacts }), NOW))
      .emits(
        DeploymentApprovalInvalidated({
          deploymentId,
          ...asked('h2', { artifacts }),
          was: 'h1',
          changed: ['artifacts'],
        }),
      );
  });

  test('keeps its plan once it has started', () =>
    given(deployment, requested, waiting, approved, started)
      .when(request(deploymentId, asked('h2', { reason: 'other' }), NOW))
      .isRejected('ILLEGAL_TRANSITION'));

  test('is called off before the start, once, and not afterwards', () => {
    const cancelled = DeploymentCancelled({
      deploymentId,
      planHash: 'h1',
      reason: 'no need',
      cancelledBy: 'ana',
    });
    given(deployment, requested).when(cancel('no need', 'ana')).emits(cancelled);
    given(deployment, requested, cancelled).when(cancel('no need', 'ana')).doesNothing();
    given(deployment, requested, started).when(cancel('no need', 'ana')).isRejected('ILLEGAL_TRANSITION');
    given(deployment, requested, started, succeeded)
      .when(cancel('late', 'ana'))
      .isRejected('ILLEGAL_TRANSITION');
    given(deployment).when(cancel('no need', 'ana')).isRejected('NOT_FOUND');
  });
});
