import { createHash } from 'node:crypto';
import {
  type Context,
  DeploymentApproved,
  DeploymentAwaitingApproval,
  DeploymentRequested,
  DeploymentScheduled,
  DeploymentStarted,
  DeploymentSucceeded,
  type Event,
  type Plan,
} from '#events';

/** Who acts in benches. */
export const context: Context = { actor: { id: 'bench', kind: 'service', roles: ['publisher'] } };

export const NOW = new Date('2027-03-01T12:00:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000).toISOString();
const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** The services of the deployments, over and over. */
export const SERVICES = 400;

/** A plan of the n-th deployment: one service, its own slot. */
export function planOf(n: number): Plan {
  const service = `service-${n % SERVICES}`;
  const start = Math.floor(n / SERVICES) * 90 + 60;
  return {
    services: [service],
    artifacts: [{ service, digest: DIGEST, version: `1.${n % 97}.0` }],
    environment: 'production',
    environmentClass: 'PROD',
    kind: 'PLANNED',
    strategy: 'canary',
    start: at(start),
    end: at(start + 30),
    rollbackMinutes: 15,
    reason: `release 1.${n % 97}.0`,
  };
}
const DIGEST = hash('artifact');
const PLAN_HASH = hash('plan');

/** One fact of about 500 bytes when stored, for benches in which only its size counts. */
export const fact: Event = DeploymentStarted({
  deploymentId: 'bench',
  planHash: PLAN_HASH,
  startedBy: 'olga',
  services: ['service-1'],
  environment: 'production',
  environmentClass: 'PROD',
  startedAt: at(0),
});

/** The six facts of a deployment that went well. */
export function lifeOf(n: number): Event[] {
  const deploymentId = `d-${n}`;
  const plan = planOf(n);
  const { services, environment, environmentClass, start, end } = plan;
  const bound = { deploymentId, planHash: PLAN_HASH };
  return [
    DeploymentRequested({ ...bound, plan, requestedBy: 'ana', authors: ['carl'], conflicts: [] }),
    DeploymentAwaitingApproval({ ...bound, changeId: deploymentId, score: 0.31, band: 'MEDIUM' }),
    DeploymentApproved({ ...bound, changeId: deploymentId, approvers: ['ben'] }),
    DeploymentScheduled({ ...bound, services, environment, start, end, graceUntil: end }),
    DeploymentStarted({
      ...bound,
      startedBy: 'olga',
      services,
      environment,
      environmentClass,
      startedAt: start,
    }),
    DeploymentSucceeded({ ...bound, liveAt: end }),
  ];
}
