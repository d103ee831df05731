import type { Plan } from '#events';
import type { Request } from './deployment.js';

/** The digest that is one letter. */
export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** A plan for 22:00 to 23:00 on a day that has not come at `NOW`. */
export const plan = (more: Partial<Plan> = {}): Plan => ({
  services: ['ledger'],
  artifacts: [{ service: 'ledger', digest: digest('a') }],
  environment: 'production',
  environmentClass: 'PROD',
  kind: 'PLANNED',
  strategy: 'canary',
  start: '2027-01-10T22:00:00.000Z',
  end: '2027-01-10T23:00:00.000Z',
  rollbackMinutes: 15,
  reason: 'release 1.4.0',
  ...more,
});

export const NOW = new Date('2027-01-09T12:00:00Z');

/** What Ana asks for, with a hash that stands for the plan's. */
export const asked = (planHash = 'h1', more: Partial<Plan> = {}): Request => ({
  plan: plan(more),
  planHash,
  requestedBy: 'ana',
  authors: [],
  conflicts: [],
});
