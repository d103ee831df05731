import type { DeploymentDetails, Fact } from '../../apps/metrics/src/fact.js';

const SERVICE = 'ledger-api';
const LATE = '2027-02-03T15:00:00Z';

/**
 * The worked sample of formulas 4.2.7: service `ledger-api`, January 2027, UTC. Everything is recorded when it
 * happens; the cause of I2 is confirmed on 3 February.
 */
export const workedSample: readonly Fact[] = [
  ...deployment('d1', '2027-01-04T10:00:00Z', { deploymentKind: 'PLANNED' }, [2, 3, 5]),
  ...deployment('d2', '2027-01-06T10:30:00Z', { deploymentKind: 'PLANNED' }, [8, 13]),
  ...deployment('d3', '2027-01-06T11:50:00Z', { deploymentKind: 'HOTFIX', remediates: ['d2', 'I1'] }, [0.5]),
  ...canaryRolledBack(),
  ...deployment('d5', '2027-01-13T18:00:00Z', { deploymentKind: 'PLANNED' }, [26, 30]),
  ...deployment('d6', '2027-01-14T10:00:00Z', { deploymentKind: 'REDEPLOY' }, []),
  ...deployment('d7', '2027-01-20T10:00:00Z', { deploymentKind: 'CONFIG' }, []),
  ...deployment('d8', '2027-01-27T10:00:00Z', { deploymentKind: 'PLANNED' }, [50]),
  ...incident('I1', 'SEV2', '2027-01-06T10:40:00Z', '2027-01-06T11:55:00Z'),
  ...cause('I1', 'd2', '2027-01-06T13:00:00Z'),
  ...incident('I2', 'SEV3', '2027-01-28T09:00:00Z', '2027-01-28T10:00:00Z'),
  { ...said('I2-reopened', '2027-01-28T10:30:00Z'), kind: 'incidentReopened', incidentId: 'I2' },
  { ...said('I2-restored', '2027-01-28T12:00:00Z'), kind: 'incidentResolved', incidentId: 'I2' },
  ...cause('I2', 'd8', LATE),
];

function said(id: string, at: string) {
  return { id, at, recordedAt: at };
}

function hoursBefore(at: string, hours: number): string {
  return new Date(Date.parse(at) - hours * 3_600_000).toISOString();
}

function deployment(
  id: string,
  live: string,
  details: DeploymentDetails,
  leadTimes: readonly number[],
): Fact[] {
  const artifact = `pkg:oci/${SERVICE}@${id}`;
  const commits = leadTimes.map((_, i) => `${id}-c${i + 1}`);
  const of = { deploymentId: id, service: SERVICE, environment: 'prod-eu', production: true, ...details };
  const start = hoursBefore(live, 0.25);
  return [
    ...leadTimes.map((hours, i) => {
      const committedAt = hoursBefore(live, hours);
      const commit = commits[i]!;
      return {
        ...said(commit, committedAt),
        kind: 'changeMerged' as const,
        service: SERVICE,
        commit,
        committedAt,
      };
    }),
    ...(commits.length > 0
      ? [{ ...said(`${id}-built`, start), kind: 'artifactPackaged' as const, artifact, commits }]
      : []),
    { ...said(`${id}-started`, start), kind: 'deploymentStarted', ...of, artifacts: [artifact] },
    { ...said(`${id}-live`, live), kind: 'deploymentSucceeded', ...of },
  ];
}

/** d4 at 5 % of the traffic, detected 22:05, rolled back 22:11; its changes are those that d5 delivers. */
function canaryRolledBack(): Fact[] {
  const artifacts = [`pkg:oci/${SERVICE}@d5`];
  const of = { deploymentId: 'd4', service: SERVICE, environment: 'prod-eu', production: true, artifacts };
  return [
    {
      ...said('d4-started', '2027-01-12T21:50:00Z'),
      kind: 'deploymentStarted',
      ...of,
      deploymentKind: 'PLANNED',
    },
    { ...said('d4-canary', '2027-01-12T22:00:00Z'), kind: 'deploymentExposed', ...of, trafficPercent: 5 },
    { ...said('d4-detected', '2027-01-12T22:05:00Z'), kind: 'failureDetected', ...of },
    { ...said('d4-back', '2027-01-12T22:11:00Z'), kind: 'deploymentRolledBack', ...of, automatic: true },
  ];
}

function incident(incidentId: string, severity: 'SEV2' | 'SEV3', start: string, restored: string): Fact[] {
  const of = { incidentId, service: SERVICE };
  return [
    { ...said(`${incidentId}-opened`, start), kind: 'incidentOpened', ...of, severity, production: true },
    { ...said(`${incidentId}-resolved`, restored), kind: 'incidentResolved', ...of },
  ];
}

function cause(incidentId: string, deploymentId: string, at: string): Fact[] {
  return [{ ...said(`${incidentId}-cause`, at), kind: 'incidentCauseConfirmed', incidentId, deploymentId }];
}
