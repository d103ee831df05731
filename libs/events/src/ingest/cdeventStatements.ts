import type { KnownEvent } from '../contracts.js';
import type { Running } from '../contracts/plan.js';
import type { Recorded } from '../event.js';

/** A stored event, decoded by its contract. */
export type Known = Recorded & KnownEvent;

/** What a CDEvent says beside its envelope. */
export interface Statement {
  /** `<subject>.<predicate>.<x.y.z>` of a specified event, or of a custom one, whose subject begins with `slipway-`. */
  readonly kind: string;
  readonly subject: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly custom?: Readonly<Record<string, unknown>>;
  /** When it happened, where the event has a better time than its own. */
  readonly at?: string;
}

type Table = { readonly [E in KnownEvent as E['type']]?: (data: E['data']) => readonly Statement[] };

/** What goes out as released CDEvents, and as custom ones where CDEvents has no word. No person is named. */
const RELEASED: Table = {
  DeploymentSucceeded: ({ environment, artifacts, liveAt, ...of }) =>
    services('service.deployed.0.3.0', of, environment, artifacts, liveAt),
  DeploymentRolledBack: ({ environment, artifacts, restored, restoredAt, automatic, ...of }) => [
    ...services('service.rolledback.0.3.0', of, environment, restored, restoredAt),
    deployment('rolledback', of, { environment, artifacts, automatic }, restoredAt),
  ],
  DeploymentRequested: ({ plan, ...of }) => {
    const { services: names, environment, environmentClass, kind, strategy, start, end } = plan;
    const content = { services: names, environment, environmentClass, kind, strategy, start, end };
    return [deployment('requested', of, content)];
  },
  DeploymentScheduled: ({ services: names, environment, start, end, ...of }) => [
    deployment('scheduled', of, { services: names, environment, start, end }),
  ],
  DeploymentStarted: ({ services: names, environment, environmentClass, startedAt, ...of }) => [
    deployment('started', of, { services: names, environment, environmentClass }, startedAt),
  ],
  DeploymentFailed: ({ environment, artifacts, applied, failedAt, ...of }) => [
    deployment('failed', of, { environment, artifacts, applied }, failedAt),
  ],
  ApprovalGranted: ({ approvers, ...of }) => [approval('granted', of, { approvals: approvers.length })],
  ApprovalRejected: (of) => [approval('rejected', of)],
  FreezeDeclared: ({ freezeId: subject, name, reason, mode, start, end, scope, allowedKinds }) => {
    const content = { name, reason, mode, start, end, scope, allowedKinds };
    return [{ kind: 'slipway-freeze.declared.0.1.0', subject, content }];
  },
  FreezeLifted: ({ freezeId: subject }) => [{ kind: 'slipway-freeze.lifted.0.1.0', subject, content: {} }],
};

export function statementsOf(event: Known): readonly Statement[] {
  const state = RELEASED[event.type] as ((data: Known['data']) => readonly Statement[]) | undefined;
  return state?.(event.data) ?? [];
}

interface OfDeployment {
  readonly deploymentId: string;
  readonly planHash: string;
}

/** One statement for each service. CDEvents wants to know what runs where; who cannot say it says nothing. */
function services(
  kind: string,
  { deploymentId, planHash }: OfDeployment,
  environment: string | undefined,
  running: readonly Running[] = [],
  at?: string,
): Statement[] {
  if (environment === undefined) return [];
  return running.map(({ service, digest, version }) => ({
    kind,
    subject: service,
    content: { environment: { id: environment }, artifactId: packageUrl(service, digest, version) },
    custom: { deploymentId, planHash, version },
    at,
  }));
}

/** An artifact as a package URL. Only its digest is known, as of an image in a registry. */
function packageUrl(service: string, digest: string, version?: string): string {
  const tag = version === undefined ? '' : `?tag=${encodeURIComponent(version)}`;
  return `pkg:oci/${encodeURIComponent(service.toLowerCase())}@${encodeURIComponent(digest)}${tag}`;
}

function deployment(
  predicate: string,
  { deploymentId: subject, planHash }: OfDeployment,
  content: object,
  at?: string,
): Statement {
  return {
    kind: `slipway-deployment.${predicate}.0.1.0`,
    subject,
    content: { planHash, ...content },
    at,
  };
}

function approval(
  predicate: string,
  { changeId: subject, deploymentId, planHash }: OfDeployment & { changeId: string },
  content: object = {},
): Statement {
  return {
    kind: `slipway-approval.${predicate}.0.1.0`,
    subject,
    content: { deploymentId, planHash, ...content },
  };
}

/** How the rounds of approval end, in the words of the draft. */
const ENDS: Readonly<Record<string, string>> = {
  ApprovalGranted: 'approved',
  ApprovalRejected: 'rejected',
  ApprovalExpired: 'expired',
  ApprovalSuperseded: 'cancelled',
};

/** The approval events of the CDEvents 0.6 draft. They name who asked and who answered, as URNs. */
export function draftsOf({ type, data, actor }: Known, publicUrl: string): readonly Statement[] {
  const status = ENDS[type];
  if (type !== 'ApprovalRequested' && status === undefined) return [];
  const { changeId, deploymentId, planHash } = data as OfDeployment & { changeId: string };
  const content = {
    approvalDetailsUrl: `${publicUrl}/v1/changes/${encodeURIComponent(changeId)}`,
    resourceTargetUrl: `${publicUrl}/v1/deployments/${encodeURIComponent(deploymentId)}`,
  };
  const who = `urn:slipway:${actor.kind}:${encodeURIComponent(actor.id)}`;
  const subject = `${changeId}/${planHash}`;
  if (status === undefined)
    return [{ kind: 'approval.created.0.1.0', subject, content: { ...content, requestor: who } }];
  const answer = { responder: who, decision: status, status };
  return [{ kind: 'approval.closed.0.1.0', subject, content: { ...content, ...answer } }];
}
