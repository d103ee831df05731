import type { DeploymentDetails, Fact, IncidentCause, Severity } from '../../apps/metrics/src/fact.js';

/** Facts in few words for the specs of delivery metrics: service `s`, recorded when they happen. */
export const SERVICE = 's';

/** An instant of January 2027 from day, hour and minute. */
export function at(day: number, hour = 0, minute = 0): string {
  return new Date(Date.UTC(2027, 0, day, hour, minute)).toISOString();
}

/** The time a number of hours earlier (or later, if negative). */
export function before(time: string, hours: number): string {
  return new Date(Date.parse(time) - hours * 3_600_000).toISOString();
}

export function said(id: string, time: string) {
  return { id, at: time, recordedAt: time };
}

export function change(commit: string, committedAt: string, service = SERVICE): Fact {
  return { ...said(`merged-${commit}`, committedAt), kind: 'changeMerged', service, commit, committedAt };
}

export function built(artifact: string, commits: readonly string[] | undefined, time = at(1)): Fact {
  return {
    ...said(`built-${artifact}-${time}`, time),
    kind: 'artifactPackaged',
    artifact,
    ...(commits && { commits }),
  };
}

/** A deployment that went live in production, of artifact `version`. */
export function live(deploymentId: string, time: string, version?: string, more: More = {}): Fact {
  const { service = SERVICE, ...details } = more;
  return {
    ...said(`live-${deploymentId}-${service}`, time),
    kind: 'deploymentSucceeded',
    deploymentId,
    service,
    environment: 'production',
    production: true,
    ...(version !== undefined && { artifacts: [version] }),
    ...details,
  };
}

type More = DeploymentDetails & { readonly service?: string };

/** A step of a deployment in production. */
export function step(kind: StepKind, deploymentId: string, time: string, more: object = {}): Fact {
  const of = { deploymentId, service: SERVICE, environment: 'production', production: true };
  return { ...said(`${kind}-${deploymentId}`, time), kind, ...of, ...more } as Fact;
}

type StepKind =
  | 'deploymentRequested'
  | 'deploymentApproved'
  | 'deploymentStarted'
  | 'deploymentExposed'
  | 'deploymentFailed'
  | 'deploymentRolledBack'
  | 'deploymentCancelled'
  | 'failureDetected';

/** An incident of service `s`, restored if an end is given. */
export function incident(
  incidentId: string,
  start: string,
  end?: string,
  severity: Severity | undefined = 'SEV2',
): Fact[] {
  const of = { incidentId, service: SERVICE };
  const opened: Fact = { ...said(`opened-${incidentId}`, start), kind: 'incidentOpened', ...of, severity };
  return end === undefined
    ? [opened]
    : [opened, { ...said(`resolved-${incidentId}`, end), kind: 'incidentResolved', ...of }];
}

export function caused(
  incidentId: string,
  deploymentId: string,
  time: string,
  more: Partial<IncidentCause> = {},
): Fact {
  return {
    ...said(`cause-${incidentId}-${deploymentId}`, time),
    kind: 'incidentCauseConfirmed',
    incidentId,
    deploymentId,
    ...more,
  };
}

/** January 2027 in UTC as known long after. */
export const january = {
  service: SERVICE,
  from: '2027-01-01',
  to: '2027-02-01',
  asOf: '2028-01-01T00:00:00Z',
};
