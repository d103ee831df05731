import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { verifyExport } from '../apps/audit/src/verify.js';
import type { Slipway, Someone } from './support/slipway.js';

/** What the suite needs of the product, wherever it runs. */
type Running = Pick<Slipway, 'url' | 'as' | 'close'>;

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const minutes = (n: number) => new Date(Date.now() + n * 60_000).toISOString();

const eventually = (holds: () => Promise<void>) => vi.waitFor(holds, { timeout: 20_000, interval: 50 });

/** The promise of the product, from request to proof; the same whether services share a process or talk through Kafka. */
export function wholeChange(name: string, open: () => Promise<Running>): void {
  describe(name, () => {
    let slipway: Running;
    let ana: Someone;
    let ben: Someone;
    let olga: Someone;
    let robot: Someone;
    let manager: Someone;
    let auditor: Someone;

    beforeAll(async () => {
      slipway = await open();
      ana = await slipway.as('ana', 'developer', 'approver');
      ben = await slipway.as('ben', 'approver', 'deployment_operator');
      olga = await slipway.as('olga', 'deployment_operator');
      robot = await slipway.as('robot', 'executor');
      manager = await slipway.as('mara', 'release_manager');
      auditor = await slipway.as('paula', 'auditor');
    });
    afterAll(() => slipway.close());

    const plan = (service: string, more: object = {}) => ({
      services: [service],
      artifacts: [
        { service, digest: digest('a'), version: '1.4.0', commits: [{ id: '1'.repeat(40), author: 'carl' }] },
      ],
      environment: 'production',
      environmentClass: 'PROD',
      kind: 'PLANNED',
      strategy: 'canary',
      start: minutes(-1),
      end: minutes(60),
      rollbackMinutes: 15,
      reason: 'release 1.4.0',
      ...more,
    });

    const status = async (id: string) => (await ana('GET', `/v1/deployments/${id}`)).body.status;
    const becomes = (id: string, wanted: string) =>
      eventually(async () => expect(await status(id)).toBe(wanted));

    async function requested(id: string, body: object) {
      const answer = await ana('PUT', `/v1/deployments/${id}`, body);
      expect(answer).toMatchObject({ status: 202 });
      await becomes(id, 'AWAITING_APPROVAL');
      return answer.body.planHash as string;
    }

    async function scheduled(id: string, body: object) {
      const planHash = await requested(id, body);
      expect(await ben('POST', `/v1/approvals/${id}/votes`, { vote: 'approve', planHash })).toMatchObject({
        status: 200,
      });
      await becomes(id, 'SCHEDULED');
      return planHash;
    }

    const ledgerTypes = async (stream: string) =>
      (await auditor('GET', `/v1/ledger/entries?stream=${stream}`)).body.items.map(
        ({ type }: { type: string }) => type,
      );

    describe('one whole change', () => {
      test('goes from request to a number, by three people and one executor, and can be proved', async () => {
        const planHash = await scheduled('web-1', plan('web'));
        const started = await olga('POST', '/v1/deployments/web-1/commands/start', {
          digests: [digest('a')],
        });
        expect(started).toMatchObject({ status: 200, body: { events: ['DeploymentStarted'] } });
        const step = { phase: 'canary', target: 'eu-1' };
        expect(
          await robot('POST', '/v1/deployments/web-1/progress', {
            ...step,
            sequence: 1,
            status: 'applied',
            trafficPercent: 5,
          }),
        ).toMatchObject({ status: 200 });
        const done = await robot('POST', '/v1/deployments/web-1/commands/succeed');
        expect(done).toMatchObject({ status: 200, body: { events: ['DeploymentSucceeded'] } });

        await eventually(async () => {
          const change = await ana('GET', '/v1/changes/web-1');
          expect(change.body).toMatchObject({
            outcome: 'IMPLEMENTED',
            status: 'GRANTED',
            round: { planHash },
          });
        });

        const window = `from=${minutes(-120)}&to=${minutes(120)}`;
        const summary = await ana('GET', `/v1/dora/summary?service=web&${window}`, undefined, {
          'min-position': String(done.body.position),
        });
        expect(summary.body.deploymentFrequency).toMatchObject({ numerator: 1 });
        expect(summary.body.changeFailRate).toMatchObject({ value: 0, numerator: 0, denominator: 1 });

        await eventually(async () =>
          expect(await ledgerTypes('deployment-web-1')).toEqual([
            'DeploymentRequested',
            'DeploymentAwaitingApproval',
            'DeploymentApproved',
            'DeploymentScheduled',
            'DeploymentStarted',
            'DeploymentProgressed',
            'DeploymentSucceeded',
          ]),
        );
        const { key } = (await auditor('GET', '/v1/ledger/heads')).body;
        const policy = { origin: 'slipway.local/ledger', keys: [key] };
        const verdict = async (query: string) => {
          const { body } = await auditor('GET', `/v1/ledger/export${query}`);
          return verifyExport([Buffer.from(body)], { now: new Date(), policy });
        };
        const verified = { problems: [], verified: true };
        const wanted = async () => {
          expect(await verdict('')).toMatchObject({ ...verified, whole: true, starts: 1 });
          expect(await verdict('?deployment=web-1')).toMatchObject({ ...verified, whole: false });
        };
        await eventually(wanted);
      });

      test('is rolled back after it went live, and counts as failed', async () => {
        await scheduled('api-1', plan('api'));
        await olga('POST', '/v1/deployments/api-1/commands/start', {});
        await robot('POST', '/v1/deployments/api-1/commands/succeed');
        const triggered = await olga('POST', '/v1/deployments/api-1/commands/rollback', {
          reason: 'errors rise',
        });
        expect(triggered).toMatchObject({ status: 200, body: { events: ['RollbackTriggered'] } });
        const back = await robot('POST', '/v1/deployments/api-1/commands/rolled-back');
        expect(back).toMatchObject({ status: 200, body: { events: ['DeploymentRolledBack'] } });
        const summary = await ana(
          'GET',
          `/v1/dora/summary?service=api&from=${minutes(-120)}&to=${minutes(120)}`,
          undefined,
          { 'min-position': String(back.body.position) },
        );
        expect(summary.body.changeFailRate).toMatchObject({ value: 1, numerator: 1, denominator: 1 });
        const all = await ana(
          'GET',
          `/v1/dora/services/summary?from=${minutes(-120)}&to=${minutes(120)}`,
          undefined,
          { 'min-position': String(back.body.position) },
        );
        expect(all.body).toMatchObject({
          services: [
            { service: 'api', changeFailRate: { value: 1, numerator: 1, denominator: 1 } },
            { service: 'web', changeFailRate: { value: 0, numerator: 0, denominator: 1 } },
          ],
          blended: { changeFailRate: { value: 0.5, numerator: 1, denominator: 2 } },
          pending: [],
        });
        await eventually(async () =>
          expect((await ana('GET', '/v1/changes/api-1')).body).toMatchObject({ outcome: 'BACKED_OUT' }),
        );
      });
    });

    describe('a control that says no', () => {
      const refusedWith = (
        answer: { status: number; body: { violations: { code: string; ref?: string }[] } },
        ...codes: string[]
      ) => {
        expect(answer.status).toBe(422);
        expect(answer.body.violations.map(({ code }) => code)).toEqual(codes);
        for (const { ref } of answer.body.violations) expect(ref).toMatch(/./);
      };

      test('refuses the vote of whoever asked, and of whoever wrote a commit', async () => {
        const planHash = await requested('self-1', plan('self'));
        const mine = await ana('POST', '/v1/approvals/self-1/votes', { vote: 'approve', planHash });
        refusedWith(mine, 'SOD_REQUESTER_APPROVER');
        const carl = await slipway.as('carl', 'approver');
        const authors = await carl('POST', '/v1/approvals/self-1/votes', { vote: 'approve', planHash });
        refusedWith(authors, 'SOD_AUTHOR_APPROVER');
        await eventually(async () =>
          expect(await ledgerTypes('change-self-1')).toEqual([
            'ChangeRequested',
            'ChangeRiskAssessed',
            'ApprovalRequested',
            'SodViolationBlocked',
            'SodViolationBlocked',
          ]),
        );
      });

      test('refuses a start without approval, with every reason at once', async () => {
        await requested('early-1', plan('early'));
        refusedWith(
          await olga('POST', '/v1/deployments/early-1/commands/start', {}),
          'APPROVAL_MISSING',
          'NOT_SCHEDULED',
        );
        await eventually(async () =>
          expect(await ledgerTypes('deployment-early-1')).toContain('DeploymentStartRefused'),
        );
      });

      test('refuses a start by the approver', async () => {
        await scheduled('duty-1', plan('duty'));
        refusedWith(await ben('POST', '/v1/deployments/duty-1/commands/start', {}), 'SOD_APPROVER_OPERATOR');
      });

      test('refuses a start inside a freeze that was declared after the approval', async () => {
        await scheduled('frozen-1', plan('frozen'));
        const freeze = {
          name: 'Peak',
          reason: 'peak',
          mode: 'hard',
          start: minutes(-5),
          end: minutes(30),
          scope: { services: ['frozen'] },
          allowedKinds: [],
        };
        expect(await manager('PUT', '/v1/freezes/peak-1', freeze)).toMatchObject({ status: 202 });
        refusedWith(await olga('POST', '/v1/deployments/frozen-1/commands/start', {}), 'FREEZE');
        await eventually(async () =>
          expect(await ledgerTypes('deployment-frozen-1')).toContain('DeploymentStartRefused'),
        );
        expect(await manager('POST', '/v1/freezes/peak-1/commands/lift', { reason: 'over' })).toMatchObject({
          status: 200,
        });
        expect(await olga('POST', '/v1/deployments/frozen-1/commands/start', {})).toMatchObject({
          status: 200,
        });
      });

      test('refuses other digests than the approved ones, at the start and in a changed plan', async () => {
        await scheduled('swap-1', plan('swap'));
        refusedWith(
          await olga('POST', '/v1/deployments/swap-1/commands/start', { digests: [digest('b')] }),
          'ARTIFACT_MISMATCH',
        );
        const changed = plan('swap', { artifacts: [{ service: 'swap', digest: digest('b') }] });
        expect(await ana('PUT', '/v1/deployments/swap-1', changed)).toMatchObject({
          status: 202,
          body: { events: ['DeploymentApprovalInvalidated'] },
        });
        refusedWith(
          await olga('POST', '/v1/deployments/swap-1/commands/start', {}),
          'APPROVAL_MISSING',
          'NOT_SCHEDULED',
        );
        await eventually(async () =>
          expect(await ledgerTypes('change-swap-1')).toContain('ApprovalSuperseded'),
        );
      });

      test('tells a request of the reservation and the freeze it collides with', async () => {
        await scheduled('first-1', plan('busy'));
        const first = await ana('GET', '/v1/deployments/first-1');
        const second = await ana('PUT', '/v1/deployments/second-1', plan('busy', { reason: 'another' }), {
          'min-position': first.headers.get('position')!,
        });
        expect(second.body.conflicts).toMatchObject([
          { code: 'SAME_SERVICE', severity: 'BLOCKER', counterpart: 'first-1' },
        ]);
        await becomes('second-1', 'AWAITING_APPROVAL');
        await ben('POST', '/v1/approvals/second-1/votes', {
          vote: 'approve',
          planHash: second.body.planHash,
        });
        await eventually(async () =>
          expect(await ledgerTypes('deployment-second-1')).toContain('ConflictDetected'),
        );
        expect(await status('second-1')).toBe('APPROVED');
      });

      test('asks every caller who they are and what they may', async () => {
        const nobody = await fetch(`${slipway.url}/v1/deployments`);
        expect(nobody.status).toBe(401);
        expect(await ana('POST', '/v1/deployments/web-1/commands/start', {})).toMatchObject({ status: 403 });
        await eventually(async () => {
          const denied = await auditor('GET', '/v1/ledger/entries?type=AccessDenied&actor=ana');
          expect(denied.body.items.length).toBeGreaterThan(0);
        });
      });
    });
  });
}
