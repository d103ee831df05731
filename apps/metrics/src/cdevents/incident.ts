import { type Cdevent, custom, type Origin, texts } from './event.js';
import type { Fact, Severity } from '../fact.js';

/** Words for severity that incident tools use, beside SEV1 to SEV4 and 1 to 4. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'SEV1'],
  ['high', 'SEV2'],
  ['major', 'SEV2'],
  ['medium', 'SEV3'],
  ['moderate', 'SEV3'],
  ['low', 'SEV4'],
  ['minor', 'SEV4'],
]);
/** Link kinds that say that the linked event caused this one. */
const CAUSAL: ReadonlySet<unknown> = new Set(['CAUSE', 'CAUSED_BY', 'TRIGGER']);

/**
 * The facts of an incident event. The incident is known by its source and id; what it names as its cause, in
 * `customData.causedBy` or in a RELATION link, is confirmed by who says so.
 */
export function incidentFacts(
  predicate: string,
  event: Cdevent,
  origin: Origin,
  production: (id: string) => boolean,
): Fact[] {
  const { context, subject, customData } = event;
  const service = subject.content?.service?.id;
  const incidentId = `${subject.source ?? context.source}#${subject.id}`;
  const of = { ...origin, incidentId, ...(service !== undefined && { service }) };
  if (predicate === 'resolved') return [{ ...of, kind: 'incidentResolved' }];
  if (predicate !== 'detected' && predicate !== 'reported') return [];
  const environment = subject.content?.environment?.id;
  const severity = severityOf(custom(customData).severity);
  const opened: Fact = {
    ...of,
    kind: 'incidentOpened',
    ...(severity && { severity }),
    ...(environment !== undefined && { production: production(environment) }),
  };
  return [opened, ...causesOf(event, origin, incidentId)];
}

function causesOf({ context, customData }: Cdevent, origin: Origin, incidentId: string): Fact[] {
  const named = texts(custom(customData).causedBy, 'customData.causedBy') ?? [];
  const linked = (context.links ?? []).flatMap((link) => {
    const { linkType, linkKind, target } = custom(link);
    const id = custom(target).contextId;
    return linkType === 'RELATION' && CAUSAL.has(linkKind) && typeof id === 'string' ? [id] : [];
  });
  return [...new Set([...named, ...linked])].map((deploymentId) => ({
    ...origin,
    kind: 'incidentCauseConfirmed',
    incidentId,
    deploymentId,
  }));
}

function severityOf(value: unknown): Severity | undefined {
  const word = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
  return /^(?:sev-?)?[1-4]$/.test(word) ? (`SEV${word.slice(-1)}` as Severity) : SEVERITIES.get(word);
}
