import { Rejected } from '#events';
import type { Deployment, Known, Status } from './deployment.js';

/** Which commands each state takes; a refusal lists them (LIB-02.6). */
const COMMANDS: Record<Status, readonly string[]> = {
  REQUESTED: ['request', 'cancel'],
  AWAITING_APPROVAL: ['request', 'cancel'],
  APPROVED: ['request', 'schedule', 'cancel'],
  SCHEDULED: ['request', 'start', 'cancel'],
  IN_PROGRESS: ['report', 'succeed', 'fail', 'rollback'],
  ROLLING_BACK: ['report', 'rolled-back'],
  SUCCEEDED: ['rollback'],
  FAILED: [],
  ROLLED_BACK: [],
  REJECTED: [],
  EXPIRED: [],
  CANCELLED: [],
};

/** The deployment, where its state takes the command. @throws Rejected NOT_FOUND, ILLEGAL_TRANSITION */
export function taking(command: string, deployment: Deployment): Known {
  if (deployment.status === 'UNKNOWN') throw new Rejected('NOT_FOUND', 'There is no such deployment.');
  const allowed = COMMANDS[deployment.status];
  if (allowed.includes(command)) return deployment;
  throw new Rejected(
    'ILLEGAL_TRANSITION',
    `A deployment that is ${deployment.status} does not take "${command}"; it takes ${allowed.join(', ') || 'nothing more'}.`,
    'state-machines 3.2',
  );
}
