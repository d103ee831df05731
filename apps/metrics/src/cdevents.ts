import { type Cdevent, custom, type Origin, text, texts, time } from './cdevents/event.js';
import { incidentFacts } from './cdevents/incident.js';
import { instant } from './delivery/instant.js';
import type { DeploymentKind, Fact } from './fact.js';

export type { Cdevent } from './cdevents/event.js';

export interface MappingOptions {
  /** Id of the event in our log; `source#id` of the CDEvent if left out. */
  readonly eventId?: string;
  /** Ids of production environments, in any case; `production` and `prod` if left out. */
  readonly production?: readonly string[];
}

const TYPE = /^dev\.cdevents\.([a-z]+)\.([a-z]+)\.\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const KINDS: ReadonlySet<unknown> = new Set(['PLANNED', 'HOTFIX', 'ROLLBACK', 'REDEPLOY', 'CONFIG']);

/**
 * The delivery facts in a CDEvent 0.3 to 0.5.1, with or without `subject.type`; none for what delivery metrics do not
 * use. A change belongs to the service that its repository is named as. `customData` may add what CDEvents have no
 * word for: `commits` of an artifact, `committedAt` of a change; of a deployment `deploymentId`, `kind`, `remediates`,
 * `startedAt`, `requestedAt`, `version`, `configDigest`; of an incident `severity`, `causedBy`.
 * @throws Rejected `INVALID_CDEVENT` or `INVALID_TIME`, naming the field.
 */
export function factsOfCdevent(event: Cdevent, recordedAt: string, options: MappingOptions = {}): Fact[] {
  const { context, subject } = event ?? {};
  const [, noun, predicate] = TYPE.exec(text(context?.type, 'context.type')) ?? [];
  if (!noun || !predicate || !Object.hasOwn(MAPPINGS, noun)) return [];
  const origin: Origin = {
    id: options.eventId ?? `${text(context.source, 'context.source')}#${text(context.id, 'context.id')}`,
    at: new Date(instant(context.timestamp, 'context.timestamp')).toISOString(),
    recordedAt,
  };
  text(subject?.id, 'subject.id');
  return MAPPINGS[noun as keyof typeof MAPPINGS](predicate, event, origin, isProduction(options.production));
}

type Mapping = (
  predicate: string,
  event: Cdevent,
  origin: Origin,
  production: (id: string) => boolean,
) => Fact[];

const MAPPINGS = {
  change: (predicate, event, origin) => (predicate === 'merged' ? changeMerged(event, origin) : []),
  artifact: (predicate, event, origin) =>
    predicate === 'packaged' || predicate === 'published' ? artifactPackaged(event, origin) : [],
  service: serviceDeployed,
  incident: incidentFacts,
} as const satisfies Record<string, Mapping>;

function changeMerged({ subject, customData }: Cdevent, origin: Origin): Fact[] {
  const service = subject.content?.repository?.id;
  if (service === undefined) return [];
  const committedAt = time(custom(customData).committedAt, 'customData.committedAt') ?? origin.at;
  return [{ ...origin, kind: 'changeMerged', service, commit: subject.id, committedAt, mergedAt: origin.at }];
}

function artifactPackaged({ subject, customData }: Cdevent, origin: Origin): Fact[] {
  const commits = texts(custom(customData).commits, 'customData.commits');
  return [{ ...origin, kind: 'artifactPackaged', artifact: subject.id, ...(commits && { commits }) }];
}

/** `rolledback` names the version that was returned to; which one failed is read from the order of versions. */
function serviceDeployed(
  predicate: string,
  event: Cdevent,
  origin: Origin,
  production: (id: string) => boolean,
): Fact[] {
  if (predicate !== 'deployed' && predicate !== 'upgraded' && predicate !== 'rolledback') return [];
  const { context, subject, customData } = event;
  const { environment, artifactId } = subject.content ?? {};
  const more = custom(customData);
  const kind = predicate === 'rolledback' ? 'ROLLBACK' : more.kind;
  const of = {
    service: subject.id,
    deploymentId:
      more.deploymentId === undefined ? context.id : text(more.deploymentId, 'customData.deploymentId'),
    ...(environment?.id !== undefined && {
      environment: environment.id,
      production: production(environment.id),
    }),
    ...(KINDS.has(kind) && { deploymentKind: kind as DeploymentKind }),
    ...(artifactId !== undefined && { artifacts: [text(artifactId, 'subject.content.artifactId')] }),
    ...(typeof more.version === 'string' && { version: more.version }),
    ...(typeof more.configDigest === 'string' && { configDigest: more.configDigest }),
    ...(more.remediates !== undefined && { remediates: texts(more.remediates, 'customData.remediates') }),
  };
  const facts: Fact[] = [{ ...origin, kind: 'deploymentSucceeded', ...of }];
  const startedAt = time(more.startedAt, 'customData.startedAt');
  const requestedAt = time(more.requestedAt, 'customData.requestedAt');
  if (startedAt) facts.push({ ...origin, at: startedAt, kind: 'deploymentStarted', ...of });
  if (requestedAt) facts.push({ ...origin, at: requestedAt, kind: 'deploymentRequested', ...of });
  return facts;
}

function isProduction(ids: readonly string[] = ['production', 'prod']): (id: string) => boolean {
  const known = new Set(ids.map((id) => id.toLowerCase()));
  return (id) => known.has(id.toLowerCase());
}
