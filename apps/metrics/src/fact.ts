/**
 * What the delivery metrics know. A fact is one thing that one event said: plain, immutable, in no order. The same
 * fact may come twice, late, or before the facts it belongs to; what is computed depends on the set of facts only.
 * Every time is an RFC 3339 instant with an offset.
 */
export type Fact = ChangeFact | DeploymentFact | AttributionFact | IncidentFact | ServiceFact;

interface Said {
  /** Id of the event that said it. The same id with the same kind and service is the same fact. */
  readonly id: string;
  /** When it happened (business time). */
  readonly at: string;
  /** When we learned it. Questions about the past (`asOf`) see only what was recorded by then. */
  readonly recordedAt: string;
}

export type DeploymentKind = 'PLANNED' | 'HOTFIX' | 'ROLLBACK' | 'REDEPLOY' | 'CONFIG';
export type Severity = 'SEV1' | 'SEV2' | 'SEV3' | 'SEV4';

/** A commit on the default branch line, or a squashed merge with the time of its earliest commit. */
export interface ChangeMerged extends Said {
  readonly kind: 'changeMerged';
  readonly service: string;
  readonly commit: string;
  readonly committedAt: string;
  readonly mergedAt?: string;
}

/** A change became visible to users through a flag; never a deployment. */
export interface ChangeExposed extends Said {
  readonly kind: 'changeExposed';
  readonly service: string;
  readonly commit: string;
}

/** An artifact was built. `commits` are those it contains; several facts add up, none at all is not an empty list. */
export interface ArtifactPackaged extends Said {
  readonly kind: 'artifactPackaged';
  readonly service?: string;
  readonly artifact: string;
  readonly commits?: readonly string[];
}

export type ChangeFact = ChangeMerged | ChangeExposed | ArtifactPackaged;

/** What any fact about a deployment may add about it; the latest word stands, `remediates` adds up. */
export interface DeploymentDetails {
  readonly environment?: string;
  readonly production?: boolean;
  /** Without a stated kind it is derived from what was live before. */
  readonly deploymentKind?: DeploymentKind;
  /** Package URLs or digests; together they are the version that is compared. */
  readonly artifacts?: readonly string[];
  readonly version?: string;
  readonly configDigest?: string;
  readonly migrationDigest?: string;
  readonly planDigest?: string;
  readonly strategy?: string;
  readonly band?: string;
  readonly team?: string;
  readonly dryRun?: boolean;
  /** Deployments or incidents that it mends. */
  readonly remediates?: readonly string[];
}

interface OfDeployment extends Said, DeploymentDetails {
  readonly deploymentId: string;
  /** Without one the fact speaks for every service of the deployment. */
  readonly service?: string;
}

interface DeploymentStep extends OfDeployment {
  readonly kind: 'deploymentRequested' | 'deploymentApproved' | 'deploymentStarted' | 'deploymentCancelled';
}

/** Some traffic or some targets have it. */
export interface DeploymentExposed extends OfDeployment {
  readonly kind: 'deploymentExposed';
  readonly trafficPercent?: number;
}

/** Live: all traffic, all targets (of one region, if there are several facts). */
export interface DeploymentSucceeded extends OfDeployment {
  readonly kind: 'deploymentSucceeded';
}

export interface DeploymentFailed extends OfDeployment {
  readonly kind: 'deploymentFailed';
  /** Whether anything was applied or any traffic shifted. */
  readonly effect: boolean;
}

/** The rollback phase of this deployment ended. */
export interface DeploymentRolledBack extends OfDeployment {
  readonly kind: 'deploymentRolledBack';
  readonly automatic?: boolean;
  /** The most traffic it had. Unknown is taken as all of it. */
  readonly trafficPercent?: number;
  readonly detectedAt?: string;
  readonly decidedAt?: string;
  /** False only when nothing had been applied. */
  readonly effect?: boolean;
}

/** A rollback trigger fired or a validation failed. */
export interface FailureDetected extends OfDeployment {
  readonly kind: 'failureDetected';
}

export type DeploymentFact =
  | DeploymentStep
  | DeploymentExposed
  | DeploymentSucceeded
  | DeploymentFailed
  | DeploymentRolledBack
  | FailureDetected;

/** Why a deployment counts as failed (formulas 4.2.4 a to d, and a person's word). */
export type Ground = 'ROLLED_BACK' | 'HOTFIX' | 'INCIDENT' | 'FAILED' | 'ATTRIBUTED';

/** A person says that it failed, or takes that or a derived ground back, with a reason. */
export interface AttributionFact extends Said {
  readonly kind: 'failureAttributed' | 'failureWithdrawn';
  readonly deploymentId: string;
  /** Only this service of the deployment; all of them without. */
  readonly service?: string;
  /** Withdraws this ground only; all grounds known by then without. */
  readonly ground?: Ground;
  readonly reason: string;
}

interface OfIncident extends Said {
  readonly incidentId: string;
  readonly service?: string;
}

export interface IncidentOpened extends OfIncident {
  readonly kind: 'incidentOpened';
  readonly severity?: Severity;
  readonly startedAt?: string;
  readonly production?: boolean;
}

export interface IncidentResolved extends OfIncident {
  readonly kind: 'incidentResolved';
  /** When service was restored, if that is not `at`. */
  readonly restoredAt?: string;
}

interface IncidentStep extends OfIncident {
  readonly kind: 'incidentAcknowledged' | 'incidentReopened' | 'incidentCancelled';
}

export interface IncidentMerged extends OfIncident {
  readonly kind: 'incidentMerged';
  readonly into: string;
}

export interface IncidentSeverityChanged extends OfIncident {
  readonly kind: 'incidentSeverityChanged';
  readonly severity: Severity;
}

/** A deployment was confirmed or rejected as a cause; the latest word stands. `service` is the deployment's. */
export interface IncidentCause extends OfIncident {
  readonly kind: 'incidentCauseConfirmed' | 'incidentCauseRejected';
  readonly deploymentId: string;
  /** The reason for which a start outside the 72 hours is accepted. */
  readonly extension?: string;
}

export type IncidentFact =
  IncidentOpened | IncidentResolved | IncidentStep | IncidentMerged | IncidentSeverityChanged | IncidentCause;

/** The life of a service; without these it exists from its first fact on. */
export interface ServiceFact extends Said {
  readonly kind: 'serviceRegistered' | 'serviceRetired';
  readonly service: string;
}
